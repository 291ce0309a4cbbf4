"""The pipeline as the bench measures it: on a project of two functions, by counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.pipeline import AGAIN, CHANGED, FIRST, STEPS, UNTESTED, run_pipeline
from bench.projects import DOCUMENTS, Project
from bench.push import pushed, run_push
from bench.report import Ratio
from bench.several import name, run_several
from bench.workplace import Workplace
from tests.local_cloud import unique

pytestmark = pytest.mark.xdist_group("bench-runs")
_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.11, Handler: app.handler}}
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: hello}}
  Other: {Type: AWS::Serverless::Function, Properties: {CodeUri: other}}
"""
_SETTINGS = """
[project]
name = "NAME"
[stacks.NAME]
source = "template.yaml"
[environments.dev]
[[test]]
name = "count"
run = "echo tested >> $TESTED"
[[verify]]
invoke = "Hello"
expect = "hello"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder, stack = tmp_path_factory.mktemp("project"), unique("greeter")
    (folder / "template.yaml").write_text(_TEMPLATE)
    (folder / "fairway.toml").write_text(_SETTINGS.replace("NAME", stack))
    handlers = [f"{code}/app.py" for code in ("hello", "other")]
    for handler in handlers:
        (folder / handler).parent.mkdir()
        (folder / handler).write_text("def handler(event, context):\n    return 'hello'\n")
    return Project(folder, stack, "Hello", handlers[0], tuple(handlers))


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To where the project's tests write that they ran."""
    return tmp_path_factory.mktemp("tested") / "tested"


@pytest.fixture(scope="module")
def ratios(place: Workplace, project: Project, tested: Path) -> dict[str, Ratio]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TESTED", str(tested))
        found = run_pipeline(place, project)
    return {ratio.name: ratio for ratio in found}


def test_by_hand_the_same_is_written(place: Workplace, ratios: dict[str, Ratio]) -> None:
    for step in STEPS:
        (ours,), (floor,) = (place.ledger[f"{side}{step.name}"].samples for side in ("", "floor: "))
        assert ours.calls.writes == floor.calls.writes > 0, step
        assert ours.calls.reads >= floor.calls.reads, "what is carried out is planned again"


def test_only_what_changed_is_updated(place: Workplace, ratios: dict[str, Ratio]) -> None:
    calls = {step: place.ledger[step.name].samples[0].calls.operations for step in STEPS}
    assert calls[FIRST]["lambda.CreateFunction"] == 2
    assert "lambda.UpdateFunctionCode" not in calls[AGAIN]
    assert calls[CHANGED]["lambda.UpdateFunctionCode"] == calls[UNTESTED]["lambda.UpdateFunctionCode"] == 1
    assert all(each["lambda.Invoke"] == 1 for each in calls.values()), "each is verified"


def test_both_run_the_tests(tested: Path, ratios: dict[str, Ratio]) -> None:
    lives_with_tests = 2 * sum(step.tests for step in STEPS)
    assert tested.read_text().split() == ["tested"] * (1 + lives_with_tests), "with the one to warm up"


def test_a_push_swaps_one_functions_code_and_asks_once_who_it_is(
    place: Workplace, project: Project, monkeypatch: pytest.MonkeyPatch, tested: Path
) -> None:
    monkeypatch.setenv("TESTED", str(tested))
    wall, calls, writes = run_push(place, project, latencies=(0,))
    ours, floor = (place.ledger[f"{side}{pushed(0)}"].samples[0].calls for side in ("", "floor: "))
    assert writes.met
    assert writes.ours == 1
    assert ours.operations["sts.GetCallerIdentity"] == 1, "the stages share what they know"
    assert (floor.operations["lambda.UpdateFunctionCode"], floor.operations["lambda.Invoke"]) == (1, 1)
    assert (calls.ours, calls.floor) == (ours.reads + ours.writes, floor.reads + floor.writes)
    assert wall.ours > 0 < wall.floor


def test_as_many_codes_are_swapped_as_were_changed(place: Workplace, project: Project) -> None:
    wall, writes = run_several(place, project, latencies={0: 2.0})
    assert (writes.ours, writes.floor) == (2, 2)
    assert place.ledger[name(1, 0)].writes == 1
    assert wall.target == 2.0


def test_twelve_functions_are_changed_at_once() -> None:
    assert len({DOCUMENTS.folder / each for each in DOCUMENTS.others}) == 12
    assert all((DOCUMENTS.folder / each).is_file() for each in (*DOCUMENTS.others, DOCUMENTS.handler))
