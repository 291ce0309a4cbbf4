"""A function that fails, fails as it does on Lambda: error shape, kind, log."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
from typing import Any

import pytest
from tests.local.events_world import eventually
from tests.local_cloud import Cloud, alive


def fail(cloud: Cloud, name: str, event: Any = None) -> tuple[dict[str, Any], str]:
    """The error a failing function answers, and the end of its log."""
    answer = cloud.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail"
    )
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    return json.loads(answer["Payload"].read()), base64.b64decode(answer["LogResult"]).decode()


def test_an_exception_is_reported_with_its_trace(local_cloud: Cloud) -> None:
    name = local_cloud.function(
        {"app.py": "def handler(event, context):\n    raise ValueError('bad thing')\n"}
    )
    error, log = fail(local_cloud, name)
    assert error["errorMessage"] == "bad thing"
    assert error["errorType"] == "ValueError"
    assert "app.py" in error["stackTrace"][0]
    assert "line 2, in handler" in error["stackTrace"][0]
    assert "[ERROR] ValueError: bad thing\nTraceback (most recent call last):" in log


def test_a_worker_survives_an_exception(local_cloud: Cloud) -> None:
    code = """
import os
def handler(event, context):
    if event: raise ValueError(os.getpid())
    return os.getpid()
"""
    name = local_cloud.function({"app.py": code})
    pid = local_cloud.invoke(name)
    error, _ = fail(local_cloud, name, {"fail": True})
    assert error["errorMessage"] == str(pid)
    assert local_cloud.invoke(name) == pid


@pytest.mark.parametrize(
    ("files", "kind", "message"),
    [
        (
            {"app.py": "import nothing_like_it\n"},
            "Runtime.ImportModuleError",
            "No module named 'nothing_like_it'",
        ),
        (
            {"other.py": ""},
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'app'",
        ),
        ({"app.py": "x = 1\n"}, "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ({"app.py": "def handler(:\n"}, "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ({"app.py": "raise KeyError('at import')\n"}, "KeyError", "'at import'"),
    ],
    ids=["import", "no-module", "no-handler", "syntax", "raises"],
)
def test_a_module_that_cannot_be_loaded(
    local_cloud: Cloud, files: dict[str, str], kind: str, message: str
) -> None:
    error, log = fail(local_cloud, local_cloud.function(files))
    assert error["errorType"] == kind
    assert message in error["errorMessage"]
    assert message in log


def test_a_worker_that_ends_between_two_events_loses_none(local_cloud: Cloud) -> None:
    code = "import os\ndef handler(event, context): return os.getpid()\n"
    name = local_cloud.function({"app.py": code})
    pid = local_cloud.invoke(name)
    for _ in range(5):
        os.kill(pid, signal.SIGKILL)
        while alive(pid):  # a process is killed only when the kernel comes to it
            time.sleep(0.001)
        assert local_cloud.invoke(name) != pid
        pid = local_cloud.invoke(name)


def test_a_late_error_is_not_the_next_events_answer(local_cloud: Cloud) -> None:
    code = """
exports.handler = async (event) => {
  if (event.late) setTimeout(() => { throw new Error('late') }, 50)
  return process.pid
}
"""
    name = local_cloud.function({"index.js": code}, Runtime="nodejs20.x", Handler="index.handler")
    first = local_cloud.invoke(name, {"late": True})
    eventually(lambda: not alive(first))
    assert local_cloud.invoke(name, {}) != first


def test_an_answer_that_is_not_json(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": "def handler(event, context): return {1, 2}\n"})
    error, _ = fail(local_cloud, name)
    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"


def test_a_timeout_kills_the_worker(local_cloud: Cloud) -> None:
    code = """
import os, time
def handler(event, context):
    if event: time.sleep(30)
    return os.getpid()
"""
    name = local_cloud.function({"app.py": code}, Timeout=1)
    before = local_cloud.invoke(name)
    error, log = fail(local_cloud, name, {"sleep": True})
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert "Task timed out after 1.00 seconds" in log
    assert local_cloud.invoke(name) != before


def test_a_crash_is_an_exit_error(local_cloud: Cloud) -> None:
    code = "import os\ndef handler(event, context):\n    print('last words', flush=True)\n    os._exit(3)\n"
    error, log = fail(local_cloud, local_cloud.function({"app.py": code}))
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert "last words" in log


@pytest.mark.parametrize("hold", ["time.sleep(20)", "return len(data)"], ids=["holding on", "at once"])
def test_more_memory_than_the_limit_kills_the_worker(local_cloud: Cloud, hold: str) -> None:
    code = f"import time\ndef handler(event, context):\n    data = b'x' * (300 << 20)\n    {hold}\n"
    error, log = fail(local_cloud, local_cloud.function({"app.py": code}, MemorySize=128, Timeout=15))
    assert error["errorType"] == "Runtime.OutOfMemory"
    assert "Runtime exited with error: signal: killed" in log


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("exports.handler = async () => { throw new TypeError('no') }", "TypeError", "no"),
        ("exports.handler = (e, c, done) => done(new RangeError('late'))", "RangeError", "late"),
        ("exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('loose') }, 5))",
         "Error", "loose"),
        ("exports.other = 1", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"),
        ("require('nothing-like-it')", "Runtime.ImportModuleError", "Cannot find module 'nothing-like-it'"),
        ("exports.handler = async ( => 1", "Runtime.UserCodeSyntaxError", "SyntaxError"),
    ],
    ids=["throws", "callback", "loose", "no-handler", "require", "syntax"],
)  # fmt: skip
def test_node_errors(local_cloud: Cloud, code: str, kind: str, message: str) -> None:
    name = local_cloud.function({"index.js": code}, Runtime="nodejs20.x", Handler="index.handler")
    error, log = fail(local_cloud, name)
    assert error["errorType"] == kind
    assert message in error["errorMessage"]
    assert message in log


def test_a_runtime_without_an_interpreter_says_so(local_cloud: Cloud) -> None:
    error, _ = fail(
        local_cloud, local_cloud.function({"app.rb": ""}, Runtime="ruby3.3", Handler="app.handler")
    )
    assert "ruby3.3" in error["errorMessage"]


def test_a_response_over_six_megabytes_is_refused(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": "def handler(event, context): return 'x' * (7 << 20)\n"})
    error, _ = fail(local_cloud, name)
    assert error["errorType"] == "Function.ResponseSizeTooLarge"
