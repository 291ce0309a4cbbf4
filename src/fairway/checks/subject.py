"""What checks work with: one environment of a project, and the way to its AWS."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from fairway.aws.calls import Caller
from fairway.checks.outcome import Outcome
from fairway.model.errors import WrongInput
from fairway.model.location import Location
from fairway.model.sealing import is_sealed_secret
from fairway.model.state import ResourceState, StackState
from fairway.stacks.functions import LONGEST_RUN
from fairway.stacks.outputs import shown_outputs
from fairway.stacks.request import Request


def _as_is(text: str) -> str:
    return text


def usable_outputs(
    states: Mapping[str, StackState], present: Callable[[str], str]
) -> Mapping[tuple[str, str], str]:
    """Every output that is no secret, by stack and name, in the form in which it can be used."""
    return {
        (stack, name): str(value)
        for stack, state in states.items()
        for name, value in shown_outputs(state, present).items()
        if not is_sealed_secret(state.outputs[name].value)
    }


@dataclass(frozen=True)
class Subject:
    """An environment whose checks are run.

    `folder` is the project's, from which commands run. `states` are the states of the stacks that are
    deployed, by name; `requests` what is going to be deployed, where that is known, and `unready` why it is
    not; `ahead` is then what is known of it already. `names` are the values of `${…}` in texts. `present`
    turns what AWS calls a URL into one that answers. `caller.clock` is the time that is waited, `clock` that
    of events, in seconds since the epoch.
    """

    environment: str
    folder: Path
    caller: Caller
    states: Mapping[str, StackState] = field(default_factory=dict)
    requests: Mapping[str, Request] = field(default_factory=dict)
    unready: Mapping[str, Outcome] = field(default_factory=dict)
    ahead: Mapping[str, Request] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    present: Callable[[str], str] = _as_is
    clock: Callable[[], float] = time.time
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @cached_property
    def patient(self) -> Caller:
        """Calls whose answer may take as long as a function may run."""
        return replace(self.caller, session=self.caller.session.waiting(LONGEST_RUN))

    def resource(self, name: str) -> ResourceState:
        """A deployed resource, by `STACK.ADDRESS`, or by its address where only one stack has it.

        Raises WrongInput for one that is not there, or that several stacks have.
        """
        found = self._by_name().get(name, ())
        if len(found) == 1:
            return found[0]
        if found:
            owners = [f"{stack}.{name}" for stack, state in self.states.items() if name in state.resources]
            raise WrongInput(
                "checks.address", f"several stacks have a resource {name}", next=f"name {' or '.join(owners)}"
            )
        from fairway.sources.findings import suggest

        raise WrongInput(
            "checks.address",
            f"no deployed stack has a resource {name}",
            next=suggest(name, self._by_name()) or "see `fairway status` for the resources",
        )

    def resource_of(self, name: str, types: Collection[str], kind: str, where: Location) -> ResourceState:
        """As `resource`, of one of these types, whose word is `kind`. Raises WrongInput for any other."""
        found = self.resource(name)
        if found.type in types:
            return found
        what, way = f"{name} is {found.type}, no {kind}", f"name a {kind}: `fairway status` shows them"
        raise WrongInput("checks.kind", what, where=where, next=way)

    def _by_name(self) -> Mapping[str, tuple[ResourceState, ...]]:
        found: dict[str, tuple[ResourceState, ...]] = {}
        for stack, state in self.states.items():
            for address, resource in state.resources.items():
                found[f"{stack}.{address}"] = (resource,)
                found[address] = (*found.get(address, ()), resource)
        return found
