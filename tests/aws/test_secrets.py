"""Secrets: their values stay out of everything, and a deleted one keeps its name until it is restored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.aws.world import World
from tests.local_cloud import Cloud

from fairway.aws.calls import quiet
from fairway.model.errors import Failed
from fairway.model.values import Secret

SECRET = "AWS::SecretsManager::Secret"
RECIPE: dict[str, Any] = {
    "SecretStringTemplate": '{"user": "ray"}',
    "GenerateStringKey": "password",
    "PasswordLength": 24,
    "ExcludePunctuation": True,
}


def value_of(local_cloud: Cloud, secret: str) -> str:
    answer = local_cloud.client("secretsmanager").get_secret_value(SecretId=secret)
    return str(answer["SecretString"])


def test_a_generated_value_is_put_into_its_template_and_told_to_nobody(
    world: World, local_cloud: Cloud
) -> None:
    wanted = world.completed(SECRET, {"GenerateSecretString": RECIPE}, "Generated")
    live = world.cloud.create(SECRET, wanted, world.owner("Generated"), quiet)
    value = json.loads(value_of(local_cloud, live.identifier))
    assert value["user"] == "ray"
    assert len(value["password"]) == 24
    assert value["password"].isalnum()
    assert value["password"] not in repr(live)
    assert value["password"] not in repr(world.cloud.read(SECRET, live.identifier, wanted))


def test_a_new_recipe_makes_a_new_value_and_anything_else_keeps_it(world: World, local_cloud: Cloud) -> None:
    wanted = world.completed(SECRET, {"GenerateSecretString": RECIPE}, "Recipe")
    live = world.cloud.create(SECRET, wanted, world.owner("Recipe"), quiet)
    first = value_of(local_cloud, live.identifier)
    described = {**wanted, "Description": "of the CRM"}
    world.cloud.update(SECRET, live, wanted, described, frozenset({"Description"}), quiet)
    assert value_of(local_cloud, live.identifier) == first
    longer = {**described, "GenerateSecretString": {**RECIPE, "PasswordLength": 30}}
    world.cloud.update(SECRET, live, described, longer, frozenset({"GenerateSecretString"}), quiet)
    assert len(json.loads(value_of(local_cloud, live.identifier))["password"]) == 30


def test_a_template_that_is_no_object_is_refused(world: World) -> None:
    recipe = {**RECIPE, "SecretStringTemplate": "[1]"}
    wanted = world.completed(SECRET, {"GenerateSecretString": recipe}, "Broken")
    with pytest.raises(Failed, match="cannot be filled in"):
        world.cloud.create(SECRET, wanted, world.owner("Broken"), quiet)


def test_a_value_is_not_taken_away(world: World, local_cloud: Cloud) -> None:
    wanted = world.completed(SECRET, {"SecretString": Secret("kept")}, "Kept")
    live = world.cloud.create(SECRET, wanted, world.owner("Kept"), quiet)
    without = {name: value for name, value in wanted.items() if name != "SecretString"}
    with pytest.raises(Failed, match="cannot lose its value"):
        world.cloud.update(SECRET, live, wanted, without, frozenset({"SecretString"}), quiet)
    assert value_of(local_cloud, live.identifier) == "kept"


def test_a_deleted_secret_comes_back_with_what_the_definition_says_now(
    world: World, local_cloud: Cloud
) -> None:
    first = world.completed(SECRET, {"Name": "back/again", "SecretString": Secret("one")}, "Back")
    made = world.cloud.create(SECRET, first, world.owner("Back"), quiet)
    world.cloud.delete(SECRET, made.identifier, first, quiet)
    assert world.cloud.find(SECRET, first, world.owner("Back")) is None

    second = {**first, "SecretString": Secret("two"), "Description": "again"}
    restored = world.cloud.create(SECRET, second, world.owner("Back"), quiet)
    assert restored.identifier == made.identifier
    assert value_of(local_cloud, restored.identifier) == "two"
    live = world.cloud.read(SECRET, restored.identifier, second)
    assert live is not None
    assert live.properties["Description"] == "again"


def test_somebody_elses_deleted_secret_stays_deleted(world: World, local_cloud: Cloud) -> None:
    theirs = world.completed(SECRET, {"Name": "not/ours", "SecretString": Secret("one")}, "Theirs")
    made = world.cloud.create(SECRET, theirs, world.owner("Theirs"), quiet)
    world.cloud.delete(SECRET, made.identifier, theirs, quiet)
    ours = world.completed(SECRET, {"Name": "not/ours", "SecretString": Secret("two")}, "Ours")
    with pytest.raises(Failed) as caught:
        world.cloud.create(SECRET, ours, world.owner("Ours"), quiet)
    assert "scheduled for deletion" in caught.value.what
    described = local_cloud.client("secretsmanager").describe_secret(SecretId=made.identifier)
    assert "DeletedDate" in described
