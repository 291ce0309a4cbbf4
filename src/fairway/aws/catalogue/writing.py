"""Creates, updates and deletes a resource as its declaration says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, repeat
from typing import Any, Literal, TypeAlias

from fairway.aws.calls import Answer
from fairway.aws.catalogue.context import Context, parameters_of, send
from fairway.aws.catalogue.declaration import Call, Facet, Hook, Wait
from fairway.aws.catalogue.derive import Target
from fairway.aws.catalogue.patch import Operation, patch_operations, without_unset
from fairway.aws.catalogue.reading import main_answer, read_main, scalars
from fairway.aws.catalogue.tags import update_tags
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Failed
from fairway.model.until import reaches

Write: TypeAlias = Literal["create", "update"]

POLLS = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
"""Seconds between looks at a status: dense first, for most waits are over in a second or two; then 5 s."""
LAST_POLL = 5.0
GONE_TIMEOUT = 600.0
"""Seconds until a delete that AWS accepted counts as stuck; as long as other waits."""


def create(context: Context) -> None:
    """Creates the resource with all its facets and waits until it is usable.

    Raises CallFailed of kind EXISTS or UNCERTAIN when the create itself ends so.
    """
    declared = context.derived.type
    if isinstance(declared.create, Call):
        learn(
            context, send(context, declared.create, context.after, context.derived.create_targets, once=True)
        )
    else:
        learn(context, declared.create(context))
    context.identify(context.identifier)
    wait_until_usable(context, "create")
    if declared.confirm is not None:
        declared.confirm(context)
    _put_remaining(context)


def _put_remaining(context: Context) -> None:
    """What the create call could not carry: tags first, for they say whose it is if we are killed here."""
    derived = context.derived
    sent = {*derived.create_targets, *derived.type.carries}
    tags = derived.type.tags
    if tags and tags.tag and tags.property not in sent and context.after.get(tags.property):
        update_tags(context, tags, {}, context.after)
    for facet in derived.type.facets:
        if any(name in context.after and name not in sent for name in facet.properties):
            put_facet(context, facet)


def update(context: Context) -> None:
    """Carries `context.changed` over. Raises Failed for a property that no call can change."""
    derived, declared = context.derived, context.derived.type
    left = set(context.changed)
    if declared.update_hook is not None:
        declared.update_hook(context)
        left -= derived.carried - {derived.tag_property}
    for facet in (facet for facet in declared.facets if facet.before_main):
        left -= _update_facet(context, facet)
    for call in declared.update:
        left -= _update_main(context, call)
    for facet in (facet for facet in declared.facets if not facet.before_main):
        left -= _update_facet(context, facet)
    if declared.tags and declared.tags.tag and declared.tags.property in left:
        update_tags(context, declared.tags, context.before, context.after)
        left.discard(declared.tags.property)
    _refuse(context, left)


def _refuse(context: Context, left: set[str]) -> None:
    if left:
        raise Failed(
            "catalogue.cannot-update",
            f"{', '.join(sorted(left))} of {context.derived.type.name} cannot be changed in place",
            next="give the resource another name, so that a new one replaces it",
        )


def _update_main(context: Context, call: Call) -> set[str]:
    """Sends what this call owns; a property that is gone is sent as what AWS takes for none."""
    targets = context.derived.update_targets(call)
    owned = {name for name in context.changed if name in targets}
    if not owned:
        return set()
    if call.patch:
        send_patch(context, call, owned)
    else:
        wanted = {name: context.after.get(name) for name in (targets if call.whole else owned)}
        properties = {n: v if v is not None else reset_value(context, n, call) for n, v in wanted.items()}
        learn(context, send(context, call, properties, targets))
    wait_until_usable(context, "update")
    if context.derived.type.confirm is not None:
        context.derived.type.confirm(context)
    return owned


def reset_value(context: Context, name: str, call: Call) -> Any:
    """What to send to take a property back; None leaves it away, which is right where the call replaces all.

    Raises Failed when nothing says how.
    """
    declared = context.derived.type
    if name in declared.resets:
        return declared.resets[name]
    if name in declared.defaults:
        return declared.defaults[name]
    if call.whole or name not in context.changed:
        return None
    target = context.derived.update_targets(call)[name]
    if target.shape is not None and target.shape.type_name in ("list", "map"):
        return [] if target.shape.type_name == "list" else {}
    if target.shape is None or (target.shape.type_name == "string" and not getattr(target.shape, "enum", ())):
        return ""
    raise Failed(
        "catalogue.cannot-reset",
        f"{name} of {declared.name} cannot be taken back by leaving it away",
        next=f"write the value that {name} shall have instead",
    )


def send_patch(context: Context, call: Call, names: set[str]) -> None:
    """Takes these properties from `context.before` to `context.after` by patch operations."""
    targets = {name: target for name, target in context.derived.create_targets.items() if name in names}
    missing = {name for name in names if context.after.get(name) is None}
    after = {**context.after, **{name: _patch_reset(context, name, call) for name in missing}}
    old, new = (_patch_tree(context, properties, targets) for properties in (context.before, after))
    for member, value in new.items():
        if isinstance(value, Mapping) and _is_structure(targets, member):
            old[member] = without_unset(old[member] or {}, value)
    send_operations(context, call, patch_operations(old, new))


def _patch_tree(
    context: Context, properties: Mapping[str, Any], targets: Mapping[str, Target]
) -> dict[str, Any]:
    """The properties in the shape in which the create call takes them and the read answers them."""
    create = context.derived.type.create
    assert isinstance(create, Call)
    given = {name: value for name, value in properties.items() if name in targets}
    sent = parameters_of(context, Call(create.operation, rename=create.rename), given, targets)
    return {target.path[0]: sent.get(target.path[0]) for target in targets.values()}


def _is_structure(targets: Mapping[str, Target], member: str) -> bool:
    shapes = (target.shape for target in targets.values() if target.path[0] == member)
    return any(shape is not None and shape.type_name == "structure" for shape in shapes)


def _patch_reset(context: Context, name: str, call: Call) -> Any:
    """What takes a property back by a patch: a structure is removed, everything else set as elsewhere."""
    target = context.derived.create_targets[name]
    return None if _is_structure({name: target}, target.path[0]) else reset_value(context, name, call)


def send_operations(context: Context, call: Call, operations: Sequence[Operation]) -> None:
    """Sends patch operations, if there are any."""
    if operations:
        with_operations = Call(
            call.operation, keys=call.keys, fixed={**call.fixed, "patchOperations": operations},
            answer=call.answer, service=call.service,
        )  # fmt: skip
        learn(context, send(context, with_operations, {}, {}))


def _update_facet(context: Context, facet: Facet) -> set[str]:
    owned = context.changed & set(facet.properties)
    if owned:
        put_facet(context, facet)
    return set(owned)


def put_facet(context: Context, facet: Facet) -> None:
    """Puts a facet's properties as they shall be; clears it when none of them is given."""
    given = {name: context.after[name] for name in facet.properties if context.after.get(name) is not None}
    if not given and facet.clear is not None:
        _run(context, facet, facet.clear, {})
    else:
        resets = {**context.derived.type.defaults, **context.derived.type.resets}
        missing = {name: resets[name] for name in facet.properties if name not in given and name in resets}
        _run(context, facet, facet.put, {**missing, **given})


