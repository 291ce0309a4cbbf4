"""A moto that has changed under our replacements is found out at the start, by name."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairway.local import features
from fairway.local.daemon import Daemon
from fairway.local.functions import overrides
from fairway.local.selftest import differences


def test_this_moto_is_the_one_that_is_relied_on() -> None:
    assert differences(overrides.RELIES_ON) == []


def test_what_has_changed_is_named() -> None:
    found = differences(
        {
            "json:dumps": ("obj", "other"),
            "json:JSONEncoder.encode": ("self", "o"),
            "json:nothing": (),
            "no_such_module_here:x": (),
        }
    )
    assert len(found) == 3
    assert found[0].startswith("json:dumps takes (obj, skipkeys")
    assert found[0].endswith("expected (obj, other)")
    assert found[1:] == ["json:nothing no longer exists", "no_such_module_here:x no longer exists"]


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a daemon that cannot load one of its features."""
    monkeypatch.setattr(features, "FEATURES", ("fairway.local.no_such_feature",))
    monkeypatch.setenv("MOTO_PORT", "")
    daemon = Daemon(tmp_path, 0)
    thread = threading.Thread(target=daemon.run)
    thread.start()
    yield int(daemon.endpoint.rpartition(":")[2])
    daemon.stop()
    thread.join()


def test_a_daemon_that_cannot_load_says_why_to_every_caller(broken: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", broken, timeout=10)
    scope = "Credential=test/20260101/us-east-1/dynamodb/aws4_request"
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, x",
    }
    connection.request("POST", "/", b"{}", headers)
    answer = connection.getresponse()
    error = json.loads(answer.read())
    assert answer.status == 501  # which no SDK retries
    assert error["__type"] == "LocalCloudFailed"
    assert "no_such_feature" in error["message"]
    connection.request("GET", "/_fairway/status")
    status = json.loads(connection.getresponse().read())
    assert status["state"] == "failed"
    assert "no_such_feature" in status["failure"]
    connection.close()
