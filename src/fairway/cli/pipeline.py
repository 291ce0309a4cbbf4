"""The commands on a whole project: run its pipeline, explain what it would do, approve what it planned."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed, ask, can_ask
from fairway.cli.output import Output
from fairway.cli.running import ports, request_of
from fairway.cli.target import stack_name, target
from fairway.model.decision import Decision
from fairway.model.errors import WrongInput
from fairway.model.plan import Plan
from fairway.pipeline.delivery import STAGES, Delivery, StageName
from fairway.pipeline.folder import RunFolder
from fairway.pipeline.order import among, in_order, needs
from fairway.project.find import find_project
from fairway.project.settings import Project
from fairway.stacks.origin import origin

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands

EXIT_CODES: Mapping[str, int] = {"succeeded": 0, "unchanged": 0, "waiting": 3, "interrupted": 130}
"""1 for every other result."""
_RUN = f"""\
Runs the stages {", ".join(STAGES)}: all of them, or those that are named. Each finds
in .fairway/runs/ENVIRONMENT what the ones before it have left, also those of an earlier process.
"""
_EXPLAIN = """\
Builds the code, compares it and the definition with what is recorded, and says of each stack what a
run would do and why. Nothing is read from AWS but state and what the definition looks up.
"""
_APPROVE = """\
Shows the plans that wait for an approval, and writes down who approved them. An approval is for these
plans alone: what is planned otherwise later needs another one.
"""


def add(commands: Commands) -> None:
    """The grammar of these commands."""
    from fairway.cli.arguments import add_command, add_parameters, confirm_options, target_options

    target, confirm, stages = target_options(several=True), confirm_options(), _stage_options()
    run = add_command(
        commands, "run", "test, build, plan, apply and verify", stages, target, confirm, about=_RUN
    )
    run.add_argument("--code-only", action="store_true", help="refuse to change anything but code")
    words = "say what a run would do with each stack, and why"
    explained = add_command(commands, "explain", words, target, about=_EXPLAIN)
    add_parameters(run)
    add_parameters(explained)
    words = "approve the plans of a run that waits for it"
    add_command(commands, "approve", words, target, confirm, about=_APPROVE)


def _stage_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    group = options.add_argument_group("stages")
    group.add_argument("--from", dest="first", choices=STAGES, metavar="STAGE", help="begin with this one")
    group.add_argument("--to", dest="last", choices=STAGES, metavar="STAGE", help="end with this one")
    group.add_argument(
        "--skip",
        action="append",
        choices=STAGES,
        default=[],
        metavar="STAGE",
        help="leave one out; repeatable",
    )
    return options


def run(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.runner import run as deliver

    result = deliver(delivery_of(arguments, output, _stages(arguments)))
    return output.result(EXIT_CODES.get(result, 1), {"result": result}, lambda _: "")


def explain(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.model.plain import plain
    from fairway.pipeline.stages.build import decisions

    delivery, found = delivery_of(arguments, output, ("build",)), dict[str, Decision]()
    ending = decisions(delivery, found.__setitem__)
    return output.result(1 if ending == "failed" else 0, {"decisions": plain(found)}, lambda _: "")


def approve(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.approval import approve as approve_plans

    delivery = delivery_of(arguments, output, ("approve",))

    def agrees(plans: Sequence[Plan]) -> bool:
        first = "read the plans with `fairway run --from approve`, then run this with --yes"
        return agreed(_question("Approve", plans, delivery.environment), arguments, output, first=first)

    approved = approve_plans(delivery, origin(Path()).who, agrees)
    return output.result(0 if approved else 1, {"approved": approved}, lambda _: "")


def delivery_of(arguments: argparse.Namespace, output: Output, stages: tuple[StageName, ...]) -> Delivery:
    """What the flags ask for and the project's settings say."""
    project = find_project(Path())
    where = target(_of_stack(arguments, project, ""))
    wanted = needs(project, where.environment) or {stack_name(Path()): frozenset[str]()}
    chosen = among(wanted, _chosen(arguments.stack, tuple(wanted)))
    return Delivery(
        project=project,
        environment=where.environment,
        stacks=in_order(chosen),
        needs=chosen,
        stages=stages,
        folder=RunFolder(project.folder, where.environment),
        request=lambda stack: request_of(_of_stack(arguments, project, stack)),
        ports=ports(where, arguments, output),
        people=_Terminal(arguments, output, where.environment),
        code_only=getattr(arguments, "code_only", False),
    )


@dataclass(frozen=True)
class _Terminal:
    """Whoever sits at the terminal. Fulfils `pipeline.delivery.People`."""

    arguments: argparse.Namespace
    output: Output
    environment: str

    def confirm(self, plans: Sequence[Plan]) -> bool:
        first = "read the plan with `fairway run --to plan`, then run this with --yes"
        question = _question("Deploy", plans, self.environment)
        return agreed(question, self.arguments, self.output, first=first)

    def approve(self, plans: Sequence[Plan]) -> str:
        """`--yes` is no approval: that is given with `fairway approve`."""
        question = _question("Approve", plans, self.environment)
        return origin(Path()).who if can_ask(self.output) and ask(question, self.output) else ""


def _question(verb: str, plans: Sequence[Plan], environment: str) -> str:
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


def _stages(arguments: argparse.Namespace) -> tuple[StageName, ...]:
    first, last = arguments.first or STAGES[0], arguments.last or STAGES[-1]
    between = STAGES[STAGES.index(first) : STAGES.index(last) + 1]
    if chosen := tuple(stage for stage in between if stage not in arguments.skip):
        return chosen
    raise WrongInput(
        "arguments.stages", "no stage is left to run", next=f"they run in this order: {', '.join(STAGES)}"
    )


def _of_stack(arguments: argparse.Namespace, project: Project, stack: str) -> argparse.Namespace:
    """The same flags for one stack of the project; for the place that all share where none is named."""
    settings = project.stacks.get(stack)
    source = project.folder / settings.source if settings else Path()
    return argparse.Namespace(**{**vars(arguments), "stack": stack, "source": source})
