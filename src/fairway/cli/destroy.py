"""`fairway destroy`."""

from __future__ import annotations

import argparse
import time

from fairway.cli.output import Output
from fairway.cli.requests import request_without_definition
from fairway.cli.running import EXIT_CODES, ended, ports
from fairway.cli.target import deployed_targets, environment_of, project_of
from fairway.model.errors import Finding, WrongInput
from fairway.model.events import Warned
from fairway.model.results import DeploymentResult
from fairway.project.order import needs
from fairway.stacks.request import Target
from fairway.stacks.storage import open_store


def destroy(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.deploy import destroy as destroy_stack

    if arguments.all:
        return _destroy_all(arguments, output)
    request = request_without_definition(arguments)
    where = request.target
    through = ports(where, arguments, output)
    _tell_of_users(where, arguments, output)
    return ended(destroy_stack(request, through), output)


def _destroy_all(arguments: argparse.Namespace, output: Output) -> int:
    """Each stack that is deployed, before those it needs; ends at the first that is not gone."""
    from fairway.pipeline.order import in_order, needs_among
    from fairway.stacks.deploy import destroy as destroy_stack

    if arguments.stack:
        next = "leave away one of them"
        raise WrongInput("arguments.stack", "--all is every stack, and --stack one", next=next)
    project, targets = project_of(arguments), deployed_targets(arguments)
    there = {where.stack: where for where in targets}
    order = in_order(needs_among(project, environment_of(arguments), tuple(there)))
    through, done = ports(targets[0], arguments, output), dict[str, DeploymentResult]()
    exit_code = 0
    for stack in reversed(order):
        one = argparse.Namespace(**{**vars(arguments), "stack": stack})
        done[stack] = destroy_stack(request_without_definition(one), through).result
        if exit_code := EXIT_CODES.get(done[stack], 0):
            break
    return output.result(exit_code, {"stacks": done}, lambda _: "")


def _tell_of_users(where: Target, arguments: argparse.Namespace, output: Output) -> None:
    """Warn where other deployed stacks of the project need this one: they go on with what is gone."""
    project = project_of(arguments)
    using = [name for name in project.stacks if where.stack in needs(project, where.environment, name)]
    there = open_store(where).stacks(where.environment) if using else ()
    if users := [name for name in using if name in there]:
        what = f"{', '.join(users)} of this project needs {where.stack}, and stays"
        next = "destroy that first, or everything with --all"
        finding = Finding("destroy.needed", what, next=next, severity="warning")
        output.emit(Warned(time.time(), finding))
