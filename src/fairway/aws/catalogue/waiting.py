"""Waits for what AWS has accepted: until it is usable, or has settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, repeat
from typing import Any, Literal, TypeAlias

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Wait
from fairway.aws.catalogue.reading import learn, main_answer, read_main
from fairway.model.errors import Failed

Write: TypeAlias = Literal["create", "update"]

POLLS = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
"""Seconds between looks at a status: dense first, for most waits are over in a second or two; then 5 s."""
LAST_POLL = 5.0
UNSEEN = 5.0
"""Seconds after which what does not show is gone: reads lag a create (BC dynamodb DescribeTable)."""


def wait_until_usable(context: Context, write: Write) -> None:
    """Polls until every status has left its busy values; not at all where the write's own answer says so.

    Where it is enough that AWS has accepted the write, that is owed until something else has to be sent. What
    only one change at a time may touch is waited for in any case: the next change is another resource's.
    """
    if context.until == "configured" and not context.derived.type.serialize:
        context.owed = partial(wait_now, context, write)
    else:
        wait_now(context, write)


def wait_now(context: Context, write: Write) -> None:
    """The same at once, whenever the write is over."""
    for wait in _waits(context, write):
        if wait.settles and context.until != "settled":
            _tell(context, wait)
        else:
            _wait(context, wait)


def left_to_aws(context: Context, write: Write) -> bool:
    """Whether AWS is still at work on what was written last, so that it may not be usable; says so.

    Raises Failed where the answer says that it went wrong already.
    """
    if context.owed is None:
        return False
    context.owed = None
    waits = list(_waits(context, write))
    for wait in waits:
        _tell(context, wait)
        _refuse_failed(context, wait)
    told = ((_status(context.answer, wait), wait) for wait in waits if not wait.settles)
    return any(status is None or status in wait.busy for status, wait in told)


def is_usable(context: Context, *, unseen: bool = True) -> bool:
    """Whether what an earlier write changed is usable, by one look; `unseen` answers for what is not there.

    Raises Failed where it went wrong.
    """
    waits = _for_use(context)
    if not waits:
        return True
    if read_main(context) is None:
        return unseen
    for wait in waits:
        _refuse_failed(context, wait)
    busy = [wait for wait in waits if _status(context.answer, wait) in wait.busy]
    for wait in busy:
        context.progress(_standing(context, wait))
    return not busy


def wait_until_finished(context: Context) -> None:
    """Polls until what an earlier write changed is usable. Raises Failed where it went wrong or is stuck."""
    timeout = max((wait.timeout for wait in _for_use(context)), default=0.0)
    what = f"AWS is still at work on it after {timeout:.0f} s"
    waiting = pauses(context, timeout, Failed("aws.wait", what, next="deploy again"))
    seen = context.caller.clock.now() + UNSEEN
    while not is_usable(context, unseen=context.caller.clock.now() > seen):
        next(waiting)


def _for_use(context: Context) -> list[Wait]:
    return [wait for wait in context.derived.type.wait if not wait.settles]


def _waits(context: Context, write: Write) -> Iterator[Wait]:
    return (wait for wait in context.derived.type.wait if wait.after in ("any", write))


def _tell(context: Context, wait: Wait) -> None:
    """Says what goes on in the background."""
    if _status(context.answer, wait) in wait.busy:
        context.progress(f"{_standing(context, wait)}, which is not waited for")


def _standing(context: Context, wait: Wait) -> str:
    return f"{wait.path.rpartition('.')[2]} is {_status(context.answer, wait)}"


def _wait(context: Context, wait: Wait) -> None:
    status = _status(context.answer, wait)
    end = context.caller.clock.now() + wait.timeout
    polls = iter(POLLS)
    while status is None or status in wait.busy:
        if context.caller.clock.now() > end:
            raise Failed("aws.wait", f"it is still {status} after {wait.timeout:.0f} s", next="deploy again")
        if status is not None:
            context.progress(_standing(context, wait))
            context.caller.pause(next(polls, LAST_POLL))
        status = _look(context, wait, status)
        if status is None:
            return  # the answer has no such status: nothing to wait for
    _refuse_failed(context, wait)


def _refuse_failed(context: Context, wait: Wait) -> None:
    status = _status(context.answer, wait)
    if status in wait.failed:
        why = next(_at(context.answer, wait.reason), "") if wait.reason else ""
        raise Failed("aws.failed", f"it ended as {status}", why=str(why or ""))


def _look(context: Context, wait: Wait, before: Any) -> Any:
    """The status now. A thing just made may not be visible yet, which counts as busy."""
    read = context.derived.type.read
    assert isinstance(read, Call)
    answer = main_answer(context, read)
    if not answer:
        return before or wait.busy[0]
    learn(context, answer)
    return _status(answer, wait)


def _status(answer: Any, wait: Wait) -> Any:
    """The status; of several the one that has the longest way to go, None where there is none."""
    found = list(_at(answer, wait.path))
    return min(found, key=(*wait.busy, *wait.failed, *found).index, default=None)


def _at(answer: Any, path: str) -> Iterator[Any]:
    """What stands at a dotted path, in every item of a list on the way."""
    step, _, rest = path.partition(".")
    for each in answer if isinstance(answer, list) else (answer,):
        if isinstance(each, Mapping) and each.get(step) is not None:
            yield from _at(each[step], rest) if rest else (each[step],)


def pauses(context: Context, seconds: float, stuck: Failed) -> Iterator[None]:
    """Each item is one pause between two looks, the first ones short; raises `stuck` after `seconds`."""
    end = context.caller.clock.now() + seconds
    for delay in chain(POLLS, repeat(LAST_POLL)):
        if context.caller.clock.now() > end:
            raise stuck
        context.caller.pause(delay)
        yield
