"""The commands on stacks: each parses its words, calls the pipeline, and says what came of it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from fairway.cli.bootstrap import bootstrap
from fairway.cli.drift import drift
from fairway.cli.local import local, public_address
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.state import state
from fairway.cli.target import deployed_target, target
from fairway.cli.unlock import unlock
from fairway.model.errors import InvalidDefinition, WrongInput
from fairway.model.plan import Plan
from fairway.model.values import Value
from fairway.pipeline.interruption import Interruption
from fairway.pipeline.project import LOCAL
from fairway.pipeline.request import Request, Target
from fairway.pipeline.run import Ports, Result
from fairway.report.stack_text import render_events, render_outputs, render_status
from fairway.report.style import Style

UNATTENDED_PATIENCE = 600.0
"""Seconds that a run waits for another one on the same stack where nobody can be asked."""


def plan(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.deploy import plan as make_plan
    from fairway.pipeline.planfile import write_plan

    request = request_of(arguments)
    made = make_plan(request, ports(request.target, arguments, output)).plan
    assert made
    if arguments.out:
        write_plan(made, arguments.out)
    changes = bool(made.effective)
    exit_code = 2 if arguments.exit_code and changes else 0
    return output.result(exit_code, {"changes": changes}, _nothing)


def deploy(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.deploy import deploy as run

    request = request_of(arguments)
    return _ended(run(request, ports(request.target, arguments, output)), output)


def destroy(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.deploy import destroy as run

    where = deployed_target(arguments)
    request = Request(
        source=Path(),
        target=where,
        allow_data_loss=frozenset(arguments.allow_data_loss),
        concurrency=arguments.concurrency,
    )
    return _ended(run(request, ports(where, arguments, output)), output)


def validate(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.validate import validate as run
    from fairway.report.errors_text import render_findings

    findings = run(request_of(arguments, connect=False))
    if any(finding.severity == "error" for finding in findings):
        raise InvalidDefinition(findings)
    return output.result(
        0,
        {"findings": len(findings)},
        lambda style: "\n".join(filter(None, [render_findings(findings, style), style.good("valid")])),
    )


def status(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.inspect import status as look_at
    from fairway.pipeline.outputs import shown_outputs
    from fairway.report.stack_json import status_json

    where = deployed_target(arguments, connect=False)
    state, left = look_at(where)
    outputs = shown_outputs(state, public_address(where))
    return output.result(
        0, status_json(state, left, outputs), lambda style: render_status(state, left, outputs, style)
    )


def outputs(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.inspect import deployed
    from fairway.pipeline.outputs import shown_outputs

    where = deployed_target(arguments, connect=False)
    shown = shown_outputs(deployed(where), public_address(where))
    if not arguments.name:
        return output.result(0, {"outputs": shown}, lambda style: render_outputs(shown, style))
    if arguments.name not in shown:
        known = ", ".join(shown) or "none"
        raise WrongInput(
            "arguments.output", f"there is no output {arguments.name}", next=f"there are: {known}"
        )
    return output.result(
        0, {"outputs": {arguments.name: shown[arguments.name]}}, lambda _: str(shown[arguments.name])
    )


def events(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.inspect import last_deployment

    happened = last_deployment(deployed_target(arguments, connect=False))
    return output.result(0, {"events": happened}, lambda style: render_events(happened, style))


def logs(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.functions import follow_logs

    where = deployed_target(arguments)

    def show(line: Mapping[str, str]) -> None:
        output.line(line, f"{output.style.dim(line['time'])} {line['message']}")

    count = follow_logs(where, arguments.address, show, follow=arguments.follow)
    return output.result(0, {"lines": count}, _nothing)


def invoke(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.functions import invoke as call

    answer = call(deployed_target(arguments), arguments.address, _payload(arguments.payload))
    if answer.error:
        output.stderr.write(output.error_style.bad(f"{arguments.address} failed: {answer.error}") + "\n")
    data = {"payload": answer.payload, "function_error": answer.error or None}
    return output.result(1 if answer.error else 0, data, lambda _: answer.payload)


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Output], int]] = {
    "plan": plan,
    "deploy": deploy,
    "destroy": destroy,
    "drift": drift,
    "status": status,
    "outputs": outputs,
    "events": events,
    "validate": validate,
    "local": local,
    "state": state,
    "unlock": unlock,
    "bootstrap": bootstrap,
    "logs": logs,
    "invoke": invoke,
}


def request_of(arguments: argparse.Namespace, *, connect: bool = True) -> Request:
    """What the flags ask for and the project's settings say. Raises WrongInput for what cannot be meant."""
    from fairway.pipeline.project import find_project
    from fairway.sources.load import find_template

    find_template(arguments.source)  # before anything is started for a source that is not there
    project = find_project(arguments.source)
    where = target(arguments, connect=connect)
    return Request(
        source=arguments.source,
        parameters=_parameters(arguments),
        target=where,
        protect=frozenset(project.environment(where.environment).protect),
        allow_data_loss=frozenset(arguments.allow_data_loss),
        concurrency=arguments.concurrency,
        targets=frozenset(getattr(arguments, "target", ())),
        refresh=not getattr(arguments, "no_refresh", False),
        adopt=frozenset(getattr(arguments, "adopt", ())),
    )


