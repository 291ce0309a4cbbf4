"""A workplace of the bench on the local cloud of the tests."""

from __future__ import annotations

import pytest
from bench.app import App
from bench.emulator import Emulator
from bench.measure import Ledger
from bench.workplace import Workplace
from tests.local_cloud import Cloud

_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.11, Handler: app.handler, CodeUri: hello}
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app of one function."""
    source = tmp_path_factory.mktemp("tiny")
    (source / "template.yaml").write_text(_TEMPLATE)
    (source / "hello").mkdir()
    (source / "hello" / "app.py").write_text("def handler(event, context):\n    return 'hello'\n")
    return App(source, "hello/app.py")


@pytest.fixture(scope="module")
def place(local_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    port = int(local_cloud.endpoint.rpartition(":")[2])
    cloud = Emulator(local_cloud.home, local_cloud.endpoint, port)
    return Workplace(tmp_path_factory.mktemp("bench"), cloud, Ledger(), repetitions=1)
