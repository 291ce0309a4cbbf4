"""Everything that happens, as typed events on one stream; screens, JSON lines and history read it.

Times are seconds since the epoch. The names and fields are documented in docs/events.md and stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from fairway.model.checked import Checked
from fairway.model.decision import Decision
from fairway.model.deployment import Operation
from fairway.model.errors import Cause, Finding
from fairway.model.plain import plain
from fairway.model.plan import Action, Plan
from fairway.model.results import DeploymentResult, Ending, PipelineResult, StackResult
from fairway.model.state_difference import StateDifference


@dataclass(frozen=True)
class Event:
    """Something that happened at `at`, to a `stack`; empty where it is about none, or about all of them."""

    at: float
    stack: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class DeploymentStarted(Event):
    stack: str = field()
    environment: str
    command: str
    region: str
    endpoint: str = ""


@dataclass(frozen=True)
class Warned(Event):
    """Something the user should know that stops nothing."""

    finding: Finding


@dataclass(frozen=True)
class Waiting(Event):
    """The deployment waits for something outside itself (another deployment, say).

    Of a lease: its `holder`'s id, what that is `doing` `since` when, and for how many seconds its lease has
    not been renewed.
    """

    what: str
    holder: str = ""
    doing: str = ""
    since: float = 0.0
    unrenewed: float = 0.0


@dataclass(frozen=True)
class StageStarted(Event):
    """A part of the deployment began: read, build, refresh, plan, apply, verify."""

    stage: str


@dataclass(frozen=True)
class StageFinished(Event):
    stage: str
    seconds: float


@dataclass(frozen=True)
class BuildStarted(Event):
    address: str


@dataclass(frozen=True)
class BuildFinished(Event):
    """`cached` says that nothing had to be built; `size` is the zip's, in bytes."""

    address: str
    seconds: float
    cached: bool
    digest: str
    size: int


@dataclass(frozen=True)
class PlanMade(Event):
    plan: Plan


@dataclass(frozen=True)
class ApplyStarted(Event):
    operations: int


@dataclass(frozen=True)
class OperationStarted(Event):
    address: str
    type: str
    action: Action


@dataclass(frozen=True)
class OperationProgress(Event):
    """What an operation under way waits for (`LastUpdateStatus is InProgress`, a retry and why)."""

    address: str
    action: Action
    waiting_for: str


@dataclass(frozen=True)
class OperationFinished(Event):
    """`moved_from` is the address under which the resource stood, where this has moved it.

    `accepted` says that AWS has accepted the change and is still at work on it: nobody waits for that.
    """

    address: str
    type: str
    action: Action
    seconds: float
    identifier: str = ""
    moved_from: str = ""
    accepted: bool = False


@dataclass(frozen=True)
class OperationFailed(Event):
    """`code` is AWS's where AWS refused, with its request id."""

    address: str
    type: str
    action: Action
    seconds: float
    code: str
    message: str
    request_id: str = ""
    next: str = ""


@dataclass(frozen=True)
class OperationSkipped(Event):
    """Not tried, because `because` (an address) failed or the run was interrupted (empty)."""

    address: str
    type: str
    action: Action
    because: str


@dataclass(frozen=True)
class TrafficShifted(Event):
    """The new version at an address gets `percent` of the traffic, for `seconds` at least; versions as AWS
    numbers them.

    With `returned` it is the former version that has everything again.
    """

    address: str
    version: str
    percent: int
    seconds: float = 0.0
    returned: bool = False


@dataclass(frozen=True)
class FreshnessProved(Event):
    """The live code of a function is the code that was built."""

    address: str
    digest: str


@dataclass(frozen=True)
class CheckFinished(Event):
    """A check has its result; `stage` is `checks` before a deploy, `verify` after it, and `apply` between the
    steps of a rollout.
    """

    stage: str
    checked: Checked


@dataclass(frozen=True)
class SitePublished(Event):
    """A site's bucket holds this release, each object proved by S3's own digest of it; nothing of it where
    that is 0, because its first publication was taken back.

    `uploaded`, `removed` and `unchanged` count objects, `size` the bytes that were uploaded. `invalidated`
    are the paths that the distribution was told to forget; `settled` says whether every edge has.
    """

    site: str
    bucket: str
    distribution: str
    release: int
    digest: str
    uploaded: int
    removed: int
    unchanged: int
    size: int
    invalidated: tuple[str, ...]
    settled: bool
    seconds: float


