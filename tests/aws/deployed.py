"""One definition deployed with the engine itself: planned, applied, planned again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fairway.apply.engine import apply
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live
from fairway.model.graph import Definition, Resource
from fairway.model.location import Location
from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.model.values import Properties
from fairway.plan.desired import Desired
from fairway.plan.planner import make_plan, plan_destroy
from fairway.state.document import new_state


@dataclass
class Deployed:
    """A stack on a cloud, its state kept in memory."""

    cloud: Cloud
    stack: str
    lines: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state: StackState = new_state(self.stack, "test")

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """The journal's port."""
        self.lines += lines

    def live(self) -> Mapping[str, Live | None]:
        return self.cloud.read_all(self.state.resources.values())

    def plan(self, definition: Definition) -> tuple[Plan, Desired]:
        return make_plan(definition, self.state, self.live(), self.cloud, allow_data_loss=frozenset("*"))

    def deploy(self, definition: Definition) -> None:
        """Raises AssertionError with what failed."""
        self.carry_out(*self.plan(definition))

    def destroy(self) -> None:
        self.carry_out(*plan_destroy(self.state, self.live(), self.cloud, allow_data_loss=frozenset("*")))

    def carry_out(self, plan: Plan, desired: Desired) -> None:
        outcome = apply(plan, desired, self.state, self.cloud, self, lambda _: None)
        assert not outcome.failures, outcome.failures
        self.state = outcome.state


def one(address: str, type_name: str, properties: Properties) -> Definition:
    """A definition with a single resource."""
    resource = Resource(address, type_name, properties, Location("template.yaml", 1))
    return Definition("cloudformation", "template.yaml", {address: resource})
