"""The bench measures what it says: on a tiny case, by counts; times are nobody's test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.document import page
from bench.measure import Ledger, RunFailed, Sample, measure
from bench.report import Machine, Ratio, Report
from bench.small import AGAIN, DEPLOY, DESTROY, RESOURCES, run_small
from bench.startup import FLOOR, OURS, run_startup
from bench.tables import terminal
from bench.workplace import Workplace

pytestmark = pytest.mark.xdist_group("bench-runs")  # one run of the bench serves all
KINDS = len(RESOURCES)


@pytest.fixture(scope="module")
def ratios(place: Workplace) -> tuple[Ratio, ...]:
    return run_small(place, each=1, latencies={20: 1.5})


def test_a_deploy_makes_the_necessary_writes_and_no_other_call(
    place: Workplace, ratios: tuple[Ratio, ...]
) -> None:
    calls = place.ledger[f"{DEPLOY} at 20 ms"].samples[0].calls.operations
    assert dict(calls) == {
        "dynamodb.CreateTable": 1,
        "logs.CreateLogGroup": 1,
        "s3.CreateBucket": 1,
        "sns.CreateTopic": 1,
        "sqs.CreateQueue": 1,
        "ssm.PutParameter": 1,
    }


def test_the_floors_make_the_necessary_calls_and_no_others(
    place: Workplace, ratios: tuple[Ratio, ...]
) -> None:
    names = [f"{step} at 20 ms" for step in (DEPLOY, AGAIN, DESTROY)]
    deploy, again, destroy = (place.ledger[f"floor: {name}"] for name in names)
    assert (deploy.reads, deploy.writes) == (0, KINDS)
    assert again.samples[0].calls == place.ledger[names[1]].samples[0].calls
    assert (destroy.reads, destroy.writes) == (0, KINDS)


def test_a_deploy_with_no_change_writes_nothing(place: Workplace, ratios: tuple[Ratio, ...]) -> None:
    assert place.ledger[f"{AGAIN} at 20 ms"].writes == 0


def test_every_ratio_has_both_sides(place: Workplace, ratios: tuple[Ratio, ...]) -> None:
    started = run_startup(place)
    assert len(place.ledger[OURS].samples) == len(place.ledger[FLOOR].samples)
    assert all(ratio.ours > 0 and ratio.floor > 0 for ratio in (*ratios, *started))
    calls = next(ratio for ratio in ratios if ratio.unit == "calls")
    assert calls.floor == KINDS


def test_a_report_is_the_same_in_every_form(place: Workplace, ratios: tuple[Ratio, ...]) -> None:
    report = Report(Machine(2, "3.11.0", 5.0), "2026-01-01", 1, place.ledger.series, ratios, ("left out",))
    text, written = terminal(report), page(report)
    assert "only for orientation" in text
    assert "only for orientation" in written
    assert "left out" in text
    assert "left out" in written
    for ratio in ratios:
        assert ratio.name in text
        assert f"{ratio.ours / ratio.floor:.2f} ×" in written
    assert all(f"| {each.name} |" in written for each in report.series)
    assert len(json.loads(json.dumps(report.document()))["ratios"]) == len(ratios)


def test_a_target_is_met_or_not() -> None:
    assert Ratio("f", "", 3.0, 2.0, "s", 1.5).met is True
    assert Ratio("f", "", 3.1, 2.0, "s", 1.5).met is False
    assert Ratio("f", "", 3.0, 2.0, "s").met is None
    assert Ratio("c", "", 0, 0, "calls", 1.0).met is True
    assert Ratio("c", "", 1, 0, "calls", 1.0).met is False


def test_medians_are_taken_of_each_figure() -> None:
    ledger = Ledger()
    for wall, cpu in ((1.0, 0.3), (9.0, 0.1), (2.0, 0.2)):
        ledger.add("it", Sample(wall, cpu))
    assert (ledger["it"].wall, ledger["it"].cpu) == (2.0, 0.2)


def test_cpu_holds_that_of_children(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])"
    assert measure(["python3", "-c", parent], tmp_path, {"PATH": "/usr/bin:/usr/local/bin"}).cpu > 0.2


def test_a_command_that_fails_says_what_it_printed(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="ended with 3:\nso be it"):
        measure(["sh", "-c", "echo so be it; exit 3"], tmp_path, {"PATH": "/bin:/usr/bin"})
