"""What a role may do is in it and beside it; what it may not do any more goes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local_cloud import REGION, Cloud, unique

from fairway.aws.calls import Caller
from fairway.aws.role_policies import set_policies
from fairway.aws.session import Session
from fairway.model.errors import Failed

OWNER = "acme/shop"
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [LAMBDA]})


def allowing(action: str) -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


A, B, C, D = (allowing(f"sqs:{name}") for name in ("ListQueues", "CreateQueue", "DeleteQueue", "GetQueueUrl"))


class Role:
    """A role in the local cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.iam: Any = cloud.client("iam")
        self.name = unique("role")
        self.caller = Caller(Session(region_name=REGION, endpoint=cloud.endpoint, local=True))
        self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=TRUST)

    def may_do(self, *wanted: str) -> bool:
        return set_policies(self.caller, self.name, OWNER, wanted)

    def arn(self, number: int) -> str:
        return f"arn:aws:iam::123456789012:policy/{self.name}-{number}"

    @property
    def attached(self) -> set[str]:
        found = self.iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"]
        return {each["PolicyArn"] for each in found}

    @property
    def may(self) -> list[str]:
        """The actions, those of the role's own policy first."""
        own = self.iam.get_role_policy(RoleName=self.name, PolicyName="fairway")["PolicyDocument"]
        return [own["Statement"][0]["Action"][0], *(self._action(arn) for arn in sorted(self.attached))]

    def _action(self, arn: str) -> str:
        version = self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        held = self.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        action: str = held["Statement"][0]["Action"][0]
        return action

    def there(self) -> set[str]:
        """All of its policies, attached or not."""
        found = self.iam.list_policies(Scope="Local")["Policies"]
        return {each["Arn"] for each in found if each["PolicyName"].startswith(self.name)}


@pytest.fixture
def role(local_cloud: Cloud) -> Role:
    return Role(local_cloud)


def test_they_are_made_once_follow_what_is_wanted_and_go(role: Role) -> None:
    assert role.may_do(A, B, C)
    assert role.may == ["sqs:ListQueues", "sqs:CreateQueue", "sqs:DeleteQueue"]
    assert not role.may_do(A, B, C)
    assert role.may_do(A, B, D)
    assert role.may == ["sqs:ListQueues", "sqs:CreateQueue", "sqs:GetQueueUrl"]
    assert role.may_do(D)
    assert (role.may, role.there()) == (["sqs:GetQueueUrl"], set())
    assert not role.may_do(D)


def test_one_may_change_more_often_than_iam_keeps_versions(role: Role) -> None:
    for each in (B, C, D, B, C, D, B):
        assert role.may_do(A, each)
    assert role.may == ["sqs:ListQueues", "sqs:CreateQueue"]


def test_what_was_cut_off_is_finished(role: Role) -> None:
    role.may_do(A, B, C)
    role.iam.detach_role_policy(RoleName=role.name, PolicyArn=role.arn(2))
    assert role.may_do(A, B, C)
    assert role.attached == {role.arn(2), role.arn(3)}
    role.iam.detach_role_policy(RoleName=role.name, PolicyArn=role.arn(3))
    assert role.may_do(A)
    assert role.there() == set()


def test_what_somebody_else_made_is_left_alone(role: Role) -> None:
    role.iam.create_policy(PolicyName=f"{role.name}-2", PolicyDocument=C)
    theirs = role.iam.create_policy(PolicyName=f"{role.name}-more", PolicyDocument=C)["Policy"]["Arn"]
    role.iam.attach_role_policy(RoleName=role.name, PolicyArn=theirs)
    assert role.may_do(A)
    assert role.there() == {role.arn(2), theirs}
    with pytest.raises(Failed) as refused:
        role.may_do(A, B)
    assert refused.value.code == "bootstrap.policy"
    assert role.attached == {theirs}
