"""What fairway.toml says of a stack's rollout becomes the rollout of its aliases."""

from __future__ import annotations

import pytest

from fairway.model.errors import WrongInput
from fairway.model.graph import Definition, Resource
from fairway.model.location import Location
from fairway.model.rollout import Rollout, Step
from fairway.model.values import Properties, Reference
from fairway.plan.planner import in_order
from fairway.project.settings import RolloutSettings
from fairway.rollout.declared import ALIAS, all_at_once, with_rollouts, without_effect

PLACE = Location("fairway.toml", 7)
CANARY = RolloutSettings("canary", 20, 2, ("Errors", "outside"), PLACE)


def defined(*resources: Resource) -> Definition:
    return Definition("sam", "template.yaml", {each.address: each for each in resources})


def resource(address: str, type_name: str, rollout: Rollout | None = None, **properties: object) -> Resource:
    given: Properties = properties  # type: ignore[assignment]
    return Resource(address, type_name, given, Location("template.yaml", 3), rollout=rollout)


ERRORS = resource("Errors", "AWS::CloudWatch::Alarm")


def test_every_alias_gets_it_with_the_stacks_own_alarms_before_it() -> None:
    found = with_rollouts(defined(ERRORS, resource("A", ALIAS), resource("B", ALIAS)), CANARY)
    wanted = Rollout((Step(20, 120),), (Reference("Errors"), "outside"))
    assert [found.resources[name].rollout for name in "AB"] == [wanted] * 2
    assert found.resources["A"].dependencies == {"Errors"}
    assert found.resources["Errors"].rollout is None


def test_what_the_template_says_of_an_alias_stays() -> None:
    own = Rollout((Step(1, 1),))
    assert with_rollouts(defined(resource("A", ALIAS, own)), CANARY).resources["A"].rollout == own


@pytest.mark.parametrize("settings", [None, RolloutSettings()])
def test_without_steps_nothing_is_said(settings: RolloutSettings | None) -> None:
    definition = defined(resource("A", ALIAS))
    assert with_rollouts(definition, settings) == definition
    assert list(without_effect(defined(), settings)) == []


def test_linear_steps() -> None:
    found = with_rollouts(defined(resource("A", ALIAS)), RolloutSettings("linear", 50, 1))
    assert found.resources["A"].rollout == Rollout((Step(50, 60),))


def test_a_stack_without_aliases_is_warned_about_at_the_setting() -> None:
    [found] = without_effect(defined(ERRORS), CANARY)
    assert (found.code, found.location, found.severity) == ("rollout.no-alias", PLACE, "warning")


def test_an_alias_with_weights_of_its_own_is_left_alone_and_warned_about() -> None:
    definition = defined(resource("A", ALIAS, RoutingConfig={"AdditionalVersionWeights": []}))
    assert with_rollouts(definition, CANARY) == definition
    assert [found.code for found in without_effect(definition, CANARY)] == ["rollout.own-weights"]


def test_an_alarm_that_waits_for_the_alias_it_watches_is_a_circle() -> None:
    dimensions = [{"Name": "Resource", "Value": Reference("A")}]
    watching = resource("Errors", "AWS::CloudWatch::Alarm", Dimensions=dimensions)
    with pytest.raises(WrongInput, match=r"Errors → A → Errors|A → Errors → A"):
        list(in_order(with_rollouts(defined(watching, resource("A", ALIAS)), CANARY)))


def test_all_at_once_takes_steps_alarms_and_hooks_away() -> None:
    slow = Rollout((Step(1, 1),), ("Errors",), "Before", "After")
    found = all_at_once(defined(resource("A", ALIAS, slow), ERRORS))
    assert (found.resources["A"].rollout, found.resources["Errors"].rollout) == (Rollout(), None)