@dataclass(frozen=True)
class StateEdited(Event):
    """A command has written the state alone, under `serial`; nothing in AWS was changed."""

    command: str
    serial: int
    difference: StateDifference


@dataclass(frozen=True)
class CutOff(Event):
    """The end of a record whose run was killed: what became of its operations, by its journal.

    The next run finds that out and writes it, `at` that time.
    """

    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class SecretCreated(Event):
    """The declared secret `key` was made in its `store`, `secretsmanager` or `ssm`, under `name`.

    Its value comes from a `source`: `variable`, `generated`, `placeholder`, or `typed` by somebody.
    """

    key: str
    name: str
    store: str
    source: str


@dataclass(frozen=True)
class DeploymentFinished(Event):
    """A run on a stack ended; `error` is what went wrong outside of any operation."""

    result: DeploymentResult
    seconds: float
    counts: Mapping[str, int]
    calls: Mapping[str, int]
    outputs: Mapping[str, Any]
    error: str = ""


@dataclass(frozen=True)
class OpenStep:
    """Something that people have to do after a deployment; `missing` is how it shows that nobody has."""

    name: str
    text: str
    missing: str = ""


@dataclass(frozen=True)
class PipelineStarted(Event):
    """A run of the pipeline began, of these `stages` with these `stacks`, each after those it needs."""

    environment: str
    stages: tuple[str, ...]
    stacks: tuple[str, ...]


@dataclass(frozen=True)
class PipelineStageStarted(Event):
    """A stage of the pipeline began; those of a single stack's deployment have events of their own."""

    stage: str


@dataclass(frozen=True)
class PipelineStageFinished(Event):
    """A stage of the pipeline ended."""

    stage: str
    seconds: float
    ending: Ending


@dataclass(frozen=True)
class TestFinished(Event):
    """A component's tests, or another command of the project, ended with `code`; None where it was stopped.

    `log` is the file with all of its output, `tail` the end of it where it failed.
    """

    __test__ = False  # pytest would collect it by its name

    name: str
    seconds: float
    code: int | None
    log: str
    tail: str = ""


@dataclass(frozen=True)
class HookFinished(Event):
    """A command of [hooks] that runs at this `point` ended; the rest is as in TestFinished."""

    point: str
    command: str
    seconds: float
    code: int | None
    log: str
    tail: str = ""


@dataclass(frozen=True)
class Decided(Event):
    """What is to be done with the stack, judged by content alone: see `model.decision`."""

    decision: Decision


@dataclass(frozen=True)
class StackDeferred(Event):
    """The stack is planned once those `after` which it comes are applied: it takes what they will have."""

    after: tuple[str, ...]


@dataclass(frozen=True)
class StackFailed(Event):
    """What went wrong with the stack, outside of any operation, while others are worked on."""

    code: str
    message: str
    where: str
    why: str
    next: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class StackSkipped(Event):
    """Nothing was done with the stack, because one that it needs (`because`) was not deployed."""

    because: str


@dataclass(frozen=True)
class Approved(Event):
    """`who` approved the stack's plan with this `digest`, `since` then."""

    who: str
    digest: str
    since: float


@dataclass(frozen=True)
class RollbackStarted(Event):
    """The run failed in `stage`; what it did to these `sites` and `stacks` is undone, in this order."""

    stage: str
    stacks: tuple[str, ...]
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResultsPublished(Event):
    """What there is after the run: the `outputs` of each stack, the steps that people have to do yet, and
    the `commands` with which they can try what was deployed.
    """

    outputs: Mapping[str, Mapping[str, Any]]
    open_steps: tuple[OpenStep, ...]
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class PipelineFinished(Event):
    """A run of the pipeline ended; `stages` are their seconds, `ended_in` the last one.

    `error` is what ended the last stage, where one that is no event of its own did.
    """

    environment: str
    result: PipelineResult
    seconds: float
    ended_in: str
    stages: Mapping[str, float]
    stacks: Mapping[str, StackResult]
    error: Cause | None = None


Emit: TypeAlias = Callable[[Event], None]


def to_json(event: Event) -> dict[str, Any]:
    """The event as one JSON object: `event` is its name, the rest its fields."""
    return {"event": type(event).__name__, **{f.name: plain(getattr(event, f.name)) for f in fields(event)}}
