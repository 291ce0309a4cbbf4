"""JSONata in state machines, evaluated by the library jsonata-python (moto expects a Java machine)."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

RELIES_ON = {
    "moto.stepfunctions.parser.asl.jsonata.jsonata:eval_jsonata_expression": ("jsonata_expression",),
    "moto.stepfunctions.parser.asl.jsonata.jsonata:encode_jsonata_variable_declarations": ("bindings",),
    "moto.stepfunctions.parser.asl.component.common.string.string_expression:StringJSONata._eval_body": (
        "self",
        "env",
    ),
}
_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def partition(items: list[Any], size: int) -> list[list[Any]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def span(first: int, last: int, step: int) -> list[int]:
    """Both ends included."""
    return list(range(first, last + (1 if step > 0 else -1), step))


def digest(data: str, algorithm: str) -> str:
    return hashlib.new(_HASHES[algorithm], data.encode()).hexdigest()


def seeded(seed: int | None = None) -> float:
    return random.Random(seed).random()


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "partition": partition,
    "range": span,
    "hash": digest,
    "random": seeded,
    "uuid": lambda: str(uuid.uuid4()),
    "parse": json.loads,
}
"""What Step Functions adds to JSONata (docs: step-functions, transforming-data)."""


def evaluate(expression: str) -> Any:
    """The value as plain JSON types. Raises moto's JSONataException."""
    import jsonata
    from moto.stepfunctions.parser.asl.jsonata.jsonata import JSONataException

    try:
        compiled = jsonata.Jsonata(expression)
        for name, function in FUNCTIONS.items():
            compiled.register_lambda(name, function)
        return _plain(compiled.evaluate(None))
    except Exception as error:
        raise JSONataException(type(error).__name__, str(error)) from error


def _plain(value: Any) -> Any:
    """The library answers lists and functions of its own types."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"a JSONata expression cannot answer a {type(value).__name__}")


def declarations(bindings: Mapping[str, Any]) -> str:
    """Variables as assignments in front of an expression. JSON is JSONata, quotes in strings included."""
    from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

    return "".join(f"{name}:={to_json_str(value)};" for name, value in bindings.items())


def install() -> None:
    from moto.stepfunctions.parser.asl.component.common.string import string_expression
    from moto.stepfunctions.parser.asl.eval import states, variable_store
    from moto.stepfunctions.parser.asl.jsonata import jsonata, validations

    evaluating: tuple[Any, ...] = (jsonata, string_expression, validations)
    for module in evaluating:
        module.eval_jsonata_expression = evaluate
    declaring: tuple[Any, ...] = (jsonata, states, variable_store)
    for module in declaring:
        module.encode_jsonata_variable_declarations = declarations
    owner: Any = string_expression.StringJSONata
    owner._eval_body = _failing_by_name(owner._eval_body)


def _failing_by_name(evaluated: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """An expression that fails, fails the state with States.QueryEvaluationError, which can be caught."""

    def eval_body(self: Any, env: Any) -> None:
        from moto.stepfunctions.parser.asl.jsonata.jsonata import JSONataException

        try:
            evaluated(self, env)
        except JSONataException as error:
            raise _query_evaluation_error(self.expression, env, error) from error

    return eval_body


def _query_evaluation_error(expression: str, env: Any, error: Any) -> Exception:
    from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
        FailureEvent,
        FailureEventException,
    )
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
        StatesErrorNameType,
    )

    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    cause = f"The JSONata expression '{expression}' threw an error: {error.details}"
    failed = EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    details: Any = {"evaluationFailedEventDetails": failed}
    env.event_manager.add_event(
        context=env.event_history_context, event_type=HistoryEventType.EvaluationFailed, event_details=details
    )
    failure: Exception = FailureEventException(
        FailureEvent(
            env=env, error_name=name, event_type=HistoryEventType.EvaluationFailed, event_details=details
        )
    )
    return failure
