"""Large stacks are measured by their calls; what keeps a deploy safe is measured beside the same without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.app import App
from bench.report import Ratio
from bench.scale import UNIT, run_scale, template
from bench.upkeep import crashes, run_upkeep
from bench.workplace import Workplace

pytestmark = pytest.mark.xdist_group("bench-runs")


@pytest.fixture(scope="module")
def scaled(place: Workplace) -> dict[str, Ratio]:
    return {ratio.name: ratio for ratio in run_scale(place, units=1, few=1, many=2)}


def test_a_unit_is_a_hundred_resources() -> None:
    assert len(json.loads(template(3))["Resources"]) == 3 * UNIT


def test_a_large_stack_is_read_in_a_fraction_of_a_call_each(scaled: dict[str, Ratio]) -> None:
    """A hundred need more calls each than a thousand do, whose target is a tenth."""
    reads = scaled["100 resources, no change, reads beside resources"]
    calls = scaled["100 resources, no change, calls beside resources"]
    assert reads.ours == calls.ours <= 15
    assert reads.floor == UNIT


def test_the_floor_makes_the_same_reads(place: Workplace, scaled: dict[str, Ratio]) -> None:
    ours, floor = (
        place.ledger[name] for name in ("100 resources, no change", "floor: 100 resources, no change")
    )
    assert floor.samples[0].calls == ours.samples[0].calls


def test_what_a_resource_adds_is_more_than_nothing(scaled: dict[str, Ratio]) -> None:
    added = [ratio for ratio in scaled.values() if "for each of 200" in ratio.name]
    assert len(added) == 2
    assert all(ratio.ours > 0 and ratio.floor > 0 for ratio in added)


def test_without_a_journal_the_same_is_deployed(place: Workplace, tiny: App) -> None:
    found = run_upkeep(place, each=1, latency=0, app=tiny, slowness={"pending": 0.1})
    deploys = (
        "first deploy at 0 ms, state in folder",
        "first deploy at 0 ms, state in S3",
        "app, first deploy with AWS's waits, state in S3",
    )
    assert [ratio.name for ratio in found][:3] == [f"{name}, wall" for name in deploys]
    for name in deploys:
        with_it = place.ledger[name].samples[0].calls.operations
        without = place.ledger[f"{name}, without journal and lease"].samples[0].calls.operations
        others = {name for name in with_it if name not in ("s3.PutObject", "s3.GetObject", "s3.DeleteObject")}
        assert {name: with_it[name] for name in others} == {name: without.get(name) for name in others}
        if "S3" in name:
            assert with_it["s3.PutObject"] > without["s3.PutObject"]


def test_the_crash_matrix_is_told_where_it_was_run(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    assert list(crashes(result)) == []
    result.write_text(json.dumps({"points": 1200, "failed": 1, "seconds": 900.4}))
    (ratio,) = crashes(result)
    assert (ratio.ours, ratio.floor, ratio.met) == (1, 1200, False)
