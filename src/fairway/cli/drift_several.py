"""`fairway drift --all` and `--watch`."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fairway.cli.notify import about
from fairway.cli.output import Output
from fairway.cli.running import ports
from fairway.cli.target import project_of
from fairway.model.events import Warned
from fairway.model.plain import plain
from fairway.report.errors_text import render_error
from fairway.report.plan_text import drift_lines
from fairway.report.style import Style
from fairway.stacks.request import Target
from fairway.stacks.watch import ByStack, Look, look_at, watch

if TYPE_CHECKING:
    from fairway.model.plan import Drift
    from fairway.project.settings import Project


def drift_of_all(where: Sequence[Target], arguments: argparse.Namespace, output: Output) -> int:
    """One look at every stack; 2 where anything drifted."""
    found = look_at(where, ports(where[0], arguments, output))
    exit_code = 2 if any(found.values()) else 0
    return output.result(exit_code, {"stacks": plain(found)}, lambda style: _text(found, style))


def watch_drift(where: Sequence[Target], arguments: argparse.Namespace, output: Output) -> int:
    """Looks until Ctrl-C; 2 where anything drifted at the last one."""
    through = ports(where[0], arguments, output)

    def tell(look: Look) -> None:
        for error in look.missed.values():
            output.stderr.write(render_error(error, output.error_style) + "\n")
        if look.changed:
            when = time.strftime("%H:%M:%S")
            output.line(_line(look), f"{output.style.dim(when)}\n{_text(look.drift, output.style)}")
            _tell_people(project_of(arguments), where[0].environment, look, output)

    with through.interruption.deferred() as stop:
        last = watch(where, through, tell, lambda: stop.wait(arguments.every))
    return output.result(2 if last.any else 0, {"stacks": plain(last.drift)}, lambda _: "")


def _line(look: Look) -> dict[str, Any]:
    return {"at": time.time(), "stacks": plain(look.drift)}


def _tell_people(project: Project, environment: str, look: Look, output: Output) -> None:
    if not project.notify:
        return
    from fairway.pipeline.notify import known_names, notify, told_in
    from fairway.report.news import drift_news

    drift: list[Drift] = [each for found in look.drift.values() for each in found]
    news, known = (
        drift_news(drift, about(project, environment)),
        known_names(project, environment, os.environ),
    )
    for finding in notify(told_in(project, environment), news, known):
        output.report(Warned(time.time(), finding))


def _text(found: ByStack, style: Style) -> str:
    calm = [stack for stack, drift in found.items() if not drift]
    sections = ["\n".join(drift_lines(drift, style, stack)) for stack, drift in found.items() if drift]
    if calm:
        sections.append(style.good(f"no drift: {', '.join(calm)}"))
    return "\n\n".join(sections)
