"""What a run checks first, and what it shows at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.events import CheckFinished, PipelineFinished, ResultsPublished, TestFinished
from fairway.project.checks import Command, Tool
from fairway.project.settings import ManualStep, StackSettings, TestSettings

TEMPLATE = """
Resources: {Queue: {Type: AWS::SQS::Queue}}
Outputs: {Name: {Value: !GetAtt Queue.QueueName}}
"""


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud) -> Workshop:
    name = unique("told")
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.write({"template.yaml": TEMPLATE})
    return made


def test_a_check_that_fails_ends_the_run_before_its_tests(made: Workshop) -> None:
    made.set(
        checks=(Tool(name="needed", tool="no-such-program"), Command(name="fine", command="true")),
        tests=(TestSettings("unit", "true"),),
    )
    assert made.run("checks") == "failed"
    results = {each.checked.name: each.checked.result for each in made.of(CheckFinished)}
    assert (results["needed"], results["fine"]) == ("failed", "passed"), "all are told"
    assert made.of(TestFinished) == []
    [ended] = made.of(PipelineFinished)
    assert (ended.result, ended.ended_in) == ("failed", "checks")


def test_outputs_and_the_steps_that_are_open(made: Workshop) -> None:
    [stack] = made.project.stacks
    done, open_ = Command(name="done", command="true"), Command(name="open", command="exit 7")
    made.set(manual=(
        ManualStep("Connect", "make an instance"),
        ManualStep("Lex bot", "add the function", done=open_),
        ManualStep("Model access", done=done),
        ManualStep("Elsewhere", environments=("dev",)),
    ))  # fmt: skip
    assert made.run("test", "publish") == "succeeded"
    [told] = made.of(ResultsPublished)
    assert told.outputs[stack]["Name"].startswith(stack)
    assert [(each.name, each.text) for each in told.open_steps] == [
        ("Connect", "make an instance"),
        ("Lex bot", "add the function"),
    ]
    assert "7" in told.open_steps[1].missing


def test_the_times_of_all_stages_are_told(made: Workshop) -> None:
    made.run("checks", "publish")
    [ended] = made.of(PipelineFinished)
    stages = ["checks", "test", "build", "plan", "approve", "apply", "verify", "publish"]
    assert list(ended.stages) == stages
    assert sum(ended.stages.values()) <= ended.seconds
    assert ended.stacks == dict.fromkeys(made.project.stacks, "succeeded")
