"""Every intrinsic function gives what CloudFormation gives, or waits for what is not known yet."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sources.cloudformation.templates import ACCOUNT, REGION, mistakes, property_of, value_of

from fairway.model.values import Deferred, Lookup, Reference, Secret

PARAMETERS = """
    Parameters:
      Name: {Type: String, Default: orders}
      Zones: {Type: CommaDelimitedList, Default: 'a, b,c'}
      Password: {Type: String, Default: hunter2, NoEcho: true}
    Conditions:
      Yes: !Equals [!Ref Name, orders]
      No: !Not [!Condition 'Yes']
    Mappings:
      Sizes:
        eu-west-1: {small: 1, list: [x, y]}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Ref Name", "orders"),
        ("!Ref AWS::Region", REGION),
        ("!Ref AWS::AccountId", ACCOUNT),
        ("!Ref AWS::StackName", "shop"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref Queue", Reference("Queue")),
        ("!GetAtt Queue.Arn", Reference("Queue", "Arn")),
        ("{'Fn::GetAtt': [Queue, Arn]}", Reference("Queue", "Arn")),
        ("{'Fn::GetAtt': Queue.Arn}", Reference("Queue", "Arn")),
        ("!Sub '${Name}-${AWS::Region}-${!Literal}'", "orders-eu-west-1-${Literal}"),
        ("!Sub ['${Name}/${Own}', {Own: !Ref AWS::StackName}]", "orders/shop"),
        ("!Sub '${Queue.Arn}/x'", Deferred("Join", ("", [Reference("Queue", "Arn"), "/x"]))),
        ("!Join ['-', [a, !Ref Name, 1, true]]", "a-orders-1-true"),
        ("!Join ['-', [a, !Ref Queue, b]]", Deferred("Join", ("", ["a-", Reference("Queue"), "-b"]))),
        ("!Join ['/', !Ref Zones]", "a/b/c"),
        ("!Select [1, !Ref Zones]", "b"),
        ("!Select ['0', [x, !Ref Queue]]", "x"),
        ("!Select [1, !Split [':', 'a:b']]", "b"),
        (
            "!Select [5, !Split [':', !GetAtt Queue.Arn]]",
            Deferred("Select", (5, Deferred("Split", (":", Reference("Queue", "Arn"))))),
        ),
        ("!Base64 hello", "aGVsbG8="),
        ("!If ['Yes', one, two]", "one"),
        ("!If ['No', one, two]", "two"),
        ("!FindInMap [Sizes, !Ref AWS::Region, small]", 1),
        ("!FindInMap [Sizes, nowhere, small, {DefaultValue: 7}]", 7),
        ("!Select [0, !GetAZs '']", Deferred("Select", (0, Lookup("availability-zones", REGION)))),
        ("!ImportValue net-vpc", "vpc-1"),
        ("{'Fn::ToJsonString': {a: [1, true, x]}}", '{"a":[1,true,"x"]}'),
        ("{'Fn::Length': [a, b]}", 2),
        ("!Sub '${Password}!'", Secret("hunter2!")),
    ],
)
def test_a_function_gives(expression: str, expected: Any) -> None:
    assert value_of(expression, PARAMETERS, exports={"net-vpc": "vpc-1"}) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Ref Zones", ["a", "b", "c"]),
        ("!FindInMap [Sizes, eu-west-1, list]", ["x", "y"]),
        ("[a, !If ['No', b, !Ref AWS::NoValue], c]", ["a", "c"]),
        ("{a: 1, b: !Ref AWS::NoValue}", {"a": 1}),
        ("!Ref AWS::NoValue", None),
        ("{Ref: Name, Other: 1}", {"Ref": "Name", "Other": 1}),
        (
            "{'Fn::ToJsonString': {q: !Ref Queue}}",
            Deferred("Join", ("", ['{"q":"', Reference("Queue"), '"}'])),
        ),
    ],
)
def test_a_function_gives_a_list_or_map(expression: str, expected: Any) -> None:
    assert property_of(expression, PARAMETERS) == expected


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("!Ref Nothing", "template.unknown-name"),
        ("!GetAtt Nothing.Arn", "template.unknown-name"),
        ("!GetAtt Queue.Arm", "template.unknown-attribute"),
        ("!Sub '${Nothing}'", "template.unknown-name"),
        ("!Sub '${Queue.Arm}'", "template.unknown-attribute"),
        ("!Sub [1, 2]", "template.sub"),
        ("!If [Nothing, a, b]", "template.unknown-name"),
        ("!If [a, b]", "template.if"),
        ("!FindInMap [Nothing, a, b]", "template.find-in-map"),
        ("!FindInMap [a]", "template.find-in-map"),
        ("!ImportValue nothing", "template.import"),
        ("!Select [7, [a]]", "value.select"),
        ("!Select [a, [a]]", "value.select"),
        ("!Select [0]", "value.arguments"),
        ("!Split ['', a]", "value.split"),
        ("!Split a", "template.function"),
        ("!Join [a]", "value.join"),
        ("!Join ['', a]", "value.join"),
        ("!Join ['', [{a: 1}]]", "value.not-text"),
        ("!Cidr [10.0.0.0/24, 500, 8]", "value.cidr"),
        ("!Equals [a, b]", "template.function"),
        ("!Sbu a", "template.unknown-function"),
        ("{'Fn::Sbu': a}", "template.unknown-function"),
        ("{'Fn::Sub': a, b: 1}", "template.function"),
        ("!Transform {Name: Macro, Parameters: {}}", "template.macro"),
        ("{'Fn::Length': a}", "value.length"),
        ("'{{resolve:ssm:a'", "template.dynamic-reference"),
        ("'{{resolve:vault:a}}'", "template.dynamic-reference"),
    ],
)
def test_a_function_that_cannot_be_evaluated_is_found_at_its_line(expression: str, code: str) -> None:
    text = "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n  Thing:\n    Type: Custom::Thing\n"
    text += f"    Properties:\n      ServiceToken: x\n      Value: {expression}\n"
    assert (code, 7) in mistakes(text)


