"""A deploy after which something runs other code than was built has failed, and is undone like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import write
from tests.local_cloud import REGION, Cloud, unique

from fairway.model.errors import Failed
from fairway.model.events import Event, FreshnessProved
from fairway.stacks.deploy import deploy
from fairway.stacks.freshness import StaleCode, prove_freshness
from fairway.stacks.functions import invoke
from fairway.stacks.history import history_of
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports
from fairway.stacks.storage import open_store

LOOK = "fairway.stacks.carry.prove_freshness"
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.11, Handler: app.handler, CodeUri: code}
"""


@pytest.fixture
def request_of(tmp_path: Path, local_cloud: Cloud) -> Request:
    folder = tmp_path / unique("stale")
    write(folder, {"template.yaml": TEMPLATE})
    state, cache = str(folder / "state"), folder / "cache"
    target = Target(folder.name, "local", REGION, state, cache, local_cloud.endpoint, local=True)
    return Request(folder, target, on_failure="rollback")


def deployed(request: Request, answer: str) -> list[Event]:
    """Deploy code that answers so; returns what was told."""
    write(request.source, {"code/app.py": f"def handler(event, context): return {answer!r}\n"})
    told: list[Event] = []
    deploy(request, Ports(emit=told.append, confirm=lambda _: True))
    return told


def test_it_is_undone_and_the_former_code_runs(request_of: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cloud that can be had here answers with stale code after its update was confirmed: the first look
    is told that it did.
    """
    target = request_of.target
    assert any(isinstance(event, FreshnessProved) for event in deployed(request_of, "one"))

    def stale_once(*seen: Any) -> None:
        monkeypatch.setattr(LOOK, prove_freshness)
        raise StaleCode(["Greeter runs other code"])

    monkeypatch.setattr(LOOK, stale_once)
    with pytest.raises(Failed, match="runs other code"):
        deployed(request_of, "two")
    history = list(history_of(open_store(target), target).newest_first())
    assert [(each.command, each.result, each.restores) for each in history] == [
        ("rollback", "succeeded", 1),
        ("deploy", "failed", 0),
        ("deploy", "succeeded", 0),
    ]
    assert invoke(target, "Greeter", b"{}").payload == '"one"'
