"""Tasks: nested executions, and heartbeats that time out under their own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

RELIES_ON = {
    "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback"
    ":StateTaskServiceCallback._from_error": ("self", "env", "ex"),
}


def install() -> None:
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service_callback as callback,
    )

    owner = callback.StateTaskServiceCallback
    owner._from_error = _naming_heartbeats(owner._from_error)


def _naming_heartbeats(from_error: Callable[..., Any]) -> Callable[..., Any]:
    """A missing heartbeat fails the task with States.HeartbeatTimeout (docs: step-functions,
    concepts-error-handling), which States.Timeout catches as well."""

    def named(self: Any, env: Any, ex: Exception) -> Any:
        from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import HeartbeatTimeoutError

        event = from_error(self, env, ex)
        if isinstance(ex, HeartbeatTimeoutError):
            _rename(event)
        return event

    return named


def _rename(event: Any) -> None:
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
        StatesErrorNameType,
    )

    name = StatesErrorName(typ=StatesErrorNameType.StatesHeartbeatTimeout)
    event.error_name = name
    for details in event.event_details.values():
        details["error"] = name.error_name