def test_a_mistake_below_a_condition_that_is_false_is_found_too() -> None:
    text = """\
        Conditions:
          Never: !Equals [a, b]
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              QueueName: !If [Never, !Ref Nothing, x]
        """
    assert mistakes(text) == [("template.unknown-name", 7)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'{{resolve:ssm:/db/host:3}}'", Lookup("ssm", "/db/host:3")),
        ("'{{resolve:ssm-secure:key}}'", Lookup("ssm-secure", "key")),
        ("'a-{{resolve:ssm:b}}-c'", Deferred("Join", ("", ["a-", Lookup("ssm", "b"), "-c"]))),
        (
            "!Sub '{{resolve:secretsmanager:${Queue}:SecretString:user}}'",
            Lookup("secretsmanager", Deferred("Join", ("", [Reference("Queue"), ":SecretString:user"]))),
        ),
        (
            "!Join [':', ['{{resolve:secretsmanager', !Ref Queue, 'SecretString:user}}']]",
            Lookup("secretsmanager", Deferred("Join", ("", [Reference("Queue"), ":SecretString:user"]))),
        ),
        (
            "!Join ['', ['x{{resolve:ssm:a}}', '{{resolve:ssm:b}}y']]",
            Deferred("Join", ("", ["x", Lookup("ssm", "a"), Lookup("ssm", "b"), "y"])),
        ),
    ],
)
def test_a_dynamic_reference_becomes_a_lookup(expression: str, expected: Any) -> None:
    assert property_of(expression) == expected


def test_a_lookup_stays_in_resources_to_be_made_again_and_is_answered_elsewhere() -> None:
    answers = {"a": "plain", "b": Secret("hidden")}
    known = answers.__getitem__
    stays = property_of("'<{{resolve:ssm:a}}>'", lookup=lambda lookup: known(lookup.key))
    assert stays == Deferred("Join", ("", ["<", Lookup("ssm", "a"), ">"]))
    assert value_of("'<{{resolve:ssm:a}}>'", lookup=lambda lookup: known(lookup.key)) == "<plain>"
    hidden = value_of("'<{{resolve:ssm:b}}>'", lookup=lambda lookup: known(lookup.key))
    assert hidden == Secret("<hidden>")


def test_the_export_of_a_secret_cannot_be_imported() -> None:
    text = "Resources: {}\nOutputs:\n  Out:\n    Value: !ImportValue password\n"
    assert mistakes(text, exports={"password": {"$secret": "ab" * 32}}) == [("template.import", 4)]


def test_the_stack_id_has_cloudformations_form_and_stays_the_same() -> None:
    first, second = value_of("!Ref AWS::StackId"), value_of("!Ref AWS::StackId")
    assert first == second
    assert first.startswith(f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop/")
    assert len(first.rpartition("/")[2].split("-")) == 5
