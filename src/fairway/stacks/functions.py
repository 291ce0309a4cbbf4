"""Calling what is deployed, and reading what it wrote."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed
from fairway.model.errors import WrongInput
from fairway.model.state import ResourceState
from fairway.stacks.connect import caller
from fairway.stacks.inspect import deployed, deployed_resource
from fairway.stacks.request import Target

FUNCTION = "AWS::Lambda::Function"
STATE_MACHINE = "AWS::StepFunctions::StateMachine"
LOG_GROUP = "AWS::Logs::LogGroup"
LONGEST_RUN = 900.0 + 10
"""Seconds: a function may run for 15 minutes (docs:lambda limits), and its answer comes after that."""
_FOLLOW_SECONDS = 1.0
_EXECUTION_POLLS = (0.05, 0.1, 0.2, 0.5, 1.0)


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Answer:
    """What a function or a workflow answered: its payload as text, and its error's name if it failed."""

    payload: str
    error: str = ""


def invoke(target: Target, address: str, payload: bytes) -> Answer:
    """Call a function, or run a workflow to its end. Raises WrongInput for anything else."""
    resource = deployed_resource(deployed(target), address)
    if resource.type == FUNCTION:
        return call_function(caller(target, patience=LONGEST_RUN), resource.identifier, payload)
    if resource.type == STATE_MACHINE:
        return run_workflow(caller(target, patience=LONGEST_RUN), resource, payload.decode())
    raise WrongInput(
        "arguments.address", f"{address} is {resource.type}, which cannot be called", next="name a function"
    )


def follow_logs(
    target: Target,
    address: str,
    show: Callable[[Mapping[str, str]], None],
    *,
    follow: bool,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Show a resource's log lines, oldest first; with `follow` until interrupted. Returns how many."""
    group = _log_group(deployed_resource(deployed(target), address))
    aws, shown = caller(target), 0
    seen: set[str] = set()
    start = 0
    while True:
        for event in _events(aws, group, start):
            start = max(start, event["timestamp"])
            if event["eventId"] not in seen:
                seen.add(event["eventId"])
                show({"time": _time(event["timestamp"]), "message": event["message"].rstrip("\n")})
                shown += 1
        if not follow:
            return shown
        sleep(_FOLLOW_SECONDS)


def call_function(aws: Caller, name: str, payload: bytes) -> Answer:
    """Call a function by its name or ARN; `aws` must have the patience for it."""
    answer = aws.call("lambda", "Invoke", {"FunctionName": name, "Payload": payload}, once=True)
    return Answer(answer["Payload"].read().decode(), answer.get("FunctionError", ""))


def run_workflow(
    aws: Caller,
    machine: ResourceState,
    text: str,
    sleep: Callable[[float], None] = time.sleep,
    is_late: Callable[[], bool] = _never,
) -> Answer:
    """Start an execution and wait until it ends, or is late: then its error is `RUNNING`.

    An express execution is answered in one call (BC stepfunctions StartSyncExecution); `aws` must have the
    patience for it.
    """
    given = {"stateMachineArn": str(machine.ref), "input": text}
    if machine.properties.get("StateMachineType") == "EXPRESS":
        return _ended(aws.call("stepfunctions", "StartSyncExecution", given, once=True))
    started = aws.call("stepfunctions", "StartExecution", given, once=True)
    for pause in chain(_EXECUTION_POLLS, repeat(_EXECUTION_POLLS[-1])):
        execution = aws.call("stepfunctions", "DescribeExecution", {"executionArn": started["executionArn"]})
        if execution["status"] != "RUNNING" or is_late():
            break
        sleep(pause)
    return _ended(execution)


def _ended(execution: Mapping[str, Any]) -> Answer:
    if execution["status"] == "SUCCEEDED":
        return Answer(execution.get("output", ""))
    cause = {key: execution[key] for key in ("error", "cause") if key in execution}
    return Answer(json.dumps(cause), execution["status"])


def _log_group(resource: ResourceState) -> str:
    """The log group a resource writes to. Raises WrongInput when it writes to none."""
    if resource.type == LOG_GROUP:
        return resource.identifier
    if resource.type == FUNCTION:
        logging = resource.properties.get("LoggingConfig")
        chosen = logging.get("LogGroup") if isinstance(logging, Mapping) else None
        return str(chosen or f"/aws/lambda/{resource.identifier}")
    raise WrongInput(
        "arguments.address",
        f"{resource.address} is {resource.type}, which has no log of its own",
        next="name a function or a log group",
    )


def _events(aws: Caller, group: str, start: int) -> Iterator[Mapping[str, Any]]:
    try:
        for page in aws.pages("logs", "FilterLogEvents", {"logGroupName": group, "startTime": start}):
            yield from page["events"]
    except CallFailed as failure:
        if failure.aws_code != "ResourceNotFoundException":  # Lambda makes the group at the first call
            raise


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