def _run(context: Context, facet: Facet, verb: Any, properties: Mapping[str, Any]) -> None:
    if not isinstance(verb, Call):
        verb(context)
        return
    try:
        send(context, verb, properties, context.derived.facet_targets(facet, verb))
    except CallFailed as failure:
        if properties or failure.kind is not Kind.NOT_FOUND:
            raise


def delete(context: Context) -> None:
    """Removes the resource; one that is gone already is fine."""
    declared = context.derived.type
    try:
        if declared.prepare_delete is not None:
            _prepare_delete(context, declared.prepare_delete)
        if isinstance(declared.delete, Call):
            send(context, declared.delete, {}, {})
        else:
            declared.delete(context)
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return
        raise
    if declared.wait_deleted and reaches(context.until, declared.wait_deleted):
        _wait_until_gone(context)


def _prepare_delete(context: Context, prepare: Hook) -> None:
    """Again where a part was not there any more: an earlier try, whose answer was lost, removed it."""
    try:
        prepare(context)
    except CallFailed as failure:
        if not (failure.kind is Kind.NOT_FOUND and failure.after_lost):
            raise
        prepare(context)


def learn(context: Context, answer: Answer) -> None:
    """Keeps an answer for templates, attributes and waits."""
    context.answer = {**context.answer, **answer}
    context.learn(scalars(answer))


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


def is_usable(context: Context) -> bool:
    """Whether what an earlier write changed is usable, by one look. Raises Failed where it went wrong."""
    waits = [wait for wait in context.derived.type.wait if not wait.settles]
    if not waits or read_main(context) is None:
        return True
    for wait in waits:
        _refuse_failed(context, wait)
    busy = [wait for wait in waits if _status(context.answer, wait) in wait.busy]
    for wait in busy:
        context.progress(_standing(context, wait))
    return not busy


def wait_until_finished(context: Context) -> None:
    """Polls until what an earlier write changed is usable. Raises Failed where it went wrong or is stuck."""
    timeout = max((wait.timeout for wait in context.derived.type.wait), default=0.0)
    what = f"AWS is still at work on it after {timeout:.0f} s"
    waiting = pauses(context, timeout, Failed("aws.wait", what, next="deploy again"))
    while not is_usable(context):
        next(waiting)


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


def _wait_until_gone(context: Context) -> None:
    what = f"it is still there {GONE_TIMEOUT:.0f} s after its delete"
    waiting = pauses(context, GONE_TIMEOUT, Failed("aws.wait", what, next="try again"))
    while read_main(context) is not None:
        context.progress("being deleted")
        next(waiting)


def complete_attributes(context: Context) -> None:
    """After a create: reads once when the read tells an attribute that the create cannot tell."""
    derived = context.derived
    wanted = derived.schema.read_only - set(context.attributes()) - set(derived.type.attributes)
    if derived.create_call:
        wanted -= set(derived.sources(derived.create_call, wanted))
    _read_attributes(context, wanted)


def refresh_attributes(context: Context) -> None:
    """After an update: reads once when it may have changed an attribute that its answers do not tell."""
    told = set(context.attributes())
    _read_attributes(context, frozenset(context.derived.type.volatile) - told)


def _read_attributes(context: Context, wanted: frozenset[str]) -> None:
    read = context.derived.type.read
    if isinstance(read, Call) and context.derived.sources(read, wanted):
        learn(context, main_answer(context, read))
