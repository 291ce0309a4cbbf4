"""`$util` of AppSync's templates. Source: docs: appsync, resolver-util-reference.html."""

from __future__ import annotations

import datetime
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from fairway.local.apis.vtl_objects import UTIL_METHODS, Scripted, Unsupported
from fairway.local.graphql.failures import FieldFailed
from fairway.local.graphql.typed import typed


def plain(value: Any) -> Any:
    """A value that JSON can write."""
    return json.loads(json.dumps(value, default=str))


class Util(Scripted):
    """The methods of `$util`; errors that do not end the field are added to `errors`."""

    def __init__(self, errors: list[FieldFailed]) -> None:
        self.errors = errors

    def get(self, name: str) -> Any:
        groups = {"dynamodb": _DYNAMODB, "time": _TIME}
        if name not in groups:
            raise Unsupported(f"$util.{name}")
        return Group(name, groups[name])

    def call(self, name: str, arguments: list[Any]) -> Any:
        if name == "error":
            raise _failure(arguments)
        if name == "appendError":
            self.errors.append(_failure(arguments))
            return ""
        if name == "unauthorized":
            raise FieldFailed("Unauthorized", "Unauthorized")
        if name == "validate":
            return self._validate(*arguments)
        method = _METHODS.get(name) or UTIL_METHODS.get(name)
        if method is None:
            raise Unsupported(f"$util.{name}()")
        return method(*arguments)

    def _validate(self, holds: Any, message: str, *rest: Any) -> str:
        if not holds:
            raise _failure([message, *(rest or ("CustomTemplateException",))])
        return ""


class Group(Scripted):
    """A group of methods, such as `$util.time`."""

    def __init__(self, name: str, methods: Mapping[str, Callable[..., Any]]) -> None:
        self.name = name
        self.methods = methods

    def get(self, name: str) -> Any:
        raise Unsupported(f"$util.{self.name}.{name}")

    def call(self, name: str, arguments: list[Any]) -> Any:
        if name not in self.methods:
            raise Unsupported(f"$util.{self.name}.{name}()")
        return self.methods[name](*arguments)


def _failure(arguments: list[Any]) -> FieldFailed:
    message, kind, data, info = [*arguments, None, None, None, None][:4]
    return FieldFailed(str(kind or "Custom"), str(message), data, info)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _is_blank(value: Any) -> bool:
    return value is None or not str(value).strip()


_METHODS: Mapping[str, Callable[..., Any]] = {
    "toJson": lambda value: json.dumps(value, default=str),
    "autoId": lambda: str(uuid.uuid4()),
    "quiet": lambda _: "",
    "qr": lambda _: "",
    "isNull": lambda value: value is None,
    "isNullOrEmpty": lambda value: value is None or value == "",
    "isNullOrBlank": _is_blank,
    "defaultIfNull": lambda value, other: other if value is None else value,
    "defaultIfNullOrEmpty": lambda value, other: other if value in (None, "") else value,
    "defaultIfNullOrBlank": lambda value, other: other if _is_blank(value) else value,
    "isString": lambda value: isinstance(value, str),
    "isNumber": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "isBoolean": lambda value: isinstance(value, bool),
    "isList": lambda value: isinstance(value, list),
    "isMap": lambda value: isinstance(value, dict),
    "matches": lambda pattern, value: re.fullmatch(pattern, value) is not None,
}

_DYNAMODB: Mapping[str, Callable[..., Any]] = {
    "toDynamoDB": typed,
    "toDynamoDBJson": lambda value: json.dumps(typed(value)),
    "toString": lambda value: {"S": str(value)},
    "toStringJson": lambda value: json.dumps({"S": str(value)}),
    "toNumber": lambda value: {"N": str(value)},
    "toNumberJson": lambda value: json.dumps({"N": str(value)}),
    "toBoolean": lambda value: {"BOOL": bool(value)},
    "toBooleanJson": lambda value: json.dumps({"BOOL": bool(value)}),
    "toMapValues": lambda value: {name: typed(each) for name, each in value.items()},
    "toMapValuesJson": lambda value: json.dumps({name: typed(each) for name, each in value.items()}),
}

_TIME: Mapping[str, Callable[..., Any]] = {
    "nowISO8601": lambda: _now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    "nowEpochSeconds": lambda: int(time.time()),
    "nowEpochMilliSeconds": lambda: int(time.time() * 1000),
}
