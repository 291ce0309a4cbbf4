"""A resource of the graph says what the template says of it, and where."""

from __future__ import annotations

import pytest
from tests.sources.cloudformation.templates import mistakes, sound

from fairway.model.values import Reference

TEMPLATE = """\
Description: a shop
Resources:
  Orders:
    Type: AWS::SQS::Queue
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    DependsOn: [Topic]
    Properties:
      QueueName: orders
      Tags:
        - Key: a
          Value: b
        - !If [Never, {Key: c, Value: d}, !Ref 'AWS::NoValue']
        - !If
          - Never
          - !Ref AWS::NoValue
          - Key: e
            Value: !Ref Topic
  Topic:
    Type: AWS::SNS::Topic
  Store:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: db.t3.micro}
  Member:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: db.t3.micro, DBClusterIdentifier: c}
Conditions:
  Never: !Equals [a, b]
"""


def test_a_resource_has_what_the_template_says() -> None:
    orders = sound(TEMPLATE).resources["Orders"]
    assert orders.type == "AWS::SQS::Queue"
    assert (orders.deletion_policy, orders.update_replace_policy) == ("Retain", "Snapshot")
    assert orders.depends_on == ("Topic",)
    assert orders.properties["Tags"] == [
        {"Key": "a", "Value": "b"},
        {"Key": "e", "Value": Reference("Topic")},
    ]
    assert orders.dependencies == {"Topic"}


def test_a_property_has_its_place_although_others_before_it_are_left_out() -> None:
    orders = sound(TEMPLATE).resources["Orders"]
    assert orders.location.line == 3
    assert orders.locate(("QueueName",)).line == 9
    assert orders.locate(("Tags", 0, "Value")).line == 12
    assert orders.locate(("Tags", 1, "Value")).line == 18


def test_databases_are_kept_as_a_snapshot_unless_the_template_says_otherwise() -> None:
    resources = sound(TEMPLATE).resources
    assert resources["Store"].deletion_policy == "Snapshot"
    assert resources["Member"].deletion_policy == "Delete"
    assert resources["Topic"].deletion_policy == "Delete"


def test_the_definition_has_the_templates_description() -> None:
    assert sound(TEMPLATE).description == "a shop"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DeletionPolicy: Keep", "template.policy"),
        ("UpdateReplacePolicy: [Retain]", "template.policy"),
        ("UpdateReplacePolicy: RetainExceptOnCreate", "template.policy"),
        ("DependsOn: [{Ref: Queue}]", "template.depends-on"),
        ("DependsOn: Nothing", "template.unknown-name"),
        ("Condition: Nothing", "template.unknown-name"),
        ("CreationPolicy: {}", "template.unsupported"),
        ("UpdatePolicy: {}", "template.unsupported"),
        ("Propertys: {}", "template.unknown-key"),
    ],
)
def test_a_mistake_beside_the_properties_is_found(line: str, code: str) -> None:
    assert mistakes(f"Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    {line}\n") == [(code, 4)]


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("Transform: Macro", "template.macro"),
        ("Transform: {Name: Macro}", "template.macro"),
        ("Transform: [AWS::LanguageExtensions, {Name: Macro}]", "template.macro"),
        ("Outputs: {A: {Value: a, Export: {Name: !Ref Q}}}", "template.export"),
        ("Outputs: {A: {Value: a, Export: {Name: 5}}}", "template.export"),
        ("Hooks: {}", "template.unsupported"),
        ("AWSTemplateFormatVersion: 2011-01-01", "template.version"),
        ("Globals: {}", "template.unknown-key"),
        ("Outputs: {A: {Valeu: a}}", "template.output"),
        ("Outputs: {A: {Value: [a]}}", "template.output"),
        ("Outputs: {A: text}", "template.shape"),
        ("Parameters: {A: text}", "template.parameter"),
    ],
)
def test_a_mistake_in_another_section_is_found(section: str, code: str) -> None:
    assert code in [
        found for found, _ in mistakes(f"{section}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}\n")
    ]


def test_types_of_ones_own_may_have_any_property_and_attribute() -> None:
    definition = sound("""\
        Resources:
          Mine: {Type: Custom::Mine, Properties: {ServiceToken: a, Anything: 1}}
          Theirs: {Type: Org::Service::Thing, Properties: {Anything: 1}}
          Token: {Type: AWS::CloudFormation::CustomResource, Properties: {ServiceToken: a, Anything: 1}}
        Outputs:
          A: {Value: !GetAtt Mine.Whatever}
          B: {Value: !GetAtt Token.Whatever}
        """)
    assert definition.outputs["B"].value == Reference("Token", "Whatever")


@pytest.mark.parametrize("length", [1, 3, 60])
def test_a_cycle_of_any_length_is_named_once(length: int) -> None:
    queues = (
        f"  Q{i}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !GetAtt Q{(i + 1) % length}.QueueName}}}}"
        for i in range(length)
    )
    assert mistakes("\n".join(["Resources:", *queues])) == [("template.cycle", 2)]
