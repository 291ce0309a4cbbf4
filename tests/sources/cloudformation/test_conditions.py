"""Conditions decide what is there; rules decide whether parameters go together."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sources.cloudformation.templates import mistakes, read, sound

from fairway.model.values import Reference


def conditional(condition: str, rules: str = "{}") -> str:
    return f"""\
        Parameters:
          Stage: {{Type: String, Default: prod}}
          Zones: {{Type: CommaDelimitedList, Default: 'a,b'}}
          Count: {{Type: Number, Default: 1}}
          Password: {{Type: String, NoEcho: true, Default: s3cret}}
        Conditions:
          Yes: !Equals [a, a]
          Tested: {condition}
        Resources:
          Queue: {{Type: AWS::SQS::Queue, Condition: Tested}}
        Rules: {rules}
        """


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("!Equals [!Ref Stage, prod]", True),
        ("!Equals [!Ref Stage, dev]", False),
        ("!Equals [!Ref Count, 1]", True),
        ("!Equals [true, 'true']", True),
        ("!Equals [!Ref Password, s3cret]", True),
        ("!Equals [!Join ['', !Ref Zones], ab]", True),
        ("!Not [!Equals [a, b]]", True),
        ("!And [!Condition 'Yes', !Equals [a, b]]", False),
        ("!Or [{Condition: 'Yes'}, !Equals [a, b]]", True),
        ("!Condition 'Yes'", True),
        ("!Equals [!Select [1, !Ref Zones], b]", True),
    ],
)
def test_a_condition_decides_whether_a_resource_is_there(condition: str, holds: bool) -> None:
    assert ("Queue" in sound(conditional(condition)).resources) is holds


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("!Equals [a]", "template.condition"),
        ("!Not [a]", "template.condition"),
        ("!And []", "template.condition"),
        ("text", "template.condition"),
        ("!Equals [!Ref Queue, a]", "template.unknown-name"),
        ("!Condition Nothing", "template.unknown-name"),
        ("!Not [!Condition Tested]", "template.cycle"),
        ("!Equals [!Select [9, !Ref Zones], b]", "value.select"),
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_found(condition: str, code: str) -> None:
    assert (code, 8) in mistakes(conditional(condition))


def test_a_condition_on_what_only_aws_knows_is_a_warning() -> None:
    text = """\
        Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}}
        Conditions: {Known: !Equals [!Ref P, b]}
        Resources: {Queue: {Type: AWS::SQS::Queue, Condition: Known}}
        """
    _, [finding] = read(text)
    assert (finding.code, finding.severity) == ("template.condition-unknown", "warning")
    assert "Queue" in sound(text, lookup=lambda _: "b").resources


CONDITIONAL_USE = """\
    Conditions: {{Never: !Equals [a, b]}}
    Resources:
      Queue: {{Type: AWS::SQS::Queue, Condition: Never}}
      Topic:
        Type: AWS::SNS::Topic
        DependsOn: Queue
        Properties:
          TopicName: {expression}
    """


def test_what_is_not_created_cannot_be_referred_to() -> None:
    assert mistakes(CONDITIONAL_USE.format(expression="!GetAtt Queue.QueueName")) == [
        ("template.not-created", 8)
    ]


def test_a_reference_under_the_same_condition_is_fine_and_waiting_means_nothing() -> None:
    expression = "!If [Never, !GetAtt Queue.QueueName, !Ref 'AWS::NoValue']"
    topic = sound(CONDITIONAL_USE.format(expression=expression)).resources["Topic"]
    assert (topic.properties, topic.depends_on) == ({}, ())


def test_an_output_whose_condition_is_false_is_left_out() -> None:
    definition = sound("""\
        Conditions: {Never: !Equals [a, b], Always: !Equals [a, a]}
        Resources: {Queue: {Type: AWS::SQS::Queue}}
        Outputs:
          Out: {Condition: Never, Value: a}
          Url:
            Condition: Always
            Value: !Ref Queue
            Description: where
            Export: {Name: !Sub '${AWS::StackName}-url'}
        """)
    [output] = definition.outputs.values()
    assert (output.name, output.value, output.description) == ("Url", Reference("Queue"), "where")
    assert output.export == "shop-url"


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("{Assertions: [{Assert: !Equals [!Ref Stage, prod]}]}", True),
        ("{Assertions: [{Assert: !Equals [!Ref Stage, dev]}]}", False),
        ("{RuleCondition: !Equals [!Ref Stage, dev], Assertions: [{Assert: !Equals [a, b]}]}", True),
        ("{Assertions: [{Assert: !Contains [[dev, prod], !Ref Stage]}]}", True),
        ("{Assertions: [{Assert: !EachMemberIn [!Ref Zones, [a, b, c]]}]}", True),
        ("{Assertions: [{Assert: !EachMemberIn [!Ref Zones, [a]]}]}", False),
        ("{Assertions: [{Assert: !EachMemberEquals [!Ref Zones, a]}]}", False),
    ],
)
def test_a_rule_that_does_not_hold_is_found(rule: str, holds: bool) -> None:
    text = conditional("!Equals [a, a]", f"{{Together: {rule}}}")
    assert mistakes(text) == ([] if holds else [("template.rule-broken", 11)])


@pytest.mark.parametrize(
    "rule", ["text", "{}", "{Assertions: [{}]}", "{Assertions: [{Assert: !ValueOf [a, b]}]}"]
)
def test_a_rule_of_the_wrong_shape_is_found(rule: Any) -> None:
    assert [line for _, line in mistakes(conditional("!Equals [a, a]", f"{{Wrong: {rule}}}"))] == [11]
