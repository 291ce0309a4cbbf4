"""What the commands on a whole project work with, from their flags and the project's file."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed, ask, ask_secret, ask_value, can_ask
from fairway.cli.output import Output
from fairway.cli.requests import parameters
from fairway.cli.running import ports
from fairway.cli.target import chosen, environment_of
from fairway.cli.waiting import is_attended
from fairway.model.errors import WrongInput
from fairway.model.plan import Plan
from fairway.model.results import StageName
from fairway.model.turns import one_at_a_time
from fairway.model.values import Value
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import RunFolder
from fairway.pipeline.order import in_order, needs_among
from fairway.project.find import find_project
from fairway.project.settings import Project, SecretSettings
from fairway.stacks.choose import any_stack, source_of, stack_name, state_folder
from fairway.stacks.origin import origin
from fairway.stacks.request import Request
from fairway.stacks.run import Ports
from fairway.stacks.targets import Chosen, require_lasting_state, target_for

if TYPE_CHECKING:
    from fairway.sources.load import Declaration
    from fairway.stacks.parameters import Ask

_STATEFUL = frozenset[StageName]({"plan", "approve", "apply", "verify"})
"""Stages that are wrong without what is recorded."""


def delivery_of(arguments: argparse.Namespace, output: Output, stages: tuple[StageName, ...]) -> Delivery:
    """What the flags ask for and the project's file says. Raises WrongInput for what cannot be meant."""
    project, environment = find_project(Path()), environment_of(arguments)
    known = tuple(project.stacks) or (stack_name(Path()),)
    _refuse_strange_parameters(arguments, project)
    needs = needs_among(project, environment, _chosen(arguments.stack, known))
    over = chosen(arguments)
    if _STATEFUL.intersection(stages):
        require_lasting_state(project, environment, over)
    places = cache(lambda stack: target_for(project, environment, stack, state_folder(project, None), over))
    requests = _Requests(arguments, project, environment, over, _asks(output))
    return Delivery(
        project=project,
        environment=environment,
        stacks=in_order(needs),
        needs=needs,
        stages=stages,
        folder=RunFolder(project.folder, environment),
        target=places,
        request=requests,
        ahead=replace(requests, offline=True),
        ports=_for_several(ports(places(any_stack(project, "", None)), arguments, output)),
        people=_Terminal(arguments, output, environment),
        code_only=getattr(arguments, "code_only", False),
        continues=bool(getattr(arguments, "first", None)),
        on_failure=over.on_failure or project.environment(environment).on_failure,
    )


def question(verb: str, plans: Sequence[Plan], environment: str) -> str:
    """`Approve these 2 plans for prod?`"""
    what = "this" if len(plans) == 1 else f"these {len(plans)} plans"
    return f"{verb} {what} for {environment}?"


def _chosen(names: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    """The stacks that were named, or all. Raises WrongInput for one that the project does not have."""
    if unknown := [name for name in names if name not in known]:
        raise WrongInput(
            "arguments.stack",
            f"the project has no stack {', '.join(unknown)}",
            next=f"it has {', '.join(known)}",
        )
    return names or known


def _asks(output: Output) -> Ask | None:
    """Asks for each parameter once, however many stages want it; None where nobody is there."""
    if not is_attended(output):
        return None
    asked, answers = ask_value(output), dict[str, str | None]()

    def ask_once(declaration: Declaration, trouble: str) -> str | None:
        if trouble or declaration.name not in answers:
            answers[declaration.name] = asked(declaration, trouble)
        return answers[declaration.name]

    return one_at_a_time(ask_once)


@dataclass(frozen=True)
class _Requests:
    """The request of each stack, with the outputs of others as they are when it is asked for; with `offline`
    they stay unknown.
    """

    arguments: argparse.Namespace
    project: Project
    environment: str
    over: Chosen
    ask: Ask | None
    offline: bool = False

    def __call__(self, stack: str) -> Request:
        from fairway.stacks.requests import request_for

        request = request_for(
            self.project,
            self.environment,
            stack,
            self.over,
            source=None if self.project.stacks else Path(),
            parameters=self._given(stack),
            ask=self.ask,
            offline=self.offline,
        )
        return replace(
            request,
            allow_data_loss=frozenset(getattr(self.arguments, "allow_data_loss", ())),
            all_at_once=getattr(self.arguments, "all_at_once", False),
        )

    def _given(self, stack: str) -> Mapping[str, Value]:
        """The flags' parameters: of several stacks each takes those that it has."""
        given = parameters(self.arguments)
        if len(self.project.stacks) < 2 or not given:
            return given
        declared = _declared(self.project, stack)
        return {name: value for name, value in given.items() if name in declared}


def _refuse_strange_parameters(arguments: argparse.Namespace, project: Project) -> None:
    """Raises WrongInput for flags with parameters that none of several stacks has."""
    if len(project.stacks) < 2 or not hasattr(arguments, "param") or not (given := parameters(arguments)):
        return
    if strange := set(given).difference(*(_declared(project, stack) for stack in project.stacks)):
        what = f"no stack has a parameter {', '.join(sorted(strange))}"
        raise WrongInput("arguments.param", what, next="take one that a template declares")


def _declared(project: Project, stack: str) -> Collection[str]:
    """The parameters that a stack's template has."""
    from fairway.sources.load import declared_parameters, find_template

    return declared_parameters(find_template(source_of(project, stack))).keys()


def _for_several(ports: Ports) -> Ports:
    """Stacks are worked on beside each other, and tell and ask one at a time."""
    agrees = one_at_a_time(ports.agrees_to_wait)
    return replace(ports, emit=one_at_a_time(ports.emit), agrees_to_wait=agrees)


@dataclass(frozen=True)
class _Terminal:
    """Whoever sits at the terminal. Fulfils `pipeline.delivery.People`."""

    arguments: argparse.Namespace
    output: Output
    environment: str

    def confirm(self, plans: Sequence[Plan]) -> bool:
        first = "read the plan with `fairway run --to plan`, then run this with --yes"
        asked = question("Carry out", plans, self.environment)
        return agreed(asked, self.arguments, self.output, first=first)

    def approve(self, plans: Sequence[Plan]) -> str:
        """`--yes` is no approval: that is given with `fairway approve`."""
        asked = question("Approve", plans, self.environment)
        return origin(Path()).who if can_ask(self.output) and ask(asked, self.output) else ""

    def secret(self, secret: SecretSettings) -> str | None:
        return ask_secret(self.output)(secret) if is_attended(self.output) else None
