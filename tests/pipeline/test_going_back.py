"""A run that fails leaves what it did, or takes all of it back: the environment says which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.events import CheckFinished, PipelineFinished, RollbackStarted, StackFailed
from fairway.project.checks import Command
from fairway.project.settings import StackSettings
from fairway.report.history_text import render_deployment, render_history
from fairway.report.style import Style
from fairway.stacks import deploy
from fairway.stacks.inspect import history
from fairway.stacks.run import Ports
from fairway.stacks.storage import open_store

QUEUE = "Resources: {{Queue: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {delay}}}}}{more}}}\n"
TABLE = (
    ", Orders: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, "
    "AttributeDefinitions: [{AttributeName: id, AttributeType: S}], "
    "KeySchema: [{AttributeName: id, KeyType: HASH}]}}"
)
REFUSED = ", Refused: {Type: AWS::SSM::Parameter, Properties: {Name: /aws/mine, Type: String, Value: a}}"


@dataclass(frozen=True)
class Pair:
    """Two stacks, the second after the first."""

    made: Workshop
    first: str
    second: str

    def write(self, first: str, second: str) -> None:
        self.made.write({"a/template.yaml": first, "b/template.yaml": second})

    def delays(self) -> list[str | None]:
        """How the queues of both are in AWS; None for what is not there."""
        return [self._delay(self.first), self._delay(self.second)]

    def _delay(self, stack: str) -> str | None:
        target = self.made.target(stack)
        state = open_store(target).load(target.environment, stack)
        if state is None:
            return None
        url = state.resources["Queue"].identifier
        answer = self.made.cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return str(answer["Attributes"]["DelaySeconds"])


@pytest.fixture
def pair(tmp_path: Path, local_cloud: Cloud) -> Pair:
    first, second = unique("first"), unique("second")
    stacks = {first: StackSettings(first, "a"), second: StackSettings(second, "b", after=(first,))}
    made = workshop(tmp_path, local_cloud, stacks)
    made.set_environment(on_failure="rollback")
    pair = Pair(made, first, second)
    pair.write(QUEUE.format(delay=1, more=""), QUEUE.format(delay=1, more=""))
    return pair


def fails_while(pair: Pair, file: str) -> None:
    """Declare a verification that fails as long as this file is there."""
    pair.made.set(verify=(Command(name="broken", command=f"test ! -e {file}"),))


def fails_once(pair: Pair) -> None:
    """Declare a verification that fails the first time."""
    counting = "echo >> calls; test $(wc -l < calls) -gt 1"
    pair.made.set(verify=(Command(name="broken", command=counting),))


def test_a_failed_verification_takes_back_all_that_the_run_did(pair: Pair) -> None:
    assert pair.made.run() == "succeeded"
    fails_once(pair)
    pair.write(QUEUE.format(delay=7, more=TABLE), QUEUE.format(delay=8, more=""))
    assert pair.made.run("test", "verify") == "rolled-back"
    assert pair.delays() == ["1", "1"]
    [started] = pair.made.of(RollbackStarted)
    assert (started.stage, started.stacks) == ("verify", (pair.second, pair.first)), "in reverse order"
    results = [each.checked.result for each in pair.made.of(CheckFinished) if each.checked.name == "broken"]
    assert results == ["failed", "passed"], "what was gone back to is verified itself"
    commands = [each.command for each in history(pair.made.target(pair.first)).newest_first()]
    assert commands == ["rollback", "apply", "apply"]
    assert pair.made.run("test", "plan") == "succeeded"
    assert pair.made.decisions[pair.first] == "definition", "the new table is gone again"


def test_what_was_gone_back_to_does_not_work_either(pair: Pair) -> None:
    pair.made.run()
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=1, more=""))
    assert pair.made.run("test", "verify") == "failed"
    assert pair.delays() == ["1", "1"]


def test_a_failed_apply_takes_back_the_stacks_before_it(pair: Pair) -> None:
    pair.made.run()
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=8, more=REFUSED))
    assert pair.made.run() == "rolled-back"
    assert pair.delays() == ["1", "1"]


def test_of_a_first_deployment_nothing_is_left(pair: Pair) -> None:
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    pair.write(QUEUE.format(delay=1, more=TABLE), QUEUE.format(delay=1, more=""))
    assert pair.made.run("test", "verify") == "rolled-back"
    assert pair.delays() == [None, None]
    [ended] = pair.made.of(PipelineFinished)
    assert list(ended.stages)[-2:] == ["verify", "rollback"], "its time is told"


def test_hold_leaves_it_as_it_is(pair: Pair) -> None:
    pair.made.run()
    pair.made.set_environment(on_failure="hold")
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=1, more=""))
    assert pair.made.run("test", "verify") == "failed"
    assert pair.delays() == ["7", "1"]
    assert pair.made.of(RollbackStarted) == []
    [ended] = pair.made.of(PipelineFinished)
    assert ended.ended_in == "verify"
    assert "rollback" not in ended.stages


def test_a_verification_that_fails_without_a_change_undoes_nothing(pair: Pair) -> None:
    pair.made.run()
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    assert pair.made.run("test", "verify") == "failed"
    assert pair.made.of(RollbackStarted) == []


def test_a_later_process_that_verifies_takes_it_back_too(pair: Pair) -> None:
    pair.made.run()
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=1, more=""))
    pair.made.run("test", "apply")
    fails_once(pair)
    assert pair.made.run("verify", "verify") == "rolled-back"
    assert pair.delays() == ["1", "1"]


def test_what_somebody_else_deployed_since_is_left_alone(pair: Pair) -> None:
    pair.made.run()
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=1, more=""))
    pair.made.run("test", "apply")
    pair.write(QUEUE.format(delay=9, more=""), QUEUE.format(delay=1, more=""))
    deploy.deploy(pair.made.request(pair.first), Ports(lambda _: None, confirm=lambda _: True))
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    assert pair.made.run("verify", "verify") == "failed"
    assert [each.code for each in pair.made.of(StackFailed)] == ["rollback.overtaken"]
    assert pair.delays() == ["9", "1"]


def outcomes(pair: Pair) -> list[tuple[str, bool, int]]:
    """The first stack's deployments, the oldest first."""
    found = reversed(list(history(pair.made.target(pair.first)).newest_first()))
    return [(each.command, each.unverified, each.undoes) for each in found]


