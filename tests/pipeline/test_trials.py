"""What was verified can be tried by hand: the commands are told, and work as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import ENVIRONMENT, Workshop, workshop

from fairway.model.events import ResultsPublished
from fairway.project.checks import Command, Execution, Http, Invoke
from fairway.project.settings import StackSettings

TEMPLATE = """
Resources:
  Done:
    Type: AWS::Serverless::StateMachine
    Properties: {Definition: {StartAt: End, States: {End: {Type: Succeed}}}}
Outputs: {Name: {Value: !GetAtt Done.Name}}
"""


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud) -> Workshop:
    name = unique("tried")
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.write({"template.yaml": "Transform: AWS::Serverless-2016-10-31\n" + TEMPLATE})
    made.run()
    return made


def told(made: Workshop) -> list[str]:
    made.run("publish", "publish")
    [published] = made.of(ResultsPublished)
    return list(published.commands)


def test_executions_and_requests_become_commands_with_their_names_filled_in(made: Workshop) -> None:
    [stack] = made.project.stacks
    made.set(
        verify=(
            Execution(name="runs", execution="Done", input={"name": "O'Hara"}),
            Http(name="answers", http=f"http://localhost:1/${{stacks.{stack}.Name}}"),
            Http(name="takes", http="http://localhost:1/", method="PUT", body="{}", headers={"A": "b c"}),
        )
    )
    machine, answers, takes = told(made)
    assert machine == f"""fairway invoke Done --env {ENVIRONMENT} --payload '{{"name": "O'"'"'Hara"}}'"""
    assert answers.startswith(f"curl http://localhost:1/{stack}")
    assert takes == "curl -X PUT -H 'A: b c' -d '{}' http://localhost:1/"


def test_a_command_names_the_stack_where_there_are_several(made: Workshop) -> None:
    [stack], other = made.project.stacks, unique("other")
    made.set(stacks={**made.project.stacks, other: StackSettings(other)})
    made.run()
    made.set(verify=(Execution(name="runs", execution=f"{other}.Done"),))
    assert told(made) == [f"fairway invoke Done --stack {other} --env {ENVIRONMENT}"]
    assert stack != other


def test_secrets_and_what_is_not_there_are_left_out(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "hush-hush")
    made.set(
        verify=(
            Http(name="secret", http="http://localhost:1/", headers={"x-api-key": "${env.MY_TOKEN}"}),
            Invoke(name="gone", invoke="Gone"),
            Execution(name="elsewhere", execution="Done", environments=("dev",)),
            Command(name="own", command="true"),
        )
    )
    assert told(made) == []
