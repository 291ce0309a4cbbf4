"""What a run of the pipeline is asked for, settled before anything runs, and what every stage works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fairway.model.events import Event
from fairway.model.plan import Plan
from fairway.model.results import Ending, StageName
from fairway.pipeline.folder import RunFolder
from fairway.pipeline.order import Needs
from fairway.project.settings import EnvironmentSettings, OnFailure, Project, SecretSettings
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports

GOES_ON: frozenset[Ending] = frozenset({"done", "nothing"})


class People(Protocol):
    """Those who may be asked."""

    def confirm(self, plans: Sequence[Plan]) -> bool:
        """Whether the plans may be carried out. Raises WrongInput where nobody can answer."""

    def approve(self, plans: Sequence[Plan]) -> str:
        """Who approves of the plans, now; empty where nobody does, or nobody is there."""

    def secret(self, secret: SecretSettings) -> str | None:
        """A secret's value; None where nobody is there who says one."""


@dataclass(frozen=True)
class Delivery:
    """A run of some stages for some stacks of a project, in one environment.

    `target` says where a stack is, `request` gives its request as it is now: its parameters may be outputs of
    others. `ahead` gives it before those are there, and leaves them unknown. `stacks` are in the order of
    what they need. With `code_only` nothing but code may change. `on_failure` says what becomes of what a
    failed run did. `continues` says that it goes on from what earlier processes did.
    """

    project: Project
    environment: str
    stacks: tuple[str, ...]
    needs: Needs
    stages: tuple[StageName, ...]
    folder: RunFolder
    target: Callable[[str], Target]
    request: Callable[[str], Request]
    ahead: Callable[[str], Request]
    ports: Ports
    people: People
    code_only: bool = False
    continues: bool = False
    on_failure: OnFailure = "hold"

    @property
    def settings(self) -> EnvironmentSettings:
        return self.project.environment(self.environment)

    @property
    def now(self) -> float:
        return self.ports.clock()

    @property
    def deploys(self) -> bool:
        """Whether anything may be changed."""
        return "apply" in self.stages

    @property
    def all_stacks(self) -> tuple[str, ...]:
        """Also those that this run does nothing with: what it does may name their outputs."""
        return tuple(self.project.stacks) or self.stacks

    def emit(self, event: Event) -> None:
        self.ports.emit(event)
