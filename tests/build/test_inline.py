"""Code written in the template, and the module that answers custom resources for it."""

from __future__ import annotations

import json
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.build.bench import Workbench, import_in_python, names

from fairway.model.location import Location
from fairway.model.values import Artifact, Asset

PYTHON = """
import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Answer": 42}, noEcho=True)
"""
NODE = """
const response = require('cfn-response');
exports.handler = (event, context) => response.send(event, context, response.FAILED, { Answer: 42 }, 'my-id');
"""


def inline(content: str, runtime: str, handler: str = "index.handler") -> Asset:
    location = Location("template.yaml", 3)
    return Asset("inline", "Inline", "", runtime, handler=handler, content=content, location=location)


@pytest.fixture
def answers() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """A server that takes what CloudFormation would: its URL and the requests it got."""
    got: list[tuple[str, dict[str, Any]]] = []

    class Taker(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers.get("Content-Type", ""), json.loads(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/answer", got
        server.shutdown()


def unpack(artifact: Artifact, folder: Path) -> Path:
    with zipfile.ZipFile(artifact.path) as archive:
        archive.extractall(folder)
    return folder


def event(url: str) -> dict[str, str]:
    return {"ResponseURL": url, "StackId": "s", "RequestId": "r", "LogicalResourceId": "l"}


def test_code_becomes_index(bench: Workbench) -> None:
    python, node = bench.build(
        inline("def handler(e, c): ...", "python3.12"), inline("exports.handler = 1", "nodejs22.x")
    )
    assert names(python) == ["index.py"]
    assert names(node) == ["index.js"]


def test_python_code_answers_a_custom_resource(bench: Workbench, tmp_path: Path, answers: Any) -> None:
    url, got = answers
    task = unpack(bench.build(inline(PYTHON, "python3.12"))[0], tmp_path / "task")
    context = "type('Context', (), {'log_stream_name': 'stream'})()"
    import_in_python(task, f"import index; index.handler({event(url)!r}, {context})")
    ((kind, answer),) = got
    assert kind == ""
    assert answer == {
        "Status": "SUCCESS", "Reason": "See the details in CloudWatch Log Stream: stream",
        "PhysicalResourceId": "stream", "StackId": "s", "RequestId": "r", "LogicalResourceId": "l",
        "NoEcho": True, "Data": {"Answer": 42},
    }  # fmt: skip


def test_node_code_answers_a_custom_resource(
    bench: Workbench, tmp_path: Path, answers: Any, npm: Callable[..., str]
) -> None:
    url, got = answers
    task = unpack(bench.build(inline(NODE, "nodejs22.x"))[0], tmp_path / "task")
    context = "{logStreamName: 'stream', done: () => console.log('done')}"
    code = f"require('./index.js').handler({json.dumps(event(url))}, {context})"
    said = subprocess.run(["node", "-e", code], cwd=task, check=True, capture_output=True, text=True).stdout
    assert said.split() == ["Status", "code:", "200", "done"]
    assert (got[0][1]["Status"], got[0][1]["PhysicalResourceId"], got[0][1]["NoEcho"]) == (
        "FAILED",
        "my-id",
        False,
    )


@pytest.mark.parametrize(
    ("content", "runtime", "handler", "code"),
    [
        ("x = 1", "python3.12", "index.handler", "build.handler"),
        ("def handler(e, c): ...", "python3.12", "main.handler", "build.handler"),
        ("exports.other = 1", "nodejs22.x", "index.handler", "build.handler"),
        ("puts 1", "ruby3.3", "index.handler", "build.inline"),
        ("x", "pyton3.12", "index.handler", "build.runtime"),
    ],
)
def test_mistakes_in_inline_code_are_found(
    bench: Workbench, content: str, runtime: str, handler: str, code: str
) -> None:
    (finding,) = bench.refuse(inline(content, runtime, handler))
    assert finding.code == code
    assert finding.location == Location("template.yaml", 3)
