"""The commands on the local cloud."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from fairway.cli.output import Output
from fairway.cli.target import home
from fairway.local.client import LocalCloud, Status, is_local_cloud
from fairway.local.faults.settings import BY_NAME, OFF, SWITCHES, Faults, all_on
from fairway.model.errors import WrongInput
from fairway.report.style import Style, seconds
from fairway.stacks.request import Target


def local(arguments: argparse.Namespace, output: Output) -> int:
    cloud = LocalCloud(home())
    match arguments.action:
        case "up":
            running = cloud.up(arguments.port)
            return output.result(
                0,
                {"endpoint": running.endpoint, "pid": running.pid},
                lambda _: f"running at {running.endpoint}",
            )
        case "down":
            was_running = cloud.down()
            words = "stopped" if was_running else "it was not running"
            return output.result(0, {"was_running": was_running}, lambda _: words)
        case "reset":
            cloud.reset()
            return output.result(0, {}, lambda _: "emptied")
        case "faults":
            faults = _faults(cloud, arguments)
            return output.result(0, faults.as_json(), lambda style: _faults_text(faults, style))
        case "logs":
            return _logs(cloud, output, follow=arguments.follow)
    status = cloud.status()
    return output.result(0, _status_json(status), lambda style: _status_text(status, style))


def public_address(where: Target) -> Callable[[str], str]:
    """Rewrites AWS's URLs to those of the local cloud, where that is the target."""
    if not (where.local or is_local_cloud(where.endpoint_url)):
        return lambda text: text
    from fairway.local.urls import public_url

    return lambda text: public_url(text, where.endpoint_url)


def _faults(cloud: LocalCloud, arguments: argparse.Namespace) -> Faults:
    """What is on after the command has been carried out."""
    match arguments.verb:
        case "set":
            return cloud.set_faults(dict(map(_setting, arguments.settings)))
        case "on":
            return cloud.set_faults(all_on(arguments.names))
        case "off":
            return cloud.set_faults(dict.fromkeys(arguments.names or BY_NAME, OFF))
    return cloud.faults()


def _setting(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given:
        raise WrongInput(
            "local.fault-value", f"{text!r} says no value", next=f"write {text}=on, {text}=off or a number"
        )
    return name, value


def _faults_text(faults: Faults, style: Style) -> str:
    width = max(map(len, BY_NAME))
    values = {switch: switch.shown(faults[switch.name]) for switch in SWITCHES}
    return "\n".join(
        f"{switch.name:{width}}  {style.warning(f'{value:6}') if faults[switch.name] else f'{value:6}'}"
        f"  {style.dim(switch.words)}"
        for switch, value in values.items()
    )


def _logs(cloud: LocalCloud, output: Output, *, follow: bool) -> int:
    for line in cloud.logs(follow=follow):
        output.line({"message": line}, line)
    return 0


def _status_json(status: Status) -> dict[str, Any]:
    from fairway.model.plain import plain

    document: dict[str, Any] = plain(status)
    return document


def _status_text(status: Status, style: Style) -> str:
    if not status.running:
        return "not running; `fairway local up` starts it"
    lines = [
        f"{style.good('running')} at {style.bold(status.endpoint)} for {seconds(status.uptime)} "
        f"(process {status.pid}, {status.state})"
    ]
    if status.failure:
        lines.append(style.bad(f"  {status.failure}"))
    lines += [f"  {runtime} runs on {interpreter}" for runtime, interpreter in status.runtimes.items()]
    lines += [f"  function {function['name']}" for function in status.functions]
    if on := [f"{name}={BY_NAME[name].shown(value)}" for name, value in status.faults.items() if value]:
        lines.append(style.warning(f"  faults: {' '.join(on)}"))
    lines += [style.warning(f"  cannot: {limit}") for limit in status.cannot]
    return "\n".join(lines)
