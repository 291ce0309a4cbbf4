"""Step Functions operations that moto lacks or carries out in part."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused
from fairway.local.workflows.definitions import problems


def rows() -> Iterator[tuple[str, str, Repair]]:
    service = "stepfunctions"
    yield service, "CreateStateMachine", check_definition
    yield service, "UpdateStateMachine", check_definition
    yield service, "ValidateStateMachineDefinition", validate
    yield service, "StartSyncExecution", start_sync
    yield service, "StopExecution", stop
    yield service, "SendTaskFailure", fail_task
    yield service, "GetExecutionHistory", page_history


def check_definition(call: Call, forward: Forward) -> Answer:
    if "definition" in call.params and (found := problems(call.params["definition"])):
        raise Refused("InvalidDefinition", f"Invalid State Machine Definition: '{', '.join(found)}'")
    answer = forward()
    if answer.status == 400 and not answer.data["Error"]["Code"]:
        # moto's parser refuses without a code
        message = answer.data["Error"]["Message"]
        raise Refused(
            "InvalidDefinition", f"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {message}'"
        )
    return answer


def validate(call: Call, _: Forward) -> Params:
    found = [text.partition(": ") for text in problems(call.params["definition"])]
    diagnostics = [{"severity": "ERROR", "code": code, "message": text} for code, _, text in found]
    return {"result": "FAIL" if found else "OK", "diagnostics": diagnostics, "truncated": False}


def start_sync(call: Call, _: Forward) -> Params:
    """Run an Express machine and answer when it has ended (BC stepfunctions StartSyncExecution)."""
    from moto.stepfunctions.parser.api import StateMachineType
    from moto.stepfunctions.parser.backend.execution import SyncExecution

    machine = _machine(call)
    arn = str(call.params["stateMachineArn"])
    if machine.type != "EXPRESS":
        raise Refused(
            "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"
        )
    name = call.params.get("name") or str(uuid.uuid4())
    execution = SyncExecution(
        name=name,
        sm_type=StateMachineType.EXPRESS,
        role_arn=machine.roleArn,
        exec_arn=arn.replace(":stateMachine:", ":express:", 1) + f":{name}:{uuid.uuid4()}",
        account_id=call.account,
        region_name=call.region,
        state_machine=machine,
        start_date=datetime.now(UTC),
        cloud_watch_logging_session=None,
        activity_store={},
        input_data=_input(call),
        trace_header=call.params.get("traceHeader"),
    )
    execution.start()
    return _sync_answer(execution, machine.arn)


def _sync_answer(execution: Any, machine_arn: str) -> Params:
    status = {"ABORTED": "FAILED"}.get(execution.status, execution.status)
    answer = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": machine_arn,
        "name": execution.name,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "status": status,
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "billingDetails": {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100},
    }
    for member in ("output", "error", "cause"):
        if getattr(execution, member) is not None:
            answer[member] = getattr(execution, member)
    return answer


def _machine(call: Call) -> Any:
    from moto.core.exceptions import AWSError

    try:
        return call.backend().describe_state_machine(call.params["stateMachineArn"])
    except AWSError as error:
        raise Refused("StateMachineDoesNotExist", str(error.message)) from error


def _input(call: Call) -> str:
    given = str(call.params.get("input") or "{}")
    try:
        json.loads(given)
    except ValueError as error:
        raise Refused("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'") from error
    return given


def stop(call: Call, forward: Forward) -> Answer | Params:
    """moto forgets the error and the cause."""
    from moto.core.exceptions import AWSError

    try:
        execution = call.backend().describe_execution(call.params["executionArn"])
    except AWSError:
        return forward()
    when = datetime.now(UTC)
    execution.stop(stop_date=when, error=call.params.get("error"), cause=call.params.get("cause"))
    return {"stopDate": when}


def fail_task(call: Call, _: Forward) -> Params:
    """moto forgets the cause, and answers failures of finished tasks with errors of its own."""
    from moto.stepfunctions.parser.api import InvalidToken, TaskDoesNotExist, TaskTimedOut

    params = call.params
    try:
        call.backend().send_task_failure(
            params["taskToken"], error=params.get("error"), cause=params.get("cause")
        )
    except (InvalidToken, TaskDoesNotExist, TaskTimedOut) as error:
        raise Refused(type(error).__name__, str(error.message)) from error
    return {}


def page_history(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if not answer.ok:
        return answer
    events = answer.data["events"]
    if call.params.get("reverseOrder"):
        events = events[::-1]
    start = int(call.params.get("nextToken") or 0)
    size = call.params.get("maxResults") or 100
    page: Params = {"events": events[start : start + size]}
    if start + size < len(events):
        page["nextToken"] = str(start + size)
    return page
