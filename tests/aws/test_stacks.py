"""Groups of types as one stack: deployed, nothing to do, changed just where the definition is, removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.aws.world import World
from tests.local_cloud import REGION, unique

from fairway.aws.provider import Live
from fairway.model.plan import Action, Plan
from fairway.model.sealing import unseal
from fairway.model.state import StackState
from fairway.stacks.deploy import deploy, destroy, plan
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports
from fairway.stacks.storage import open_store

STACKS = Path(__file__).parent / "stacks"
MOCK = "x-amazon-apigateway-integration.requestTemplates.application/json"


@dataclass(frozen=True)
class Group:
    """A template of `stacks/`, what its parameters change to, and the properties that follow, by address.

    `lasting` are the addresses that a removal leaves as they are.
    """

    template: str
    parameters: Mapping[str, str]
    changes: Mapping[str, set[str]]
    lasting: frozenset[str] = frozenset()


GROUPS = (
    Group(
        "watching",
        {"Limit": "5", "Word": "FATAL"},
        {
            "Subscription": {"FilterPattern"},
            "Failures": {"FilterPattern"},
            "Failing": {"Threshold"},
            "Anything": {"AlarmDescription"},
            "Board": {"DashboardBody"},
        },
    ),
    Group(
        "rest-api",
        {"Text": "two", "Switch": "true"},
        {
            "Api": {"Description"},
            "Shape": {"Schema"},
            "Validator": {"ValidateRequestBody"},
            "Guard": {"IdentityValidationExpression"},
            "Get": {
                "ApiKeyRequired",
                "Integration.IntegrationResponses[0].ResponseTemplates.application/json",
            },
            "Nowhere": {"ResponseTemplates.application/json"},
            "Deployment": {"Description"},
            "Stage": {"Variables.text", "MethodSettings[0].MetricsEnabled"},
            "Key": {"Description"},
            "Plan": {"Description"},
        },
        frozenset({"Account"}),
    ),
    Group(
        "imported-api",
        {"Text": "two"},
        {"Api": {f"Body.paths./ray.get.{MOCK}"}, "Deployment": {"StageDescription.Variables.text"}},
    ),
    Group(
        "http-api",
        {"Text": "two", "Seconds": "6"},
        {
            "Api": {"Description"},
            "Backend": {"IntegrationUri", "TimeoutInMillis"},
            "Guard": {"Name", "JwtConfiguration.Audience[0]"},
            "Everything": {"RouteKey"},
            "Deployment": {"Description"},
            "Stage": {"StageVariables.text"},
        },
    ),
    Group(
        "rules",
        {"Text": "two"},
        {
            "Arrivals": {"Description", "EventPattern", "Targets[0].Input"},
            "Bus": {"Description"},
            "OnBus": {"EventPattern"},
        },
    ),
    Group(
        "graphql",
        {"Text": "two"},
        {
            "Api": {"EnvironmentVariables.says", "Tags.says"},
            "Key": {"Description"},
            "Schema": {"Definition"},
            "Nothing": {"Description"},
            "Step": {"RequestMappingTemplate"},
            "Said": {"ResponseMappingTemplate"},
        },
    ),
    Group("schedules", {"Text": "two"}, {"Hourly": {"Description", "Target.Input"}}),
    Group("workflow", {"Text": "two"}, {"Workflow": {"DefinitionString"}, "Person": {"Tags.says"}}),
    Group(
        "secrets",
        {"Text": "two", "Password": "second"},
        {"Made": {"Description"}, "Given": {"SecretString"}},
    ),
    Group(
        "cdn",
        {"Text": "two", "Seconds": "60"},
        {
            "Edge": {
                "DistributionConfig.Comment",
                "DistributionConfig.CustomErrorResponses[0].ErrorCachingMinTTL",
                "Tags.says",
            }
        },
    ),
    Group(
        "keys",
        {"Text": "two", "Switch": "true"},
        {"Key": {"Description", "EnableKeyRotation"}},
    ),
)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.template)
def test_a_stack_is_deployed_changed_and_removed(group: Group, world: World, tmp_path: Path) -> None:
    first = request(group, world, tmp_path)
    assert deploy(first, PORTS).result == "succeeded"
    assert differences(plan(first, PORTS).plan) == {}

    second = replace(first, parameters=group.parameters)
    assert differences(plan(second, PORTS).plan) == group.changes
    assert deploy(second, PORTS).result == "succeeded"
    assert differences(plan(second, PORTS).plan) == {}

    state = stored(second)
    assert all(live is not None for live in reads(world, state).values())
    assert destroy(second, PORTS).result == "destroyed"
    assert {address for address, live in reads(world, state).items() if live is not None} == group.lasting


PORTS = Ports(emit=lambda _: None, confirm=lambda _: True)


def request(group: Group, world: World, folder: Path) -> Request:
    target = Target(
        unique(group.template), "local", REGION, str(folder / "state"), folder / "cache", world.endpoint
    )
    return Request(STACKS / f"{group.template}.yaml", target, allow_data_loss=frozenset("*"))


def differences(made: Plan | None) -> Mapping[str, set[str]]:
    """The properties that a plan updates, by address; any other action under its own name."""
    assert made is not None
    return {
        change.address: {item.path for item in change.properties}
        if change.action is Action.UPDATE
        else {change.action.value}
        for change in made.effective
    }


def stored(made: Request) -> StackState:
    state = open_store(made.target).load(made.target.environment, made.target.stack)
    assert state is not None
    return state


def reads(world: World, state: StackState) -> Mapping[str, Live | None]:
    """What is there of every resource in the state."""
    found = {}
    for address, resource in state.resources.items():
        properties = unseal(resource.properties)
        assert isinstance(properties, Mapping)
        found[address] = world.cloud.read(resource.type, resource.identifier, properties)
    return found
