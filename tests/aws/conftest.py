"""Fixtures for the tests of the catalogue."""

from __future__ import annotations

import pytest
from tests.aws.world import World
from tests.local_cloud import Cloud


@pytest.fixture(scope="session")
def world(local_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Things to deploy to a running local cloud, and a catalogue that talks to it."""
    return World(local_cloud.endpoint, tmp_path_factory.mktemp("artifacts"))
