"""What the user asked for, settled before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fairway.apply.scheduler import DEFAULT_CONCURRENCY
from fairway.aws.session import Sessions
from fairway.model.deployment import Approval
from fairway.model.until import Until
from fairway.model.values import Value
from fairway.project.settings import Import, OnFailure, RolloutSettings


@dataclass(frozen=True)
class Target:
    """Where a stack lives: its name, its environment, and how that environment's AWS is reached.

    `endpoint_url` is empty for AWS itself; `local` says that it is the local cloud's. `state` is where
    state is kept, a folder or `s3://bucket/prefix`; `state_region` the bucket's region where it is another.
    `lock_table` is the DynamoDB table in which its leases are, where they are not beside the state.
    An operation is over when it is `until` so far.
    `cache` is a folder that may not exist yet, and so may be the state's. `beside` is the folder where
    state is kept as long as nobody chooses another place; empty where there is no source.
    `identity` is what STS said of the credentials, where it has been asked. `sessions` are those of the run.
    """

    stack: str
    environment: str
    region: str
    state: str
    cache: Path
    endpoint_url: str = ""
    profile: str = ""
    local: bool = False
    state_region: str = ""
    lock_table: str = ""
    beside: str = ""
    identity: Mapping[str, str] = field(default_factory=dict, compare=False)
    until: Until = "ready"
    sessions: Sessions = field(default_factory=Sessions, compare=False, repr=False)


@dataclass(frozen=True)
class Request:
    """A deploy or plan of a source. `allow_data_loss` holds addresses, or `*` for all.

    With `targets` only these addresses, and what they need, are read and planned; without `refresh`
    nothing is read. `protect` are addresses to protect from now on, `adopt` those (or `*`) of which what an
    earlier life of the stack made is taken over. `on_failure` says whether what a failed deploy did stays, or
    is undone. `imports` are the project's `[[import]]` blocks. `approval` is somebody's of this very plan;
    with `needs_approval` nothing is carried out without one. `rollout` is how changed functions go live where
    the source does not say so; with `all_at_once` they do at once, whatever is said.
    """

    source: Path
    target: Target
    parameters: Mapping[str, Value] = field(default_factory=dict)
    allow_data_loss: frozenset[str] = frozenset()
    concurrency: int = DEFAULT_CONCURRENCY
    targets: frozenset[str] = frozenset()
    refresh: bool = True
    protect: frozenset[str] = frozenset()
    adopt: frozenset[str] = frozenset()
    on_failure: OnFailure = "hold"
    imports: tuple[Import, ...] = ()
    approval: Approval | None = None
    needs_approval: bool = False
    rollout: RolloutSettings | None = None
    all_at_once: bool = False

    @property
    def folder(self) -> Path:
        """Where the source is."""
        return self.source.parent if self.source.is_file() else self.source
