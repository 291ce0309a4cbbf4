"""A stack whose state is lost is taken back whole: nothing is made twice, nothing is left."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from tests.examples.app import copied, inventory
from tests.local_cloud import Cloud

pytestmark = pytest.mark.xdist_group("atlas-engine")


def test_atlas_engine_is_taken_back_with_nothing_doubled(tmp_path: Path, local_cloud: Cloud) -> None:
    app = copied("atlas-engine", tmp_path / "lost", local_cloud)
    empty = inventory(local_cloud)
    first = app("deploy", "--yes", "--json")
    assert first.code == 0, first.out + first.err
    there = inventory(local_cloud)
    shutil.rmtree(app.folder / ".fairway" / "state")

    back = app("deploy", "--yes", "--adopt", "*", "--json")

    assert back.code == 0, back.out + back.err
    [made] = back.of("PlanMade")
    actions = Counter(change["action"] for change in made["plan"]["changes"])
    assert not {"create", "replace", "delete"} & actions.keys(), [
        change for change in made["plan"]["changes"] if change["action"] not in ("update", "adopt")
    ]
    assert inventory(local_cloud) == there
    assert back.result["outputs"] == first.result["outputs"]
    again = app("plan", "--json")
    assert not again.result["changes"], again.of("PlanMade")[0]["plan"]["changes"]
    removed = app("destroy", "--yes", "--allow-data-loss", "*")
    assert removed.code == 0, removed.out + removed.err
    left = inventory(local_cloud) - empty
    assert all("fairway-artifacts-" in identity for _, identity in left), left
