"""A template without SAM whose version gets another name each time: the former one goes last, or stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud
from tests.rollout.shop import SECONDS, Shop, shop

from fairway.project.settings import RolloutSettings

TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
  Shop:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.11, Handler: app.handler, Code: code, Role: !GetAtt Role.Arn}
  Version%s:
    Type: AWS::Lambda::Version
    Properties: {FunctionName: !Ref Shop, Description: "%s"}
  Alias:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Shop, FunctionVersion: !GetAtt Version%s.Version, Name: live}
Outputs:
  Shop: {Value: !Ref Shop}
"""


def template(name: str) -> str:
    return TEMPLATE % (name, name, name)


@pytest.fixture
def live(tmp_path: Path, local_cloud: Cloud) -> Shop:
    found = shop(tmp_path, local_cloud, RolloutSettings("canary", 10, SECONDS / 60))
    assert found.deploy("one", template("A")).result == "succeeded"
    return found


def versions(live: Shop) -> list[str]:
    found = live.cloud.client("lambda").list_versions_by_function(FunctionName=live.output("Shop"))
    return [each["Version"] for each in found["Versions"] if each["Version"] != "$LATEST"]


def test_the_former_version_is_deleted_when_it_gets_no_traffic_any_more(live: Shop) -> None:
    assert live.deploy("two", template("B")).result == "succeeded"
    assert live.shifts == [("2", 10, False), ("2", 100, False)]
    assert versions(live) == ["2"]


def test_a_return_keeps_it_and_the_next_success_removes_all_that_is_left(live: Shop) -> None:
    assert live.deploy("two", template("B"), objection=lambda: "slow").result == "failed"
    assert (versions(live), live.alias()) == (["1", "2"], ("1", {}))
    assert live.deploy("three", template("C")).result == "succeeded"
    assert (versions(live), live.alias()) == (["3"], ("3", {}))


def test_taking_the_change_back_by_hand_leaves_the_alias_where_it_is(live: Shop) -> None:
    live.deploy("two", template("B"), objection=lambda: "slow")
    assert live.deploy("one", template("A")).result == "succeeded"
    assert live.shifts == []
    assert (versions(live), live.alias()) == (["1"], ("1", {}))
    assert live.answers() == {"one": 1}


def test_undoing_it_leaves_nothing_of_it(live: Shop) -> None:
    live.deploy("two", template("B"), objection=lambda: "slow", on_failure="rollback")
    assert (versions(live), live.alias()) == (["1"], ("1", {}))
