"""One stack's exports are another's imports; stacks of one environment live side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

PRODUCER = """\
Resources:
  Orders: {Type: AWS::SQS::Queue}
Outputs:
  OrdersArn:
    Value: !GetAtt Orders.Arn
    Export: {Name: !Sub "${AWS::StackName}-orders"}
"""
CONSUMER = """\
Parameters:
  Producer: {Type: String}
Resources:
  Address:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !ImportValue {"Fn::Sub": "${Producer}-orders"}
Outputs:
  Imported: {Value: !GetAtt Address.Value}
"""


@pytest.fixture
def fairway(tmp_path: Path, local_cloud: Cloud) -> Program:
    write(tmp_path, {"producer.yaml": PRODUCER, "consumer.yaml": CONSUMER})
    return program(tmp_path, local_cloud)


def test_an_export_is_imported_by_its_name(fairway: Program) -> None:
    producer, consumer = unique("producer"), unique("consumer")
    made = fairway("deploy", "producer.yaml", "--stack", producer, "--yes", "--json")
    arguments = ["consumer.yaml", "--stack", consumer, "--param", f"Producer={producer}"]
    used = fairway("deploy", *arguments, "--yes", "--json")
    assert used.code == 0, used.err
    assert used.result["outputs"]["Imported"] == made.result["outputs"]["OrdersArn"]


def test_an_export_name_belongs_to_one_stack(fairway: Program) -> None:
    write(fairway.folder, {"producer.yaml": PRODUCER.replace("${AWS::StackName}", name := unique("shared"))})
    first, second = unique("first"), unique("second")
    assert fairway("deploy", "producer.yaml", "--stack", first, "--yes").code == 0
    assert fairway("deploy", "producer.yaml", "--stack", first, "--yes").code == 0, (
        "its own name is no other's"
    )
    refused = fairway("plan", "producer.yaml", "--stack", second)
    assert refused.code == 2
    assert f"another stack exports {name}-orders already" in refused.err


def test_a_stack_cannot_import_what_it_exports_itself(fairway: Program) -> None:
    """It would get what the last deployment exported."""
    name = unique("own")
    producer = PRODUCER.replace("${AWS::StackName}", name)
    write(fairway.folder, {"own.yaml": producer})
    assert fairway("deploy", "own.yaml", "--stack", name, "--yes").code == 0
    importing = f"  Used: {{Value: !ImportValue {name}-orders}}\n"
    write(fairway.folder, {"own.yaml": producer + importing})
    refused = fairway("plan", "own.yaml", "--stack", name)
    assert refused.code == 2
    assert "no stack here exports" in refused.err


def test_what_nobody_exports_is_refused_with_its_line(fairway: Program) -> None:
    refused = fairway("plan", "consumer.yaml", "--param", "Producer=nobody")
    assert refused.code == 2
    assert "consumer.yaml:8" in refused.err
    assert "nobody-orders" in refused.err


def test_with_several_stacks_a_name_has_to_be_given(fairway: Program) -> None:
    names = [unique("one"), unique("two")]
    for name in names:
        assert fairway("deploy", "producer.yaml", "--stack", name, "--yes").code == 0
    refused = fairway("status")
    assert refused.code == 2
    assert all(name in refused.err for name in names)
    assert fairway("status", "--stack", names[0]).code == 0
