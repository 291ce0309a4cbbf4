"""A workplace of the bench on the local cloud of the tests."""

from __future__ import annotations

import pytest
from bench.emulator import Emulator
from bench.measure import Ledger
from bench.workplace import Workplace
from tests.local_cloud import Cloud


@pytest.fixture(scope="module")
def place(local_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    port = int(local_cloud.endpoint.rpartition(":")[2])
    cloud = Emulator(local_cloud.home, local_cloud.endpoint, port)
    return Workplace(tmp_path_factory.mktemp("bench"), cloud, Ledger(), repetitions=1)
