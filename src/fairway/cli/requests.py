"""What a command's words ask for: the request that the flags and the project's file make together."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fairway.cli.asking import ask_value
from fairway.cli.output import Output
from fairway.cli.running import pairs
from fairway.cli.target import chosen, deployed_target, environment_of, project_of
from fairway.cli.waiting import is_attended
from fairway.model.values import Value
from fairway.stacks.request import Request
from fairway.stacks.targets import concurrency, require_lasting_state


def request_of(arguments: argparse.Namespace, output: Output, *, offline: bool = False) -> Request:
    """What to plan or deploy. Raises WrongInput for what cannot be meant, as `request_for` does."""
    from fairway.stacks.choose import defined_stack
    from fairway.stacks.requests import request_for

    project = project_of(arguments)
    if arguments.command == "deploy":
        require_lasting_state(project, environment_of(arguments), chosen(arguments))
    stack, source = defined_stack(project, arguments.stack or "", arguments.source)
    request = request_for(
        project,
        environment_of(arguments),
        stack,
        chosen(arguments),
        source=source,
        parameters=parameters(arguments),
        ask=ask_value(output) if is_attended(output) and not offline else None,
        offline=offline,
    )
    return replace(
        request,
        allow_data_loss=frozenset(getattr(arguments, "allow_data_loss", ())),
        targets=frozenset(getattr(arguments, "target", ())),
        refresh=not getattr(arguments, "no_refresh", False),
        adopt=frozenset(getattr(arguments, "adopt", ())),
        all_at_once=getattr(arguments, "all_at_once", False),
    )


def request_without_definition(arguments: argparse.Namespace) -> Request:
    """What to do with a deployed stack, from state alone."""
    where, project = deployed_target(arguments), project_of(arguments)
    return Request(
        source=Path(),
        target=where,
        allow_data_loss=frozenset(getattr(arguments, "allow_data_loss", ())),
        concurrency=concurrency(project, where.environment, chosen(arguments)),
        needs_approval=project.environment(where.environment).approval,
    )


def parameters(arguments: argparse.Namespace) -> Mapping[str, Value]:
    """Those of the file that --params names, then those of the flags, which win."""
    from fairway.sources.load import read_parameters

    given: dict[str, Value] = dict(read_parameters(arguments.params)) if arguments.params else {}
    return given | pairs(arguments.param)
