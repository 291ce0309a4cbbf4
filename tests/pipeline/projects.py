"""Projects of a few stacks, run against a local cloud in the test's own process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.cli.program import write
from tests.local_cloud import REGION, Cloud

from fairway.model.events import Decided, Event
from fairway.model.plan import Plan
from fairway.model.results import STAGES, StageName
from fairway.model.values import Lookup
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import RunFolder
from fairway.pipeline.order import in_order, needs_among
from fairway.pipeline.runner import run
from fairway.project.settings import EnvironmentSettings, FromStack, Project, SecretSettings, StackSettings
from fairway.stacks.outputs import shown_outputs
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports
from fairway.stacks.storage import open_store

ENVIRONMENT = "prod"


@dataclass
class Somebody:
    """Who answers: a yes or no, a name for approvals (empty: nobody is there), and values of secrets."""

    agrees: bool = True
    approves: str = ""
    asked: list[tuple[str, ...]] = field(default_factory=list)
    knows: dict[str, str] = field(default_factory=dict)

    def confirm(self, plans: Sequence[Plan]) -> bool:
        self.asked.append(tuple(plan.stack for plan in plans))
        return self.agrees

    def approve(self, plans: Sequence[Plan]) -> str:
        self.asked.append(tuple(plan.stack for plan in plans))
        return self.approves

    def secret(self, secret: SecretSettings) -> str | None:
        return self.knows.get(secret.key)


@dataclass
class Workshop:
    """A project's folder, and the way to run its pipeline there."""

    folder: Path
    cloud: Cloud
    project: Project = field(default_factory=Project)
    somebody: Somebody = field(default_factory=Somebody)
    events: list[Event] = field(default_factory=list)

    def write(self, files: Mapping[str, str]) -> None:
        write(self.folder, files)

    def set(self, **changes: Any) -> None:
        """Change what fairway.toml would say."""
        self.project = replace(self.project, file=self.folder / "fairway.toml", **changes)

    def set_environment(self, **changes: Any) -> None:
        """Change what it would say of the environment."""
        there = replace(self.project.environment(ENVIRONMENT), **changes)
        self.set(environments={ENVIRONMENT: there})

    def target(self, stack: str) -> Target:
        return Target(
            stack=stack,
            environment=ENVIRONMENT,
            region=REGION,
            state=str(self.folder / ".fairway" / "state"),
            cache=self.folder / "cache",
            endpoint_url=self.cloud.endpoint,
            local=True,
        )

    def request(self, stack: str) -> Request:
        """The stack's request, with the outputs that it takes of others as they are now."""
        settings = self.project.stacks[stack]
        given = {name: self._given(each.value) for name, each in settings.parameters.items()}
        return Request(self.folder / settings.source, self.target(stack), given)

    def ahead(self, stack: str) -> Request:
        """The stack's request, with what it takes of others left unknown."""
        settings = self.project.stacks[stack]
        given = {name: Lookup("parameter", name) for name in settings.parameters}
        return Request(self.folder / settings.source, self.target(stack), given)

    def _given(self, value: object) -> Any:
        return self.outputs(value.stack)[value.output] if isinstance(value, FromStack) else value

    def outputs(self, stack: str) -> Mapping[str, Any]:
        target = self.target(stack)
        return shown_outputs(open_store(target).load(target.environment, stack), str)

    def delivery(
        self, first: StageName = "test", last: StageName = "apply", *stacks: str, **changes: Any
    ) -> Delivery:
        chosen = needs_among(self.project, ENVIRONMENT, stacks or tuple(self.project.stacks))
        return Delivery(
            project=self.project,
            environment=ENVIRONMENT,
            stacks=in_order(chosen),
            needs=chosen,
            stages=STAGES[STAGES.index(first) : STAGES.index(last) + 1],
            folder=RunFolder(self.folder, ENVIRONMENT),
            target=self.target,
            request=self.request,
            ahead=self.ahead,
            ports=Ports(self.events.append, confirm=lambda _: True),
            people=self.somebody,
            **{"on_failure": self.project.environment(ENVIRONMENT).on_failure, **changes},
        )

    def run(self, first: StageName = "test", last: StageName = "apply", *stacks: str, **changes: Any) -> str:
        """How a run of these stages ended; `events` are its own."""
        self.events.clear()
        return run(self.delivery(first, last, *stacks, **changes))

    def of(self, kind: type[Event]) -> list[Any]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def decisions(self) -> Mapping[str, str]:
        """What was decided, by stack."""
        return {event.stack: event.decision.kind.value for event in self.of(Decided)}


def workshop(folder: Path, cloud: Cloud, stacks: Mapping[str, StackSettings]) -> Workshop:
    """A project of these stacks, under names of its own."""
    made = Workshop(folder, cloud)
    made.set(stacks=stacks, environments={ENVIRONMENT: EnvironmentSettings()})
    return made
