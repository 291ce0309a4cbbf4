"""Fn::ForEach writes its body out once for each item, with the places of what it copies."""

from __future__ import annotations

import pytest
from tests.sources.cloudformation.templates import mistakes, sound

from fairway.model.values import Reference

LOOP = """\
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'one,two'}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue${Name}:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub '${AWS::StackName}-${Name}'
          Tags: [{Key: name, Value: !Ref Name}]
Outputs:
  Fn::ForEach::Urls:
    - Name
    - [one, two]
    - Url${Name}: {Value: !Ref 'Queue${Name}'}
"""


def test_a_loop_gives_one_copy_for_each_item() -> None:
    definition = sound(LOOP)
    assert list(definition.resources) == ["Queueone", "Queuetwo"]
    assert definition.resources["Queuetwo"].properties == {
        "QueueName": "shop-two",
        "Tags": [{"Key": "name", "Value": "two"}],
    }
    assert definition.outputs["Urltwo"].value == Reference("Queuetwo")


def test_a_copy_has_the_place_of_the_body() -> None:
    queue = sound(LOOP).resources["Queueone"]
    assert (queue.location.line, queue.locate(("QueueName",)).line) == (8, 11)


def test_loops_nest() -> None:
    definition = sound("""\
        Transform: [AWS::LanguageExtensions]
        Resources:
          Fn::ForEach::Outer:
            - A
            - [x, y]
            - Fn::ForEach::Inner:
                - B
                - [!Ref A, z]
                - Q${A}&{B}: {Type: AWS::SQS::Queue}
        """)
    assert list(definition.resources) == ["Qxx", "Qxz", "Qyy", "Qyz"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Transform: AWS::LanguageExtensions", "Description: no transform"),
        ("    - !Ref Names", "    - !Ref Nothing"),
        ("    - !Ref Names", "    - text"),
        ("    - Queue${Name}", "    - Queue"),
    ],
)
def test_a_loop_that_cannot_be_written_out_is_found(before: str, after: str) -> None:
    assert "template.loop" in [code for code, _ in mistakes(LOOP.replace(before, after, 1))]
