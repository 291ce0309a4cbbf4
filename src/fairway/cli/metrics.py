"""`fairway metrics` and `fairway dashboard`: how what is deployed does."""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING

from fairway.cli.output import Output
from fairway.cli.target import deployed_targets

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands

_METRICS = """\
Shows of every deployed function how often it ran, failed and was throttled and how long it took (p50 and
p95), since the last deployment that succeeded against the same span before it. Without --stack, of every
stack of the environment.
"""


def add(commands: Commands) -> None:
    """The grammar of these commands."""
    from fairway.cli.arguments import add_command, duration, target_options

    words = "show how the functions do since the last deployment"
    metrics = add_command(commands, "metrics", words, target_options(), about=_METRICS)
    metrics.add_argument(
        "--since",
        type=duration,
        metavar="DURATION",
        help="for the last 30m, 6h or 2d instead, against the same span before",
    )


def metrics(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.model.plain import plain
    from fairway.report.metrics_text import render_metrics
    from fairway.stacks.metrics import stack_metrics

    now = time.time()
    found = [stack_metrics(where, now, arguments.since) for where in deployed_targets(arguments)]
    return output.result(0, {"metrics": plain(found)}, partial(render_metrics, found))
