"""A command that must end with 0, the same before a deploy and after it; and what such programs are given."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fairway.aws.session import TEST_CREDENTIAL
from fairway.checks import shell
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject, usable_outputs
from fairway.project.checks import Command
from fairway.project.names import filled

ENVIRONMENT = "FAIRWAY_ENVIRONMENT"
"""The variable in which the project's programs find the environment's name."""


def check(declared: Command, subject: Subject) -> Outcome:
    """Run it in the project's folder."""
    command = filled(declared.command, subject.names)
    ended = shell.run(
        command, subject.folder, environment(subject), timeout=declared.timeout, stop=subject.caller.stop
    )
    if ended.code is None:
        return failed(f"not finished after {declared.timeout:g} s", said=ended.output, next=_again(command))
    if ended.code:
        return failed(f"ended with {ended.code}", said=ended.output, next=_again(command))
    return passed("ended with 0")


def environment(subject: Subject) -> Mapping[str, str]:
    """The user's own variables, and what a program needs to reach what is deployed.

    `FAIRWAY_ENVIRONMENT`; each output that is no secret as `FAIRWAY_OUTPUT_STACK_NAME`; the region and the
    profile; and for the local cloud its address with its credentials, as AWS's SDKs take them.
    """
    session = subject.caller.session
    outputs = usable_outputs(subject.states, subject.present)
    given = {_variable(stack, name): value for (stack, name), value in outputs.items()}
    here = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), session.region)
    here[ENVIRONMENT] = subject.environment
    if session.profile:
        here["AWS_PROFILE"] = session.profile
    if session.endpoint:
        here["AWS_ENDPOINT_URL"] = session.endpoint
    if session.local:
        here |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), TEST_CREDENTIAL)
    return {**subject.environ, **given, **here}


def _variable(stack: str, output: str) -> str:
    """`FAIRWAY_OUTPUT_BACKEND_APIURL` for ApiUrl of backend."""
    return "FAIRWAY_OUTPUT_" + re.sub(r"\W", "_", f"{stack}_{output}").upper()


def _again(command: str) -> str:
    return f"run it by hand: {command}"
