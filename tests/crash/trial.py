"""One crash point: kill there, run the same command again, and compare with a run that nothing disturbed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache, partial
from typing import Any

from tests.crash.dump import canonical, dump
from tests.crash.place import BACKENDS, Backend, Place
from tests.crash.proxy import Kind, Strike
from tests.crash.stacks import STACKS, STEPS, Step
from tests.crash.zygote import Ended

_DIFFERENCES_SHOWN = 40


@dataclass(frozen=True)
class Case:
    """A step of a stack on a backend: all that is the same for its points."""

    stack: str
    step: Step
    backend: Backend

    def __str__(self) -> str:
        return f"{self.stack}/{self.step}/{self.backend}"


def cases(prefix: str) -> list[Case]:
    """The cases that have points beginning with `prefix`."""
    every = [Case(stack, step, backend) for backend in BACKENDS for stack in STACKS for step in STEPS]
    return [case for case in every if begins(case, prefix) or prefix.startswith(f"{case}/")]


def begins(point: object, prefix: str) -> bool:
    """Whether a point or case is written with these words first."""
    return not prefix or f"{point}/".startswith(f"{prefix}/")


@dataclass(frozen=True)
class Point:
    """The `number`-th call of a case that changes something, and when to kill there."""

    case: Case
    kind: Kind
    number: int

    def __str__(self) -> str:
        return f"{self.case}/{self.kind}/{self.number}"


@dataclass(frozen=True)
class Reference:
    """What an undisturbed run of a case leaves, as `seen`: after it, and after a destroy; and its calls."""

    done: str
    gone: str
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """How a point ended. `call` is where it was killed: empty when the run made fewer calls."""

    point: Point
    call: str
    wrong: tuple[str, ...] = ()


@cache
def undisturbed(place: Place, case: Case) -> Reference:
    """Run a case without killing it, once in a place. Raises AssertionError when that alone goes wrong."""
    prepare(place, case)
    counting = Strike()
    ended = place.run(case.backend, place.stacks[case.stack].command(case.step), counting)
    assert ended.code == 0, _told(f"{case}, undisturbed", ended)
    done = seen(place, case)
    wrong = [*_plan_is_empty(place, case), *_destroys(place, case)]
    assert not wrong, f"{case}, undisturbed: {wrong}"
    return Reference(done, seen(place, case), tuple(counting.calls))


def attempt(place: Place, point: Point, reference: Reference) -> Verdict:
    """Kill at a point and see whether everything comes out right."""
    case = point.case
    prepare(place, case)
    strike = Strike(point.number, point.kind, partial(place.kill, case.backend))
    place.run(case.backend, place.stacks[case.stack].command(case.step), strike)
    if not strike.struck:
        return Verdict(point, "")
    return Verdict(point, strike.struck, tuple(outcome(place, case, reference)))


def prepare(place: Place, case: Case) -> None:
    """An empty cloud in which what the case begins with is deployed."""
    stack = place.stacks[case.stack]
    place.empty(case.backend)
    before = stack.before(case.step)
    if before:
        ended = place.run(case.backend, stack.deploying(before))
        assert ended.code == 0, _told(f"what comes before {case}", ended)


def outcome(place: Place, case: Case, reference: Reference) -> Iterator[str]:
    """Repeat the command of a run that was disturbed: everything that is not as it must be then.

    Stops where more would say nothing. Leaves a destroyed stack.
    """
    again = place.run(case.backend, place.stacks[case.stack].command(case.step))
    if again.code != 0:
        yield _told("the same command again", again)
        return
    found = seen(place, case)
    if found != reference.done:
        yield _difference("the cloud is not that of an undisturbed run", reference.done, found)
    yield from _plan_is_empty(place, case)
    yield from _destroys(place, case)
    left = seen(place, case)
    if left != reference.gone:
        yield _difference("destroy leaves resources", reference.gone, left)
    if kept := unfinished(place.documents(case.backend)):
        yield f"destroy leaves {', '.join(kept)}"


def _plan_is_empty(place: Place, case: Case) -> Iterator[str]:
    if case.step != "destroy":
        planned = place.run(case.backend, place.stacks[case.stack].planning(case.step))
        if planned.code != 0:
            yield _told("the plan after it is not empty", planned)


def _destroys(place: Place, case: Case) -> Iterator[str]:
    if case.step != "destroy":
        destroyed = place.run(case.backend, place.stacks[case.stack].command("destroy"))
        if destroyed.code != 0:
            yield _told("destroy", destroyed)


def seen(place: Place, case: Case) -> str:
    """The cloud as it is now, without what differs from run to run."""
    return canonical(dump(place.cloud), _names(_state(place.documents(case.backend))))


def unfinished(documents: Mapping[str, bytes]) -> list[str]:
    """What of a stack that is destroyed and that nobody works on must not be there, by key."""
    last = ("/state.json", "/journal.jsonl", "/lease.json")
    return sorted(key for key, text in documents.items() if text and f"/{key}".endswith(last))


def _state(documents: Mapping[str, bytes]) -> Mapping[str, Any]:
    """The state of the only stack there is."""
    found = [text for key, text in documents.items() if key.endswith("/state.json")]
    state: Mapping[str, Any] = json.loads(found[0])["state"] if found else {}
    return state


def _names(state: Mapping[str, Any]) -> dict[str, str]:
    """What stands for the names and ids of this run: the first address that they belong to."""
    names = {state["lineage"]: "<lineage>"} if state else {}
    for address, held in sorted(state.get("resources", {}).items()):
        told = {"name": str(held["identifier"]).rpartition("/")[2], "ref": held["ref"], **held["attributes"]}
        for name, value in sorted(told.items()):
            if _is_name(value, address):
                names.setdefault(value, f"<{address}.{name}>")
    return names


def _is_name(value: Any, address: str) -> bool:
    """Whether an attribute is unmistakable: an ARN, a URL, or a name that was made from the address."""
    if not isinstance(value, str):
        return False
    made = address.lower()[:4] in value.lower() and len(value) > len(address)
    return made or value.startswith(("arn:", "http"))


def _told(what: str, ended: Ended) -> str:
    failures = [line for line in ended.out.splitlines() if '"OperationFailed"' in line or '"error"' in line]
    return "\n".join([f"{what}: exit {ended.code}", ended.err, *(failures or ended.out.splitlines()[-3:])])


def _difference(what: str, expected: str, found: str) -> str:
    lines = unified_diff(expected.splitlines(), found.splitlines(), "expected", "found", "", "", 2, "")
    return "\n".join([f"{what}:", *list(lines)[:_DIFFERENCES_SHOWN]])
