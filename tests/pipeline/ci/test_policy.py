"""The deploying role may do what its stacks need where they are; the planning one changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.aws.world import offline_cloud

from fairway.aws.catalogue.find import MODULES, service_types
from fairway.aws.session import is_read
from fairway.model.graph import Definition, Resource
from fairway.model.location import Location
from fairway.model.rollout import Rollout, canary
from fairway.model.values import Lookup, Value
from fairway.pipeline.ci.documents import INLINE, MANAGED
from fairway.pipeline.ci.policy import Place, deploying, planning
from fairway.pipeline.ci.reach import Reach, reach_of
from fairway.project.checks import Invoke
from fairway.project.settings import (
    EnvironmentSettings,
    FromSecret,
    ParameterSetting,
    Project,
    RolloutSettings,
    SecretSettings,
    SiteSettings,
    StateSettings,
)

MODELS = offline_cloud().caller.session.model
PLACE = Place("aws", "123456789012", "eu-central-1", StateSettings("s3://state/shop", "locks"))
OWN = ["arn:aws:iam::123456789012:role/fairway-ci-shop-prod"]


Resources = Mapping[str, tuple[str, Mapping[str, Value]]]
NOTHING_MORE = Project()


def reach(resources: Resources, project: Project = NOTHING_MORE) -> Reach:
    made = {
        address: Resource(address, kind, properties, Location("template.yaml", 1))
        for address, (kind, properties) in resources.items()
    }
    return reach_of(project, "prod", {"shop": Definition("cloudformation", "template.yaml", made)}, MODELS)


def statements(policies: Sequence[str]) -> Mapping[str, Any]:
    """Of what fits into one policy."""
    [policy] = policies
    return {each["Sid"]: each for each in json.loads(policy)["Statement"]}


def deploys(found: Reach) -> Mapping[str, Any]:
    return statements(deploying(found, PLACE, OWN, MODELS))


def allowed(policy: Mapping[str, Any]) -> set[str]:
    return {action for each in policy.values() if each["Effect"] == "Allow" for action in each["Action"]}


QUEUE: Resources = {"Queue": ("AWS::SQS::Queue", {})}
EVERY: Resources = {kind.name: (kind.name, {}) for service in MODULES for kind in service_types(service)}


def test_nothing_but_the_calls_of_its_types_is_allowed() -> None:
    found = allowed(deploys(reach(QUEUE)))
    assert {"sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes"} <= found
    assert not any("*" in action for action in found)
    assert {action.split(":")[0] for action in found} == {"sqs", "tag", "s3", "dynamodb", "iam"}
    assert {action for action in found if action.startswith("iam:")} == {"iam:SimulatePrincipalPolicy"}


def test_changes_are_held_to_the_region_and_to_the_names_of_the_stacks_roles() -> None:
    found = deploys(reach({**QUEUE, "Role": ("AWS::IAM::Role", {"RoleName": "worker", "Path": "/shop/"})}))
    assert found["Change"]["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    assert "arn:aws:iam::123456789012:role/shop/worker" in found["Roles"]["Resource"]
    assert "arn:aws:iam::123456789012:role/shop-*" in found["Roles"]["Resource"]
    assert all("fairway-ci" not in each for each in found["Roles"]["Resource"])
    beside = "arn:aws:iam::123456789012:policy/fairway-ci-shop-prod-*"
    assert (found["NotItself"]["Effect"], found["NotItself"]["Resource"]) == ("Deny", [beside, *OWN])


def test_the_planning_role_changes_nothing_at_all() -> None:
    found = allowed(statements(planning(reach(EVERY), PLACE, OWN, MODELS)))
    verbs = {action.partition(":")[2] for action in found} - {"GET", "SimulatePrincipalPolicy"}
    assert [name for name in verbs if not is_read(name)] == []


def test_state_is_open_under_the_projects_prefix_alone() -> None:
    found = deploys(reach(QUEUE))
    assert found["State"]["Resource"] == "arn:aws:s3:::state/shop/*"
    assert found["Locks"]["Resource"] == "arn:aws:dynamodb:eu-central-1:123456789012:table/locks"
    reading = statements(planning(reach(QUEUE), PLACE, OWN, MODELS))
    assert set(reading["State"]["Action"]) == {"s3:GetObject", "s3:GetObjectVersion"}


def test_secrets_and_parameters_are_open_by_name() -> None:
    given = {"Token": ParameterSetting(FromSecret("shop/${environment}/${env.X}"))}
    project = Project(environments={"prod": EnvironmentSettings(parameters=given)})
    looked: Mapping[str, Value] = {"Description": Lookup("ssm", "/shop/limit:3")}
    found = deploys(reach({"Alarm": ("AWS::CloudWatch::Alarm", looked)}, project))
    assert found["Secrets"]["Resource"] == [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/prod/*-*"
    ]
    assert found["Parameters"]["Resource"] == ["arn:aws:ssm:eu-central-1:123456789012:parameter/shop/limit"]
    assert "s3:GetObject" not in found["Look"]["Action"]


def test_declared_secrets_are_made_by_name_and_never_read_by_who_plans() -> None:
    declared = {
        "login": SecretSettings("login", "shop/${environment}/login"),
        "session": SecretSettings("session", "/shop/session", "ssm"),
    }
    found = reach(QUEUE, Project(secrets=declared))
    deploying = deploys(found)
    assert deploying["DeclaredSecrets"]["Resource"] == [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/prod/login-*"
    ]
    assert "secretsmanager:CreateSecret" in deploying["DeclaredSecrets"]["Action"]
    assert deploying["DeclaredParameters"] == {
        "Sid": "DeclaredParameters",
        "Effect": "Allow",
        "Action": ["ssm:GetParameter", "ssm:PutParameter"],
        "Resource": ["arn:aws:ssm:eu-central-1:123456789012:parameter/shop/session"],
    }
    plans = allowed(statements(planning(found, PLACE, OWN, MODELS)))
    assert {"secretsmanager:DescribeSecret", "ssm:DescribeParameters"} <= plans
    assert not {"secretsmanager:GetSecretValue", "ssm:GetParameter"} & plans


@pytest.mark.parametrize(
    ("project", "sid", "action"),
    [
        (Project(verify=(Invoke(name="works", invoke="Hello"),)), "Change", "lambda:InvokeFunction"),
        (
            Project(sites={"web": SiteSettings("web", "front", "bucket")}),
            "ChangeEverywhere",
            "cloudfront:CreateInvalidation",
        ),
    ],
)
def test_what_the_file_asks_for_beside_the_stacks_is_allowed(project: Project, sid: str, action: str) -> None:
    assert action in deploys(reach(QUEUE, project))[sid]["Action"]


@pytest.mark.parametrize(
    ("rollout", "asks"), [(Rollout(canary(10, 60)), False), (Rollout(canary(10, 60), before="try-it"), True)]
)
def test_what_a_rollout_of_the_definition_calls_is_allowed(rollout: Rollout, asks: bool) -> None:
    where = Location("template.yaml", 1)
    alias = Resource("Live", "AWS::Lambda::Alias", {}, where, rollout=rollout)
    definition = Definition("cloudformation", "template.yaml", {"Live": alias})
    found = allowed(deploys(reach_of(NOTHING_MORE, "prod", {"shop": definition}, MODELS)))
    assert {"cloudwatch:DescribeAlarms", "lambda:UpdateAlias"} <= found
    assert ("lambda:InvokeFunction" in found) is asks


def test_a_rollout_of_the_file_is_allowed_to_look_at_its_alarms() -> None:
    project = Project(rollouts={"shop": RolloutSettings("canary", 10, 5, ("Errors",))})
    assert "cloudwatch:DescribeAlarms" in allowed(deploys(reach(QUEUE, project)))


def test_every_type_of_the_catalogue_fits_into_the_policies_of_a_role() -> None:
    many: Resources = {f"R{at}": ("AWS::IAM::Role", {"RoleName": f"a-long-name-{at}"}) for at in range(60)}
    for resources in (EVERY, {**EVERY, **many}):
        first, *others = deploying(reach(resources), PLACE, OWN, MODELS)
        assert others
        assert len(first) <= INLINE
        assert all(len(each) <= MANAGED for each in others)
        assert json.loads(first)["Statement"][0]["Sid"] == "NotItself", "it holds whatever is attached"
    usual = {name: each for name, each in EVERY.items() if not each[0].startswith("AWS::AppSync::")}
    assert len(deploying(reach(usual), PLACE, OWN, MODELS)) == 1, "few need more than the role's own"
