"""The backends as fixtures, and what tests of the lease rest on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud
from tests.state.backends import s3_objects
from tests.state.holders import KEY
from tests.state.memory import World

from fairway.model.objects import Objects
from fairway.state.folder import FolderObjects
from fairway.state.lease import Place
from fairway.state.store import Store


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """An empty backend of each kind."""
    if request.param == "folder":
        return FolderObjects(tmp_path / "states")
    cloud: Cloud = request.getfixturevalue("local_cloud")
    return s3_objects(cloud)


@pytest.fixture
def store(objects: Objects) -> Store:
    """A store in an empty backend of each kind."""
    return Store(objects)


@pytest.fixture
def world() -> World:
    """A time of its own."""
    return World()


@pytest.fixture
def place(objects: Objects) -> Place:
    """Where the lease is kept, in the backend that the test is about."""
    return Place(objects, KEY)
