"""What is told of a run to those who do not watch it: its timeline, and news of how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.deployment import Origin
from fairway.model.errors import Failed
from fairway.model.events import to_json
from fairway.model.news import News
from fairway.project.checks import Command
from fairway.project.settings import HookSettings, StackSettings, TestSettings
from fairway.report.news import About, news_of
from fairway.report.timeline import STAGE, Bar, timeline

QUEUE = "Resources: {{Queue: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {delay}}}}}}}\n"
ABOUT = About("shop", "prod", Origin(who="ada"))


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud) -> Workshop:
    """Two stacks, deployed and changed since, with a test and a verification that fails the first time."""
    first, second = unique("first"), unique("second")
    stacks = {first: StackSettings(first, "a"), second: StackSettings(second, "b", after=(first,))}
    made = workshop(tmp_path, local_cloud, stacks)
    made.set(tests=(TestSettings("unit", "true"),))
    made.set_environment(on_failure="rollback")
    made.write({"a/template.yaml": QUEUE.format(delay=1), "b/template.yaml": QUEUE.format(delay=1)})
    assert made.run() == "succeeded"
    counting = "echo >> calls; test $(wc -l < calls) -gt 1"
    made.set(verify=(Command(name="broken", command=counting),))
    made.write({"a/template.yaml": QUEUE.format(delay=2)})
    return made


def told(made: Workshop) -> Sequence[Mapping[str, Any]]:
    return [to_json(event) for event in made.events]


def news(made: Workshop) -> list[News]:
    """What people get, event by event."""
    events = told(made)
    found = (news_of(events[:end], ABOUT) for end in range(1, len(events) + 1))
    return [each for each in found if each]


def parts(bars: Sequence[Bar], stage: Bar) -> list[str]:
    """What is drawn below a stage."""
    after = bars[bars.index(stage) + 1 :]
    end = next((at for at, bar in enumerate(after) if bar.kind == STAGE), len(after))
    return [bar.name for bar in after[:end]]


def test_the_timeline_of_a_run_has_its_stages_and_those_of_its_stacks_each_with_its_parts(
    made: Workshop,
) -> None:
    assert made.run("test", "verify") == "rolled-back"
    found = timeline(told(made))
    assert found.title == "run in prod"
    stages = [bar for bar in found.bars if bar.kind == STAGE]
    assert [bar.name for bar in stages if not bar.stack] == [
        "test", "build", "plan", "approve", "apply", "verify",
    ]  # fmt: skip
    [test] = [bar for bar in stages if bar.name == "test"]
    assert parts(found.bars, test) == ["unit"]
    [first, _] = made.project.stacks
    applied, back = [bar for bar in stages if (bar.name, bar.stack) == ("apply", first)]
    assert parts(found.bars, applied) == parts(found.bars, back) == ["Queue"]
    [verified] = [bar for bar in stages if (bar.name, bar.stack) == ("verify", "")]
    assert "broken" in parts(found.bars, verified)
    assert all(0 <= bar.start <= bar.end <= found.seconds for bar in found.bars)


def test_a_run_that_is_rolled_back_is_news_twice_with_its_cause(made: Workshop) -> None:
    made.run("test", "verify")
    begun, ended = news(made)
    assert (begun.kind, begun.title) == ("started", "shop: run in prod has begun")
    assert ended.kind == "rolled-back"
    assert ended.title.startswith("shop: run in prod failed, and what it did was rolled back in ")
    assert ended.lines[0].startswith("broken: ")


def test_a_run_that_holds_what_it_did_says_only_that_it_failed(made: Workshop) -> None:
    made.run("test", "verify", on_failure="hold")
    ended = news(made)[-1]
    assert (ended.kind, "rolled back" in ended.title) == ("failed", False)
    assert "~ Queue" in ended.lines


def test_news_of_a_run_that_a_hook_has_ended_say_why_and_what_next(made: Workshop) -> None:
    made.set(hooks=HookSettings(before_build=("exit 3",)))
    with pytest.raises(Failed):
        made.run("build", "apply")
    lines = news(made)[-1].lines
    assert lines[0].startswith("[hook.failed] a command of before_build failed: `exit 3` ended with 3")
    assert lines[1] == "next: correct it and run it again"


def test_a_run_that_waits_asks_for_the_approval(made: Workshop) -> None:
    made.set_environment(approval=True)
    assert made.run() == "waiting"
    asked = news(made)[-1]
    first, second = made.project.stacks
    assert asked.kind == "approval"
    assert asked.lines[:2] == (f"{first}: 1 to update", f"{second}: nothing to do")


def test_the_command_draws_the_whole_run(tmp_path: Path, local_cloud: Cloud) -> None:
    app: Program = program(tmp_path / unique("drawn"), local_cloud)
    write(app.folder, {"template.yaml": QUEUE.format(delay=1)})
    ended = app("run", "--yes", "--timeline", "run.html", "--timeline", "run.svg")
    assert ended.code == 0, ended.err
    for name in ("run.html", "run.svg"):
        drawn = (app.folder / name).read_text()
        assert "run in local" in drawn
        assert "Queue create" in drawn
        assert "publish" in drawn, "to its end"
    assert app("run", "--timeline", "run.png").code == 2
