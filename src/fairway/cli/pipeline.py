"""The commands on a whole project: run its pipeline, explain what it would do, approve what it planned."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed
from fairway.cli.output import Output
from fairway.cli.reports import add_timeline_option
from fairway.model.decision import Decision
from fairway.model.errors import WrongInput
from fairway.model.plan import Plan
from fairway.model.results import STAGES, PipelineResult, StageName
from fairway.stacks.origin import origin

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands

EXIT_CODES: Mapping[PipelineResult, int] = {"succeeded": 0, "unchanged": 0, "waiting": 3, "interrupted": 130}
"""1 for every other result."""
_RUN = f"""\
Runs the stages {", ".join(STAGES)}: all of them, or those that are named. Each finds
in .fairway/runs/ENVIRONMENT what the ones before it have left, also those of an earlier process.
"""
_EXPLAIN = """\
Builds the code, compares it and the definition with what is recorded, and says of each stack and
site what a run would do and why. Nothing is read from AWS but state and what the definition looks up.
"""
_APPROVE = """\
Shows the plans that wait for an approval, and writes down who approved them. An approval is for these
plans alone: what is planned otherwise later needs another one.
"""


def add(commands: Commands) -> None:
    """The grammar of these commands."""
    from fairway.cli.arguments import (
        add_all_at_once,
        add_command,
        add_on_failure,
        add_parameters,
        add_wait,
        confirm_options,
        target_options,
    )

    target, confirm, stages = target_options(several=True), confirm_options(), _stage_options()
    run = add_command(
        commands, "run", "test, build, plan, apply and verify", stages, target, confirm, about=_RUN
    )
    run.add_argument("--code-only", action="store_true", help="refuse to change anything but code")
    add_all_at_once(run)
    add_timeline_option(run)
    add_on_failure(run)
    add_wait(run)
    words = "say what a run would do with each stack and site, and why"
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
    from fairway.cli.delivery import delivery_of
    from fairway.pipeline.runner import run as deliver

    result = deliver(delivery_of(arguments, output, _stages(arguments)))
    return output.result(EXIT_CODES.get(result, 1), {"result": result}, lambda _: "")


def explain(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.cli.delivery import delivery_of
    from fairway.model.plain import plain
    from fairway.pipeline.sites import decide_sites
    from fairway.pipeline.stages.build import decisions

    delivery, found = delivery_of(arguments, output, ("build",)), dict[str, Decision]()
    ending = decisions(delivery, found.__setitem__)
    found.update(decide_sites(delivery))
    return output.result(1 if ending == "failed" else 0, {"decisions": plain(found)}, lambda _: "")


def approve(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.cli.delivery import delivery_of, question
    from fairway.pipeline.approval import approve as approve_plans

    delivery = delivery_of(arguments, output, ("approve",))

    def agrees(plans: Sequence[Plan]) -> bool:
        first = "read the plans with `fairway run --from approve`, then run this with --yes"
        return agreed(question("Approve", plans, delivery.environment), arguments, output, first=first)

    approved = approve_plans(delivery, origin(Path()).who, agrees)
    return output.result(0 if approved else 1, {"approved": approved}, lambda _: "")


def _stages(arguments: argparse.Namespace) -> tuple[StageName, ...]:
    first, last = arguments.first or STAGES[0], arguments.last or STAGES[-1]
    between = STAGES[STAGES.index(first) : STAGES.index(last) + 1]
    if chosen := tuple(stage for stage in between if stage not in arguments.skip):
        return chosen
    raise WrongInput(
        "arguments.stages", "no stage is left to run", next=f"they run in this order: {', '.join(STAGES)}"
    )
