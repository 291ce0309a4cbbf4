"""Runs checks beside each other; a check that cannot be made is one that failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Literal

from fairway.aws.failures import CallFailed
from fairway.checks.outcome import Outcome, failed, skipped
from fairway.checks.subject import Subject
from fairway.model.checked import Checked
from fairway.model.errors import Failed, Interrupted, WrongInput
from fairway.model.events import CheckFinished, Emit
from fairway.model.masking import LONGEST_SAID, Masks, cut, masks_for

Stage = Literal["checks", "apply", "verify"]
WORKERS = 16
"""At once. They mostly wait."""
_NOT_IN_LOCAL_CLOUD = "NotImplemented"
GRACE = 2.0
"""Seconds in which a run that is stopped ends its commands; an answer that is still out is not waited for."""
PAUSES = (0.25, 0.5, 1.0, 2.0)
"""Seconds between two tries; the last one again and again."""


@dataclass(frozen=True)
class Check:
    """Something that must hold, and how to find out. With `within` it is tried again for so many seconds."""

    name: str
    kind: str
    find_out: Callable[[], Outcome]
    within: float = 0.0


def run_all(checks: Sequence[Check], stage: Stage, subject: Subject, emit: Emit) -> list[Checked]:
    """What came of each, in their order; told one by one as they end. Raises Interrupted."""
    masks = masks_of(subject)
    pool = ThreadPoolExecutor(WORKERS, "check")
    futures = [pool.submit(_checked, check, subject, masks) for check in checks]
    try:
        for future in as_completed(futures):
            emit(CheckFinished(at=subject.clock(), stage=stage, checked=future.result()))
    except BaseException:
        subject.caller.stop.set()
        wait(futures, GRACE)
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [future.result() for future in futures]


def _checked(check: Check, subject: Subject, masks: Masks) -> Checked:
    now = subject.caller.clock.now
    started = now()
    try:
        outcome = _found(check, subject)
    except WrongInput as error:
        outcome = failed(str(error), why=error.why, next=error.next)
    said = cut(masks.blank(outcome.said), LONGEST_SAID)
    return Checked(
        check.name,
        check.kind,
        outcome.result,
        cut(masks.blank(outcome.message)),
        "\n".join(filter(None, (cut(masks.blank(outcome.why)), said))),
        cut(masks.blank(outcome.next)),
        round(now() - started, 3),
    )


def _found(check: Check, subject: Subject) -> Outcome:
    """The first outcome that is no failure or is final, or the last one."""
    caller, now = subject.caller, subject.caller.clock.now
    end, pauses = now() + check.within, chain(PAUSES, repeat(PAUSES[-1]))
    outcome, tries = _tried(check, subject), 1
    while outcome.result == "failed" and not outcome.final and (left := end - now()) > 0:
        if caller.stop.is_set():
            raise Interrupted("checks.interrupted", f"{check.name} was not waited for: the run was stopped")
        caller.pause(min(next(pauses), left))
        outcome, tries = _tried(check, subject), tries + 1
    if outcome.result == "failed" and tries > 1:
        return replace(outcome, message=f"{outcome.message} (tried {tries} times)")
    return outcome


def _tried(check: Check, subject: Subject) -> Outcome:
    """One try. What did not work may work later; what is wrong with the check itself never will."""
    try:
        return check.find_out()
    except CallFailed as failure:
        if failure.aws_code == _NOT_IN_LOCAL_CLOUD and subject.caller.session.loopback:
            return skipped(f"the local cloud has no {failure.where}")
        return failed(str(failure), why=failure.why, next=failure.next)
    except Failed as error:
        return failed(str(error), why=error.why, next=error.next)


def masks_of(subject: Subject) -> Masks:
    """The secrets of an environment, and of what is to go there."""
    given = [value for request in subject.requests.values() for value in request.parameters.values()]
    return masks_for(subject.states.values(), subject.environ, given)
