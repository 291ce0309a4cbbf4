"""The Python side of a worker: takes events from the Runtime API and calls the handler.

Runs inside the function's process with nothing but the standard library, on Python 3.8 and later; it may
import no other file of this project. Protocol and error shapes: AWS's "Lambda runtime API" documentation.
"""

from __future__ import annotations

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from email.message import Message

    Handler = Callable[[Any, "Context"], Any]

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
TASK = os.environ["LAMBDA_TASK_ROOT"]
RUNTIME = "/2018-06-01/runtime"
BUILT_IN = os.environ.pop("FAIRWAY_BUILT_IN", "")
LEVELS = {"TRACE": "DEBUG", "FATAL": "CRITICAL", "WARN": "WARNING"}


class Identity:
    """Who called; set only for calls through the mobile SDKs."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """The handler's second argument."""

    def __init__(self, headers: Message) -> None:
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.identity = Identity()
        self.client_context = json.loads(headers.get("Lambda-Runtime-Client-Context") or "null")
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))


class Logs(logging.Handler):
    """Writes a record as one event: line breaks travel as carriage returns, which the reader turns back."""

    request_id = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = self._json(record) if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON" else self._text(record)
        sys.stdout.write(text.replace("\n", "\r") + "\n")

    def _text(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        # what the managed Python runtimes print
        message = self.format(record)
        return f"[{record.levelname}]\t{stamp}.{int(record.msecs):03d}Z\t{self.request_id}\t{message}"

    def _json(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": self.request_id,
        }
        if record.exc_info:
            entry["stackTrace"] = traceback.format_exception(*record.exc_info)
        return json.dumps(entry, default=str)


class Failure(Exception):
    """Handler cannot be loaded or its answer cannot be sent; `kind` is the error type AWS reports."""

    def __init__(self, kind: str, message: str, trace: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


def set_up_logging() -> Logs:
    handler = Logs()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
    logging.root.addHandler(handler)
    if level:
        logging.root.setLevel(LEVELS.get(level, level))
    return handler


def set_up_path() -> None:
    """Task first, built-in packages last, as in Lambda; this file's own folder is not the function's."""
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [TASK] + [entry for entry in sys.path if entry not in (own, "", TASK)]
    if BUILT_IN:
        sys.path.append(BUILT_IN)


def load(name: str) -> Handler:
    """The handler `module.function` names; raises Failure with AWS's wording."""
    try:
        module_name, function = name.rsplit(".", 1)
    except ValueError as error:
        raise Failure("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Failure("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        where = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").strip()}'
        raise Failure("Runtime.UserCodeSyntaxError", message, [where]) from None
    if not hasattr(module, function):
        message = f"Handler '{function}' missing on module '{module_name}'"
        raise Failure("Runtime.HandlerNotFound", message)
    handler: Handler = getattr(module, function)
    return handler


def describe(error: Exception, request_id: str) -> tuple[dict[str, Any], str]:
    """The error as Lambda reports it, and what it prints."""
    if isinstance(error, Failure):
        kind, trace = error.kind, error.trace
    else:
        kind = type(error).__name__
        # the first frame is this file's
        trace = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    shape = {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}
    text = f"[ERROR] {kind}: {error}"
    if trace:
        text += "\nTraceback (most recent call last):\n" + "".join(trace)
    return shape, text.rstrip("\n")


def plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def encode(value: object) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, default=plain).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise Failure("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def post(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: Mapping[str, str] | None = None
) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    connection.request("POST", RUNTIME + path, body, {"Content-Type": "application/json", **(headers or {})})
    connection.getresponse().read()


def report(connection: http.client.HTTPConnection, path: str, error: Exception, request_id: str) -> None:
    shape, text = describe(error, request_id)
    sys.stdout.write(text.replace("\n", "\r") + "\n")
    body = json.dumps(shape).encode("utf-8")
    post(connection, path, body, {"Lambda-Runtime-Function-Error-Type": shape["errorType"]})


def serve(connection: http.client.HTTPConnection, handler: Handler, logs: Logs) -> None:
    while True:
        connection.request("GET", RUNTIME + "/invocation/next")
        answer = connection.getresponse()
        body, headers = answer.read(), answer.headers
        if answer.status != 200:
            return
        request_id = logs.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            result = encode(handler(json.loads(body), Context(headers)))
        except Exception as error:
            report(connection, f"/invocation/{request_id}/error", error, request_id)
        else:
            post(connection, f"/invocation/{request_id}/response", result)


def main() -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    set_up_path()
    logs = set_up_logging()
    connection = http.client.HTTPConnection(API)
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        report(connection, "/init/error", error, "")
        sys.exit(1)
    serve(connection, handler, logs)


if __name__ == "__main__":
    main()