def _parameters(arguments: argparse.Namespace) -> Mapping[str, Value]:
    """Those of the file, then those of the flags, which win."""
    from fairway.sources.load import read_parameters

    parameters: dict[str, Value] = dict(read_parameters(arguments.params)) if arguments.params else {}
    for pair in arguments.param:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise WrongInput("arguments.param", f"{pair!r} is not KEY=VALUE", next="write --param Name=value")
        parameters[key] = value
    return parameters


def ports(where: Target, arguments: argparse.Namespace, output: Output) -> Ports:
    """How a run of this command reaches its user."""
    interruption = Interruption()
    stop_on_signals(interruption)

    def confirm(made: Plan) -> bool:
        return getattr(arguments, "yes", False) or _ask(made, output)

    return Ports(
        emit=output.emit,
        confirm=confirm,
        interruption=interruption,
        present=public_address(where),
        agrees_to_wait=lambda: not _asks_to_wait(arguments, output) or _agrees_to_wait(output),
        patience=_patience(arguments, output),
    )


def _patience(arguments: argparse.Namespace, output: Output) -> float | None:
    """Seconds to wait for another run on the stack; None where somebody sits there who can end it."""
    given: float | None = getattr(arguments, "wait_for_lock", None)
    if given is not None:
        return given
    return None if _is_attended(output) else UNATTENDED_PATIENCE


def _asks_to_wait(arguments: argparse.Namespace, output: Output) -> bool:
    """Whether to ask before waiting: on a terminal, where nothing has been said about it."""
    return _is_attended(output) and not arguments.yes and arguments.wait_for_lock is None


def _is_attended(output: Output) -> bool:
    return sys.stdin.isatty() and not output.json and not os.environ.get("CI")


def _agrees_to_wait(output: Output) -> bool:
    output.stdout.write("Wait for it? [Y/n] ")
    output.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def _ask(made: Plan, output: Output) -> bool:
    """Ask on a terminal. Raises WrongInput where nobody can answer."""
    if output.json or not sys.stdin.isatty():
        raise WrongInput(
            "arguments.yes",
            "nobody can confirm this plan: standard input is not a terminal",
            next="read the plan with `fairway plan`, then run this with --yes",
        )
    verb = "Destroy" if made.destroy else "Deploy"
    place = "the local cloud" if made.environment == LOCAL else made.environment
    output.stdout.write(f"{verb} this in {place}? [y/N] ")
    output.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _ended(result: Result, output: Output) -> int:
    """The exit code of a deployment, after its outputs."""
    exit_code = {"failed": 1, "interrupted": 130, "declined": 1}.get(result.result, 0)
    data = {"result": result.result, "outputs": result.outputs}
    return output.result(
        exit_code, data, lambda style: "\n" + render_outputs(result.outputs, style) if result.outputs else ""
    )


def _payload(text: str) -> bytes:
    """The payload's bytes. Raises WrongInput for a file that cannot be read or text that is not JSON."""
    import json

    try:
        content = Path(text[1:]).read_bytes() if text.startswith("@") else text.encode()
        json.loads(content)
    except OSError as error:
        raise WrongInput(
            "arguments.payload", f"cannot read {text[1:]}", why=os.strerror(error.errno or 0)
        ) from None
    except ValueError as error:
        raise WrongInput("arguments.payload", "the payload is not JSON", why=str(error)) from None
    return content


def _nothing(_: Style) -> str:
    return ""
