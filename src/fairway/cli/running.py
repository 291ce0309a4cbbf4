"""What commands that change a stack share: the question they ask, how they end."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace

from fairway.cli.asking import agreed
from fairway.cli.local import public_address
from fairway.cli.notify import tell_people
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.reports import draw_timelines
from fairway.cli.target import project_of
from fairway.cli.waiting import agrees_to_wait, patience
from fairway.model.errors import WrongInput
from fairway.model.plan import Plan
from fairway.model.values import Value
from fairway.project.settings import LOCAL, Project
from fairway.report.stack_text import render_outputs
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Result

EXIT_CODES = {"failed": 1, "interrupted": 130, "declined": 1}
"""By a deployment's result; 0 for every other one."""
_READ_FIRST = "read the plan with `fairway plan`, then run this with --yes"


def pairs(texts: Iterable[str]) -> dict[str, Value]:
    """The parameters of `--param KEY=VALUE` flags. Raises WrongInput for one that is no pair."""
    found: dict[str, Value] = {}
    for pair in texts:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise WrongInput("arguments.param", f"{pair!r} is not KEY=VALUE", next="write --param Name=value")
        found[key] = value
    return found


def ports(where: Target, arguments: argparse.Namespace, output: Output) -> Ports:
    """The ports of a run that may change something: it can be stopped, and asks unless `--yes` is given."""
    tell_people(project_of(arguments), where.environment, output)
    draw_timelines(arguments, output)
    interruption = Interruption()
    stop_on_signals(interruption)

    def confirm(made: Plan) -> bool:
        return agreed(_question(made), arguments, output, first=_READ_FIRST)

    return Ports(
        emit=output.emit,
        confirm=confirm,
        interruption=interruption,
        present=public_address(where),
        agrees_to_wait=lambda: agrees_to_wait(arguments, output),
        patience=patience(arguments, output),
    )


def asking(made: Ports, where: Target, project: Project) -> Ports:
    """The same, where the project's verifications have a say between the steps of a rollout."""

    def objection() -> str:
        from fairway.checks.after.underway import objection as found
        from fairway.checks.opening import subject_of

        targets = {stack: replace(where, stack=stack) for stack in (*project.stacks, where.stack)}
        there = subject_of(project, targets, interruption=made.interruption, present=made.present)
        return found(project, there, made.emit)

    return replace(made, objection=objection)


def _question(made: Plan) -> str:
    verb = "Destroy" if made.destroy else "Deploy"
    place = "the local cloud" if made.environment == LOCAL else made.environment
    return f"{verb} this in {place}?"


def ended(result: Result, output: Output) -> int:
    """The exit code of a deployment, after its outputs."""
    exit_code = EXIT_CODES.get(result.result, 0)
    data = {"result": result.result, "outputs": result.outputs}
    return output.result(
        exit_code, data, lambda style: "\n" + render_outputs(result.outputs, style) if result.outputs else ""
    )
