"""The place that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.crash.place import Place, place


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A cloud, a proxy and an interpreter to fork runs from, of this test process alone."""
    with place(tmp_path_factory.mktemp("crash") / "place") as made:
        yield made
