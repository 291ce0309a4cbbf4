"""Executions: names of their own, outcomes complete when they are seen, logs where the machine says."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_EXECUTION = "moto.stepfunctions.parser.backend.execution"
RELIES_ON = {
    "moto.stepfunctions.parser.models:StepFunctionsParserBackend.start_execution": (
        "self",
        "state_machine_arn",
        "name",
        "execution_input",
    ),
    f"{_EXECUTION}:BaseExecutionWorkerCommunication._reflect_execution_status": ("self",),
    f"{_EXECUTION}:Execution.__init__": ("self", "name", "sm_type", "role_arn"),
}


def install() -> None:
    from moto.stepfunctions.parser import models
    from moto.stepfunctions.parser.backend import execution

    backend: Any = models.StepFunctionsParserBackend
    backend.start_execution = _named(backend.start_execution)
    communication: Any = execution.BaseExecutionWorkerCommunication
    communication._reflect_execution_status = settle
    run: Any = execution.Execution
    run.__init__ = _logged(run.__init__)


def _named(start: Callable[..., Any]) -> Callable[..., Any]:
    """An execution without a name gets a UUID (BC stepfunctions StartExecution); moto calls it None, once."""

    def start_execution(
        self: Any, state_machine_arn: str, name: str | None = None, *more: Any, **named: Any
    ) -> Any:
        return start(self, state_machine_arn, name or str(uuid.uuid4()), *more, **named)

    return start_execution


def settle(self: Any) -> None:
    """Take over how the program ended. The status comes last: whoever sees it sees the rest as well."""
    from moto.stepfunctions.parser.api import ExecutionStatus
    from moto.stepfunctions.parser.asl.eval.program_state import (
        ProgramEnded,
        ProgramError,
        ProgramStopped,
        ProgramTimedOut,
    )
    from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

    execution = self.execution
    environment = execution.exec_worker.env
    ended: Any = environment.program_state()
    execution.stop_date = datetime.now(UTC)
    if isinstance(ended, ProgramEnded):
        # As text: results of SDK calls hold times, which moto cannot write; and it writes no text again.
        execution.output = to_json_str(environment.states.get_input(), separators=(",", ":"))
    elif isinstance(ended, ProgramError):
        failure: Any = ended.error or {}
        execution.error, execution.cause = failure.get("error"), failure.get("cause")
    elif isinstance(ended, ProgramStopped):
        execution.error, execution.cause = ended.error, ended.cause
    statuses: dict[Any, ExecutionStatus] = {
        ProgramEnded: ExecutionStatus.SUCCEEDED,
        ProgramError: ExecutionStatus.FAILED,
        ProgramStopped: ExecutionStatus.ABORTED,
        ProgramTimedOut: ExecutionStatus.TIMED_OUT,
    }
    execution.exec_status = statuses[type(ended)]


def _logged(init: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        from fairway.local.workflows.logs import session_of

        init(self, *args, **kwargs)
        self._cloud_watch_logging_session = session_of(self)

    return __init__
