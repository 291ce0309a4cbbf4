"""Two projects in folders of the same name are two stacks: neither takes or removes what is the other's."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Key:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: !Ref AWS::StackName, SecretString: first}
Outputs:
  Table: {Value: !Ref Users}
"""


@pytest.fixture
def apps(tmp_path: Path, local_cloud: Cloud) -> tuple[Program, Program]:
    name = unique("app")
    folders = (tmp_path / "one" / name, tmp_path / "two" / name)
    for folder in folders:
        write(folder, {"template.yaml": TEMPLATE})
    return program(folders[0], local_cloud), program(folders[1], local_cloud)


def test_the_second_is_refused_what_the_first_has(apps: tuple[Program, Program], local_cloud: Cloud) -> None:
    first, second = apps
    assert first("deploy", "--yes").code == 0
    table = first("outputs", "Table").out.strip()
    refused = second("deploy", "--yes")
    assert refused.code == 1
    assert "exists already" in refused.out + refused.err
    assert "--stack" in refused.out + refused.err
    assert second("destroy", "--yes", "--allow-data-loss", "*").code == 0
    assert local_cloud.client("dynamodb").describe_table(TableName=table)
    assert first("deploy", "--yes", "--json").result["result"] == "unchanged"


def test_a_stack_that_was_destroyed_takes_over_what_is_left_of_its_earlier_life(
    apps: tuple[Program, Program],
) -> None:
    first, _ = apps
    assert first("deploy", "--yes").code == 0
    assert first("destroy", "--yes", "--allow-data-loss", "*").code == 0
    again = first("deploy", "--yes", "--json")
    assert again.code == 0, again.err
