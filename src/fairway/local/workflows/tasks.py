"""Tasks: members named as the services name them, and heartbeats that time out under their own name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fairway.local.fidelity.protocol import Params

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service"
RELIES_ON = {
    f"{_TASKS}.state_task_service:StateTaskService._normalise_parameters": (
        "self",
        "parameters",
        "boto_service_name",
        "service_action_name",
    ),
    f"{_TASKS}.state_task_service:StateTaskService._normalise_response": (
        "self",
        "response",
        "boto_service_name",
        "service_action_name",
    ),
    f"{_TASKS}.state_task_service_callback:StateTaskServiceCallback._from_error": ("self", "env", "ex"),
    "moto.stepfunctions.parser.asl.eval.callback.callback:CallbackEndpoint.setup_heartbeat_endpoint": (
        "self",
        "heartbeat_seconds",
    ),
    "moto.stepfunctions.parser.asl.parse.preprocessor:Preprocessor._inner_string_of": (
        "parser_rule_context",
    ),
}


def install() -> None:
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service,
        state_task_service_callback,
    )
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

    service: Any = state_task_service.StateTaskService
    service._normalise_parameters = name_parameters
    service._normalise_response = name_response
    owner: Any = state_task_service_callback.StateTaskServiceCallback
    owner._from_error = _naming_heartbeats(owner._from_error)
    endpoint: Any = CallbackEndpoint
    endpoint.setup_heartbeat_endpoint = _noticing(endpoint.setup_heartbeat_endpoint)
    parser: Any = Preprocessor
    parser._inner_string_of = staticmethod(_unescaping(Preprocessor._inner_string_of))


def _operation(task: Any, service: str | None, action: str | None) -> Any:
    """botocore's model of the operation that a task calls."""
    from botocore import xform_name
    from moto.core.utils import get_service_model

    model = get_service_model(task._get_boto_service_name(service))
    wanted = task._get_boto_service_action(action)
    return next((model.operation_model(n) for n in model.operation_names if xform_name(n) == wanted), None)


def name_parameters(
    self: Any,
    parameters: Params,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    """Parameters are PascalCase in a definition, whatever the service calls them (docs: step-functions,
    supported-services-awssdk)."""
    operation = _operation(self, boto_service_name, service_action_name)
    if operation is not None and operation.input_shape is not None:
        self._to_boto_request(parameters, operation.input_shape)


def name_response(
    self: Any, response: Any, boto_service_name: str | None = None, service_action_name: str | None = None
) -> None:
    """… and so are results."""
    operation = _operation(self, boto_service_name, service_action_name)
    if operation is not None and operation.output_shape is not None and isinstance(response, dict):
        _capitalise(response, operation.output_shape)


def _capitalise(value: Any, shape: Any) -> None:
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in list(value):
            if name in shape.members:
                inner = value.pop(name)
                inner = inner.read().decode() if hasattr(inner, "read") else inner
                _capitalise(inner, shape.members[name])
                value[name[0].upper() + name[1:]] = inner
    elif shape.type_name == "list" and isinstance(value, list):
        for inner in value:
            _capitalise(inner, shape.member)


def _unescaping(text_of: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """String literals of a definition are JSON; moto leaves their escapes in."""

    def inner_string_of(parser_rule_context: Any) -> str | None:
        raw = parser_rule_context.getText()
        if raw.startswith('"') and raw.endswith('"') and "\\" in raw:
            return str(json.loads(raw))
        return text_of(parser_rule_context)

    return inner_string_of


def _naming_heartbeats(from_error: Callable[..., Any]) -> Callable[..., Any]:
    """A missing heartbeat fails the task with States.HeartbeatTimeout (docs: step-functions,
    concepts-error-handling)."""

    def named(self: Any, env: Any, ex: Exception) -> Any:
        from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatTimeoutError

        event = from_error(self, env, ex)
        if isinstance(ex, HeartbeatTimeoutError):
            _rename(event)
        return event

    return named


def _noticing(setup: Callable[..., Any]) -> Callable[..., Any]:
    """A function may answer its token before it returns, which is before anybody waits for a heartbeat."""

    def setup_heartbeat_endpoint(self: Any, heartbeat_seconds: int) -> Any:
        heartbeats = setup(self, heartbeat_seconds)
        if self.get_outcome() is not None:
            heartbeats.notify()
        return heartbeats

    return setup_heartbeat_endpoint


def _rename(event: Any) -> None:
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
        StatesErrorNameType,
    )

    name = StatesErrorName(typ=StatesErrorNameType.StatesHeartbeatTimeout)
    event.error_name = name
    for details in event.event_details.values():
        details["error"] = name.error_name
