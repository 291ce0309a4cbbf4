"""The record of one run that changed a stack, or tried to: what history, diffs and rollbacks are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from fairway.model.codec import decode_definition, encode_definition
from fairway.model.graph import Definition
from fairway.model.plan import Action
from fairway.model.results import DeploymentResult

SCHEMA = 1
KEPT = 20
"""So many successful deployments keep their artifacts."""
RUNNING: Literal["running"] = "running"
SUCCEEDED: Literal["succeeded"] = "succeeded"
INTERRUPTED: Literal["interrupted"] = "interrupted"
DESTROYED: Literal["destroyed"] = "destroyed"
_OPERATIONS = {"OperationFinished": "finished", "OperationFailed": "failed", "OperationSkipped": "skipped"}


@dataclass(frozen=True)
class Origin:
    """Where a run came from.

    `who` is `user@host`, or the actor a CI system names; `commit` is empty outside of git; `dirty` says
    whether the working tree held more than that commit, None where nobody could tell.
    """

    who: str = ""
    run_url: str = ""
    commit: str = ""
    dirty: bool | None = None

    @property
    def short_commit(self) -> str:
        """The commit as people are shown it."""
        return self.commit[:8]


@dataclass(frozen=True)
class Approval:
    """That `who` approved the plans with this digest, `at` seconds since the epoch."""

    who: str
    at: float
    digest: str


@dataclass(frozen=True)
class Operation:
    """What became of one operation: `error` is what went wrong, with its code.

    `result` is `finished`, `failed`, `skipped`, or `started` where nobody knows.
    """

    address: str
    type: str
    action: Action
    result: str
    seconds: float = 0
    error: str = ""


@dataclass(frozen=True)
class Deployment:
    """One run. `events` are all that was told of it, as JSON (docs/events.md).

    `result` is as in DeploymentFinished, or `running`; `started` is in seconds since the epoch. The state
    went from `serial_before` to `serial_after`. `definition` is what was to be deployed, artifacts built,
    secrets as keyed hashes under the state's key; None where everything was to go. `restores` is the number
    of the deployment that a rollback went back to. `kept` are, by number, the artifacts of the successful
    deployments to which a rollback is possible, this one included. `approval` is None where none was needed.
    `undoes` is the number of the deployment that a rollback took back; `unverified` says that it was carried
    out, and that a verification after it failed.
    """

    number: int
    command: str
    origin: Origin
    started: float
    lineage: str
    serial_before: int
    definition: Definition | None = None
    restores: int = 0
    result: DeploymentResult | Literal["running"] = RUNNING
    serial_after: int = 0
    events: Sequence[Mapping[str, Any]] = ()
    kept: Mapping[int, Sequence[str]] = field(default_factory=dict)
    approval: Approval | None = None
    undoes: int = 0
    unverified: bool = False

    @property
    def good(self) -> bool:
        """Whether one can go back to it."""
        is_there = self.definition is not None and not self.removes_all
        return self.result == SUCCEEDED and is_there and not self.unverified

    @property
    def removes_all(self) -> bool:
        """Whether it left nothing of the stack: a destroy, or the way back from a first deployment."""
        return self.result == DESTROYED or (self.result == SUCCEEDED and self.undoes > self.restores == 0)

    @property
    def root(self) -> int:
        """The number of the deployment whose definition this is: rollbacks bring an earlier one's back."""
        return self.restores or self.number

    @property
    def end(self) -> Mapping[str, Any]:
        """Its DeploymentFinished event; empty while it runs, or when it was killed."""
        return next((event for event in reversed(self.events) if _is(event, "DeploymentFinished")), {})

    @property
    def plan(self) -> Mapping[str, Any] | None:
        """The plan as it was shown, where one was made."""
        made = (event["plan"] for event in reversed(self.events) if _is(event, "PlanMade"))
        return next(made, None)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation with what came of it, in the order in which they ended; of a run that was killed in
        the order of its plan.
        """
        return tuple(_operations(self.events))

    @property
    def touched(self) -> frozenset[str]:
        """The addresses of all operations that were begun."""
        return frozenset(each.address for each in self.operations if each.result != "skipped")


def to_json(deployment: Deployment, key: str) -> dict[str, Any]:
    """The record as it is stored; secrets of the definition become their keyed hashes under `key`."""
    definition = deployment.definition
    return {
        "schema": SCHEMA,
        **{name: getattr(deployment, name) for name in _PLAIN},
        "origin": asdict(deployment.origin),
        "definition": encode_definition(definition, key) if definition else None,
        "kept": {str(number): list(digests) for number, digests in deployment.kept.items()},
        "approval": asdict(deployment.approval) if deployment.approval else None,
        "undoes": deployment.undoes,
        "unverified": deployment.unverified,
    }


def from_json(document: Mapping[str, Any]) -> Deployment:
    """The deployment of a stored record. Raises KeyError, TypeError or ValueError for what is none."""
    if document["schema"] != SCHEMA:
        raise ValueError(f"it has schema version {document['schema']}, this Fairway knows {SCHEMA}")
    definition, approval = document["definition"], document.get("approval")
    return Deployment(
        **{name: document[name] for name in _PLAIN},
        origin=Origin(**document["origin"]),
        definition=decode_definition(definition) if definition else None,
        kept={int(number): tuple(digests) for number, digests in document["kept"].items()},
        approval=Approval(**approval) if approval else None,
        undoes=document.get("undoes", 0),
        unverified=document.get("unverified", False),
    )


_PLAIN = (
    *("number", "command", "result", "started", "restores"),
    *("lineage", "serial_before", "serial_after", "events"),
)


def kept_with(deployment: Deployment) -> Deployment:
    """A deployment that has succeeded, its own artifacts among those that are kept."""
    built = deployment.definition.artifacts if deployment.definition else ()
    kept = {**deployment.kept, deployment.number: tuple(sorted(each.digest for each in built))}
    return replace(deployment, kept={number: kept[number] for number in sorted(kept)[-KEPT:]})


def _is(event: Mapping[str, Any], name: str) -> bool:
    return bool(event["event"] == name)


def _operations(events: Sequence[Mapping[str, Any]]) -> Iterator[Operation]:
    begun: dict[tuple[str, str], Mapping[str, Any]] = {}
    for event in events:
        key = (event.get("address", ""), event.get("action", ""))
        if _is(event, "CutOff"):
            begun.clear()
            yield from (
                Operation(**{**each, "action": Action(each["action"])}) for each in event["operations"]
            )
        elif _is(event, "OperationStarted"):
            begun[key] = event
        elif result := _OPERATIONS.get(event["event"]):
            begun.pop(key, None)
            yield _operation(event, result)
    for event in begun.values():
        yield _operation(event, "started")


def _operation(event: Mapping[str, Any], result: str) -> Operation:
    error = f"[{event['code']}] {event['message']}" if result == "failed" else ""
    action = Action(event["action"])
    return Operation(event["address"], event["type"], action, result, event.get("seconds", 0), error)
