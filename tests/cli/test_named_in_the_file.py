"""What the project's file names of its stacks is there: mistakes are told before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, program, write
from tests.local_cloud import Cloud, unique

TABLE = """\
Conditions: {{Never: !Equals [a, b]}}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
Outputs: {{OrdersName: {{Value: !Ref Orders}}, Sometimes: {{Value: a, Condition: Never}}{more}}}
"""
TOPIC = """\
Parameters: {OrdersName: {Type: String}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref OrdersName}}
  Failing:
    Type: AWS::CloudWatch::Alarm
    Properties: {ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1, MetricName: m,
      Namespace: n, Period: 60, Statistic: Sum, Threshold: 1}
"""
PROJECT = """\
[stacks.{data}]
source = "data"
[stacks.{api}]
source = "api"
[stacks.{api}.parameters]
OrdersName = {{ stack = "{data}", output = "OrdersName" }}
"""


class Mono:
    """Two stacks, one of which takes the other's output, and their file."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.data, self.api = unique("data"), unique("api")
        self.run = program(folder, cloud)
        self.project = PROJECT.format(data=self.data, api=self.api)
        self.write("data/template.yaml", TABLE.format(more=""))
        self.write("api/template.yaml", TOPIC)
        self.says("")

    def write(self, file: str, text: str) -> None:
        write(self.run.folder, {file: text})

    def says(self, text: str) -> None:
        """The file says this too."""
        self.write("fairway.toml", self.project + text.replace("DATA", self.data).replace("API", self.api))

    def slips(self) -> None:
        """An output is named wrongly in the file."""
        self.project = self.project.replace('"OrdersName"', '"OrderName"')
        self.says("")


@pytest.fixture
def mono(tmp_path: Path, local_cloud: Cloud) -> Mono:
    return Mono(tmp_path, local_cloud)


def found(ended: Ended) -> list[tuple[str, str, str]]:
    assert ended.code == 2, ended.out
    return [(each["code"], each["message"], each["next"]) for each in ended.result["error"]["findings"]]


def test_validate_looks_at_all_stacks(mono: Mono) -> None:
    assert mono.run("validate").code == 0
    mono.write("api/template.yaml", TOPIC.replace("DisplayName", "DisplyName"))
    mono.write("data/template.yaml", TABLE.format(more="").replace("KeySchema", "KySchema"))
    told = mono.run("validate")
    assert told.code == 2
    assert "did you mean DisplayName?" in told.err
    assert "did you mean KeySchema?" in told.err
    (mono.run.folder / "api/template.yaml").unlink()
    told = mono.run("validate")
    assert "did you mean KeySchema?" in told.err
    assert f"fairway.toml:3: error [source.missing] {mono.api}: api holds no template" in told.err


def test_an_output_that_the_template_does_not_have(mono: Mono) -> None:
    mono.says('[hooks]\nafter_apply = ["echo ${stacks.DATA.Nope}", "echo ${stacks.DATA.Sometimes}"]\n')
    message = f"hooks.after_apply: the template of {mono.data} has no output Nope"
    assert found(mono.run("validate", "--json")) == [
        ("project.output", message, "it has OrdersName, Sometimes")
    ]
    loop = "Fn::ForEach::All: [Name, [A], {'${Name}Nope': {Value: a}}]"
    looping = "Transform: AWS::LanguageExtensions\n" + TABLE.format(more=f", {loop}")
    mono.write("data/template.yaml", looping.replace("'${Name}Nope'", "'Made${Name}'"))
    assert mono.run("validate").code == 0, "what a loop makes cannot be told from its names"


def test_an_output_named_wrongly_stops_the_run_before_anything_is_made(mono: Mono) -> None:
    mono.slips()
    for stages in (["--skip", "checks"], []):
        ended = mono.run("run", "--yes", *stages, "--json")
        assert ended.code != 0
        assert "did you mean OrdersName?" in ended.out
        assert ended.of("OperationStarted") == []


def test_a_mistake_in_a_stack_that_waits_for_another_is_found_by_the_check(mono: Mono) -> None:
    assert f"– {mono.api}: definition: it comes after {mono.data}" in mono.run("check").out
    mono.write("api/template.yaml", TOPIC.replace("DisplayName", "DisplyName"))
    told = mono.run("check")
    assert told.code == 1
    assert f"✗ {mono.api}: definition" in told.out
    assert "did you mean DisplayName?" in told.out


@pytest.mark.parametrize(
    ("block", "code", "hint"),
    [
        ('invoke = "API.Topc"', "checks.address", "name a function of a stack"),
        ('invoke = "API.Topic"', "checks.kind", "name a function"),
        ('execution = "Flow"', "checks.address", "name a state machine of a stack"),
        ('table = "DATA.Order"\nkey = {id = "1"}', "checks.address", "did you mean DATA.Orders?"),
        ('table = "Orders"\nkey = {nid = "1"}', "checks.key", "give id, and nothing else"),
    ],
)
def test_a_resource_that_no_stack_has_is_known_before(mono: Mono, block: str, code: str, hint: str) -> None:
    mono.says(f"[[verify]]\n{block}\n")
    ((told, _, next),) = found(mono.run("validate", "--json"))
    assert (told, next) == (code, hint.replace("DATA", mono.data))
    checked = mono.run("check")
    assert checked.code == 1
    assert f"[{code}]" in checked.out


def test_what_is_named_and_is_there(mono: Mono) -> None:
    mono.says(
        '[[verify]]\ntable = "DATA.Orders"\nkey = {id = "1"}\n[[verify]]\nalarms = ["Failing"]\n'
        '[[verify]]\ninvoke = "Nowhere"\nenvironments = ["prod"]\n[environments.prod]\n'
    )
    told = mono.run("validate")
    assert (told.code, told.out.strip()) == (0, "valid")
    assert "✓ names in the file" in mono.run("check").out


def test_an_alarm_may_be_the_accounts_own(mono: Mono) -> None:
    mono.says('[[verify]]\nalarms = ["Failin"]\n')
    told = mono.run("validate")
    assert told.code == 0
    assert "no stack has an alarm Failin" in told.out
    assert "did you mean Failing?" in told.out


def test_nothing_is_said_of_resources_behind_a_condition_that_cannot_be_decided(mono: Mono) -> None:
    condition = "Conditions: {Named: !Equals [!Ref OrdersName, a]}\n"
    queue = "  Queue: {Type: AWS::SQS::Queue, Condition: Named}\n"
    mono.write("api/template.yaml", condition + TOPIC + queue)
    mono.says('[[verify]]\ninvoke = "API.Somewhere"\n')
    assert mono.run("validate").code == 0


def test_one_stack_alone_is_validated_alone(mono: Mono) -> None:
    mono.slips()
    run: Program = mono.run
    assert run("validate", "--stack", mono.data).code == 0
