"""The commands on stacks: each parses its words, calls the pipeline, and says what came of it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from fairway.cli.adopt import adopt, export
from fairway.cli.bootstrap import bootstrap
from fairway.cli.checking import check, validate, verify
from fairway.cli.ci import ci
from fairway.cli.destroy import destroy
from fairway.cli.drift import drift
from fairway.cli.history import diff, history, rollback, show
from fairway.cli.init import init
from fairway.cli.local import local, public_address
from fairway.cli.metrics import dashboard, metrics
from fairway.cli.notify import notify
from fairway.cli.output import Output
from fairway.cli.pipeline import approve, explain, run
from fairway.cli.remote import remote
from fairway.cli.reports import document, wanted_reports, write_reports, written
from fairway.cli.requests import request_of
from fairway.cli.running import asking, ended, pairs, ports
from fairway.cli.secrets import make_secrets, new_secrets, secrets
from fairway.cli.several import Shown, show_each
from fairway.cli.site import site
from fairway.cli.state import state
from fairway.cli.target import chosen, deployed_target, environment_of, project_of
from fairway.cli.unlock import unlock
from fairway.model.errors import WrongInput
from fairway.model.plan import Plan
from fairway.report.stack_text import render_events, render_outputs, render_status
from fairway.report.style import Style
from fairway.stacks.request import Target
from fairway.stacks.run import Ports


def plan(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.deploy import plan as make_plan
    from fairway.stacks.outputs import presented

    wanted = wanted_reports(arguments)
    request = request_of(arguments, output)
    through = ports(request.target, arguments, output)
    made = make_plan(request, through, arguments.out).plan
    assert made
    shown = [presented(made, through.present)]
    write_reports(shown, wanted)
    changes = bool(made.effective)
    exit_code = 2 if arguments.exit_code and changes else 0
    return output.result(
        exit_code, {"changes": changes}, lambda _: document(shown, arguments.format) or written(wanted)
    )


def deploy(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.deploy import deploy as deploy_stack
    from fairway.stacks.tree import require_tree

    require_tree(project_of(arguments), environment_of(arguments))
    request = request_of(arguments, output)
    where = request.target
    to = asking(ports(where, arguments, output), where, project_of(arguments))
    make = partial(make_secrets, new_secrets(arguments, where, output), arguments, where, to)
    result = deploy_stack(request, _after_a_yes(make, to))
    if result.result == "unchanged":  # nobody had to be asked
        make()
    return ended(result, output)


def apply(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.deploy import apply_plan
    from fairway.stacks.planfile import read_plan_file, refuse_missing_secrets
    from fairway.stacks.requests import request_for
    from fairway.stacks.tree import require_tree

    file = read_plan_file(arguments.file)
    arguments.source = Path(file.source)
    arguments.region = arguments.region or file.region
    project, environment = project_of(arguments), arguments.env or file.environment
    require_tree(project, environment)
    request = request_for(
        project,
        environment,
        arguments.stack or file.stack,
        chosen(arguments),
        source=arguments.source,
        parameters={**file.parameters, **pairs(arguments.param)},
    )
    refuse_missing_secrets(file, request.parameters)
    request = replace(
        request,
        protect=frozenset(file.protect),
        allow_data_loss=frozenset(file.allow_data_loss) | frozenset(arguments.allow_data_loss),
        targets=frozenset(file.targets),
        refresh=file.refresh,
        all_at_once=file.all_at_once,
    )
    where = request.target
    to = asking(ports(where, arguments, output), where, project)
    make = partial(make_secrets, new_secrets(arguments, where, output), arguments, where, to)
    if not request.needs_approval:
        make()
    result = apply_plan(file, request, _after_a_yes(make, to))
    if result.result == "unchanged" and request.needs_approval:
        make()
    return ended(result, output)


def _after_a_yes(step: Callable[[], None], to: Ports) -> Ports:
    """The ports by which a step is taken first, once somebody has agreed to the plan."""

    def then(ask: Callable[[Plan], bool]) -> Callable[[Plan], bool]:
        def asked(made: Plan) -> bool:
            if agrees := ask(made):
                step()
            return agrees

        return asked

    return replace(to, confirm=then(to.confirm), approve=then(to.approve) if to.approve else None)


def status(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.stack_json import status_json
    from fairway.stacks.inspect import status as look_at
    from fairway.stacks.outputs import shown_outputs
    from fairway.stacks.published import declared

    def look(where: Target) -> Shown:
        found = look_at(where)
        sites = declared(project_of(arguments), where)
        outputs = shown_outputs(found.state, public_address(where))
        return status_json(found, outputs, sites), partial(render_status, found, outputs, sites)

    return show_each(arguments, output, look, heads=False)


def outputs(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.inspect import deployed
    from fairway.stacks.outputs import shown_outputs

    def look(where: Target) -> Shown:
        shown = shown_outputs(deployed(where), public_address(where))
        return {"outputs": shown}, partial(render_outputs, shown)

    if not arguments.name:
        return show_each(arguments, output, look)
    where = deployed_target(arguments, connect=False)
    shown = shown_outputs(deployed(where), public_address(where))
    if arguments.name not in shown:
        known = ", ".join(shown) or "none"
        raise WrongInput(
            "arguments.output", f"there is no output {arguments.name}", next=f"there are: {known}"
        )
    return output.result(
        0, {"outputs": {arguments.name: shown[arguments.name]}}, lambda _: str(shown[arguments.name])
    )


def events(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.inspect import last_deployment

    happened = last_deployment(deployed_target(arguments, connect=False)).events
    return output.result(0, {"events": happened}, lambda style: render_events(happened, style))


def logs(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.functions import follow_logs

    where = deployed_target(arguments)

    def show(line: Mapping[str, str]) -> None:
        output.line(line, f"{output.style.dim(line['time'])} {line['message']}")

    count = follow_logs(where, arguments.address, show, follow=arguments.follow)
    return output.result(0, {"lines": count}, _nothing)


def invoke(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.functions import invoke as call

    answer = call(deployed_target(arguments), arguments.address, _payload(arguments.payload))
    if answer.error:
        output.stderr.write(output.error_style.bad(f"{arguments.address} failed: {answer.error}") + "\n")
    data = {"payload": answer.payload, "function_error": answer.error or None}
    return output.result(1 if answer.error else 0, data, lambda _: answer.payload)


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Output], int]] = {
    "plan": plan,
    "deploy": deploy,
    "apply": apply,
    "destroy": destroy,
    "status": status,
    "outputs": outputs,
    "events": events,
    "history": history,
    "show": show,
    "diff": diff,
    "rollback": rollback,
    "drift": drift,
    "metrics": metrics,
    "dashboard": dashboard,
    "notify": notify,
    "adopt": adopt,
    "export": export,
    "validate": validate,
    "check": check,
    "verify": verify,
    "local": local,
    "state": state,
    "site": site,
    "unlock": unlock,
    "bootstrap": bootstrap,
    "ci": ci,
    "remote": remote,
    "run": run,
    "explain": explain,
    "approve": approve,
    "logs": logs,
    "invoke": invoke,
    "secrets": secrets,
    "init": init,
}


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
