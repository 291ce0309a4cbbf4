"""What commands that change a stack share: the question they ask, how they end."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from fairway.checks.say import with_say
from fairway.cli.asking import agreed, ask
from fairway.cli.local import public_address
from fairway.cli.notify import tell_people
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.reports import draw_timelines
from fairway.cli.target import project_of
from fairway.cli.waiting import agrees_to_wait, is_attended, patience
from fairway.model.errors import WrongInput
from fairway.model.plan import Plan
from fairway.model.results import DeploymentResult
from fairway.model.values import Value
from fairway.project.settings import LOCAL, Project
from fairway.report.stack_text import render_outputs
from fairway.report.style import Style
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Result

EXIT_CODES: Mapping[DeploymentResult, int] = {"failed": 1, "interrupted": 130, "declined": 1}
"""0 for every other one."""
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
        approve=_approver(arguments, output),
        interruption=interruption,
        present=public_address(where),
        agrees_to_wait=lambda: agrees_to_wait(arguments, output),
        patience=patience(arguments, output),
    )


def asking(made: Ports, where: Target, project: Project) -> Ports:
    """The same, where the project's verifications have a say between the steps of a rollout."""
    stacks = (*project.stacks, where.stack)
    return with_say(made, project, lambda: {stack: replace(where, stack=stack) for stack in stacks})


def _approver(arguments: argparse.Namespace, output: Output) -> Callable[[Plan], bool] | None:
    """Asks for an approval; None where nobody is there to give one, or with `--yes`, which is none."""
    if getattr(arguments, "yes", False) or not is_attended(output):
        return None
    return lambda made: ask(_question(made, "Approve this, and {} it"), output)


def _question(made: Plan, form: str = "{} this") -> str:
    verb = form.format("destroy" if made.destroy else "deploy")
    place = "the local cloud" if made.environment == LOCAL else made.environment
    return f"{verb[0].upper()}{verb[1:]} in {place}?"


def ended(result: Result, output: Output) -> int:
    """The exit code of a deployment, after its outputs."""
    exit_code = EXIT_CODES.get(result.result, 0)
    data = {"result": result.result, "outputs": result.outputs}

    def text(style: Style) -> str:
        outputs = "\n" + render_outputs(result.outputs, style) if result.outputs else ""
        return (
            outputs
            if exit_code != 130
            else f"{outputs}\n    next: run it again; it goes on from what is there"
        )

    return output.result(exit_code, data, text)
