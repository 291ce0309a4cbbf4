"""The Python side of a worker: takes events from the Runtime API and calls the handler.

Runs inside the function's process with nothing but the standard library, on Python 3.8 and later; it may
import no other file of this project. Protocol and error shapes: AWS's "Lambda runtime API" documentation.
"""

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from decimal import Decimal

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
TASK = os.environ["LAMBDA_TASK_ROOT"]
RUNTIME = "/2018-06-01/runtime"
BUILT_IN = os.environ.pop("FAIRWAY_BUILT_IN", "")
LEVELS = {"TRACE": "DEBUG", "FATAL": "CRITICAL", "WARN": "WARNING"}


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """The handler's second argument."""

    def __init__(self, headers):
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

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Logs(logging.Handler):
    """Writes a record as one event: line breaks travel as carriage returns, which the reader turns back."""

    request_id = ""

    def emit(self, record):
        text = self._json(record) if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON" else self._text(record)
        sys.stdout.write(text.replace("\n", "\r") + "\n")

    def _text(self, record):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        # what the managed Python runtimes print
        return "[%s]\t%s.%03dZ\t%s\t%s" % (
            record.levelname, stamp, record.msecs, self.request_id, self.format(record),
        )

    def _json(self, record):
        entry = {
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

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


def set_up_logging():
    handler = Logs()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
    logging.root.addHandler(handler)
    if level:
        logging.root.setLevel(LEVELS.get(level, level))
    return handler


def set_up_path():
    """Task first, built-in packages last, as in Lambda; this file's own folder is not the function's."""
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [TASK] + [entry for entry in sys.path if entry not in (own, "", TASK)]
    if BUILT_IN:
        sys.path.append(BUILT_IN)


def load(name):
    """The handler `module.function` names; raises Failure with AWS's wording."""
    try:
        module_name, function = name.rsplit(".", 1)
    except ValueError as error:
        raise Failure("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, error)) from None
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        message = "Unable to import module '%s': %s" % (module_name, error)
        raise Failure("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        where = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, (error.text or "").strip())
        raise Failure("Runtime.UserCodeSyntaxError", message, [where]) from None
    if not hasattr(module, function):
        message = "Handler '%s' missing on module '%s'" % (function, module_name)
        raise Failure("Runtime.HandlerNotFound", message)
    return getattr(module, function)


def describe(error, request_id):
    """The error as Lambda reports it, and what it prints."""
    if isinstance(error, Failure):
        kind, trace = error.kind, error.trace
    else:
        kind = type(error).__name__
        # the first frame is this file's
        trace = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    shape = {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}
    text = "[ERROR] %s: %s" % (kind, error)
    if trace:
        text += "\nTraceback (most recent call last):\n" + "".join(trace)
    return shape, text.rstrip("\n")


def plain(value):
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def encode(value):
    try:
        return json.dumps(value, ensure_ascii=False, default=plain).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise Failure("Runtime.MarshalError", "Unable to marshal response: %s" % error) from None


def post(connection, path, body, headers=()):
    sys.stdout.flush()
    sys.stderr.flush()
    connection.request("POST", RUNTIME + path, body, {"Content-Type": "application/json", **dict(headers)})
    connection.getresponse().read()


def report(connection, path, error, request_id):
    shape, text = describe(error, request_id)
    sys.stdout.write(text.replace("\n", "\r") + "\n")
    body = json.dumps(shape).encode("utf-8")
    post(connection, path, body, {"Lambda-Runtime-Function-Error-Type": shape["errorType"]})


def serve(connection, handler, logs):
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
            report(connection, "/invocation/%s/error" % request_id, error, request_id)
        else:
            post(connection, "/invocation/%s/response" % request_id, result)


def main():
    sys.stdout.reconfigure(line_buffering=True)
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