def test_after_a_destroy_only_what_the_run_made_is_taken_back(pair: Pair) -> None:
    pair.made.run()
    for stack in (pair.second, pair.first):
        deploy.destroy(pair.made.request(stack), Ports(pair.made.events.append, lambda _: True))
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    assert pair.made.run("test", "verify") == "rolled-back"
    assert pair.delays() == [None, None], "what was there before the destroy does not come back"
    assert outcomes(pair) == [
        ("apply", False, 0),
        ("destroy", False, 0),
        ("apply", True, 0),
        ("rollback", False, 3),
    ]
    pair.made.write({"right": ""})
    fails_while(pair, "right")
    assert pair.made.run("test", "verify") == "rolled-back"
    assert pair.delays() == [None, None], "nor does what a rollback has left"


def test_the_history_tells_what_failed_verification_and_who_took_it_back(pair: Pair) -> None:
    pair.made.run()
    fails_once(pair)
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=8, more=""))
    pair.made.run("test", "verify")
    found = history(pair.made.target(pair.first))
    deployments = list(found.newest_first())
    text = render_history(deployments, Style())
    assert "failed verification, rolled back by 3" in text
    assert text.count("failed verification") == 1
    shown = render_deployment(deployments[1], found.undone_by(deployments[1]), Style())
    assert "failed verification, rolled back by 3 in" in shown


def test_a_deployment_whose_verification_failed_is_nothing_to_go_back_to(pair: Pair) -> None:
    pair.made.run()
    pair.made.set_environment(on_failure="hold")
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    pair.write(QUEUE.format(delay=7, more=""), QUEUE.format(delay=1, more=""))
    assert pair.made.run("test", "verify") == "failed"
    assert outcomes(pair) == [("apply", False, 0), ("apply", True, 0)]
    (pair.made.folder / "wrong").unlink()
    pair.made.set_environment(on_failure="rollback")
    pair.write(QUEUE.format(delay=9, more=""), QUEUE.format(delay=8, more=REFUSED))
    assert pair.made.run() == "rolled-back"
    assert pair.delays() == ["1", "1"], "the last one that held"


def test_a_verification_that_holds_later_makes_it_good_again(pair: Pair) -> None:
    pair.made.set_environment(on_failure="hold")
    pair.made.write({"wrong": ""})
    fails_while(pair, "wrong")
    assert pair.made.run("test", "verify") == "failed"
    assert outcomes(pair) == [("apply", True, 0)]
    (pair.made.folder / "wrong").unlink()
    assert pair.made.run("test", "verify") == "unchanged"
    assert outcomes(pair) == [("apply", False, 0)]
