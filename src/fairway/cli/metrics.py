"""`fairway metrics` and `fairway dashboard`: how what is deployed does."""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.output import Output
from fairway.cli.target import deployed_targets, target
from fairway.model.plain import plain
from fairway.project.find import find_project

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands

_METRICS = """\
Shows of every deployed function how often it ran, failed and was throttled and how long it took (p50 and
p95), since the last deployment that succeeded against the same span before it. Without --stack, of every
stack of the environment.
"""

_DASHBOARD = """\
Writes one CloudWatch dashboard of the functions, tables, queues, APIs and workflows of every stack of the
environment (or of the one that --stack names), or brings it up to date; with --billing-alarm also an alarm
on what the whole account costs. --remove takes both away.
"""


def add(commands: Commands) -> None:
    """The grammar of these commands."""
    from fairway.cli.arguments import add_command, duration, positive, target_options

    words = "show how the functions do since the last deployment"
    metrics = add_command(commands, "metrics", words, target_options(), about=_METRICS)
    metrics.add_argument(
        "--since",
        type=duration,
        metavar="DURATION",
        help="for the last 30m, 6h or 2d instead, against the same span before",
    )
    words = "write a CloudWatch dashboard of an environment"
    dashboard = add_command(commands, "dashboard", words, target_options(), about=_DASHBOARD)
    dashboard.add_argument(
        "--billing-alarm",
        type=positive,
        metavar="DOLLARS",
        help="also an alarm when the account costs more in a month",
    )
    dashboard.add_argument(
        "--billing-topic", metavar="ARN", default="", help="the SNS topic in us-east-1 that the alarm tells"
    )
    dashboard.add_argument("--remove", action="store_true", help="remove the dashboard and the alarm")


def metrics(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.metrics_text import render_metrics
    from fairway.stacks.metrics import stack_metrics

    now = time.time()
    found = [stack_metrics(where, now, arguments.since) for where in deployed_targets(arguments)]
    return output.result(0, {"metrics": plain(found)}, partial(render_metrics, found))


def dashboard(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.dashboard import Billing, remove_dashboard, write_dashboard

    project = find_project(Path())
    name = project.name or Path().resolve().name
    if arguments.remove:
        steps = remove_dashboard(target(arguments), name)
    else:
        billing = arguments.billing_alarm and Billing(arguments.billing_alarm, arguments.billing_topic)
        steps = write_dashboard(deployed_targets(arguments), name, billing or None)
    done = list(steps)
    lines = [f"{step.did} {step.what}{f'  {step.where}' if step.where else ''}" for step in done]
    return output.result(0, {"steps": plain(done)}, lambda _: "\n".join(lines))
