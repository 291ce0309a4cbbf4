"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.local_cloud import Cloud, running


@pytest.fixture(scope="session", autouse=True)
def _places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reaches the user's own Fairway, and the lock files that uv leaves go when the tests do."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FAIRWAY_HOME", str(tmp_path_factory.mktemp("users-home")))
        environment.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))
        yield


@pytest.fixture(scope="session")
def local_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A local cloud of this test process alone, on a free port: `.endpoint`, `.client(service)`."""
    with running(tmp_path_factory.mktemp("fairway-home")) as cloud:
        yield cloud
