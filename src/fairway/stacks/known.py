"""What the names in a project's texts stand for, in one environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from fairway.aws.session import Session
from fairway.model.errors import WrongInput
from fairway.model.sealing import is_sealed_secret
from fairway.model.state import StackState
from fairway.model.values import Json
from fairway.project.names import ENV, FACTS, output_of
from fairway.project.settings import Project
from fairway.sources.findings import suggest
from fairway.stacks.inspect import deployed
from fairway.stacks.origin import origin
from fairway.stacks.request import Target


@dataclass(frozen=True)
class Known(Mapping[str, str]):
    """The values of names (`fairway.project.names.filled` takes it), each found when it is asked for.

    `session` is the environment's; `output` answers an output by stack and name. Raises WrongInput for an
    output that there is not, and Failed where AWS cannot be asked for the account.
    """

    project: Project
    environment: str
    session: Session
    output: Callable[[str, str], str]
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def __getitem__(self, name: str) -> str:
        if found := output_of(name):
            return self.output(*found)
        kind, _, rest = name.partition(".")
        return self.environ[rest] if kind == ENV and rest else self._facts[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)

    @cached_property
    def _facts(self) -> Mapping[str, Callable[[], str]]:
        return {
            "environment": lambda: self.environment,
            "project": lambda: self.project.name,
            "account": lambda: self.session.account,
            "region": lambda: self.session.region,
            "commit": lambda: origin(self.project.folder, self.environ).commit,
        }


def outputs_at(target: Target) -> Callable[[str, str], str]:
    """Answers the outputs of the stacks that are deployed where the target is, each read once."""
    state_of = cache(lambda stack: deployed(replace(target, stack=stack)))
    return lambda stack, output: output_text(state_of(stack), output)


def output_text(state: StackState, output: str) -> str:
    """An output as text. Raises WrongInput (`project.output`) for one that is not there, or secret."""
    if output not in state.outputs:
        there = ", ".join(state.outputs) or "it has none"
        raise WrongInput(
            "project.output",
            f"{state.stack} has no output {output} in {state.environment}",
            next=suggest(output, state.outputs) or f"its outputs: {there}",
        )
    value: Json = state.outputs[output].value
    if is_sealed_secret(value):
        what = f"the output {output} of {state.stack} is secret, and its value is not recorded"
        raise WrongInput("project.output", what, next="put it into a secret and take it from there")
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
