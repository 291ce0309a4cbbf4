"""REST APIs and all their parts answer what they were told, and patches take effect."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.rest_api_steps import patches
from tests.local.round_trip import Trip, travel
from tests.local.round_trips_rest_apis import REST_APIS
from tests.local.round_trips_rest_stages import REST_STAGES


@pytest.mark.parametrize("trip", [*REST_APIS, *REST_STAGES], ids=lambda t: t.id)
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


def test_a_resource_goes_with_all_below_it(local_cloud: Any) -> None:
    gateway = local_cloud.client("apigateway")
    api = gateway.create_rest_api(name="tree")
    above = gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="above")[
        "id"
    ]
    below = gateway.create_resource(restApiId=api["id"], parentId=above, pathPart="below")["id"]
    gateway.create_resource(restApiId=api["id"], parentId=below, pathPart="deeper")
    gateway.delete_resource(restApiId=api["id"], resourceId=above)
    assert [item["path"] for item in gateway.get_resources(restApiId=api["id"])["items"]] == ["/"]


def test_a_patch_of_what_does_not_exist_is_refused(local_cloud: Any) -> None:
    gateway = local_cloud.client("apigateway")
    api = gateway.create_rest_api(name="typo")["id"]
    with pytest.raises(gateway.exceptions.BadRequestException):
        gateway.update_rest_api(restApiId=api, patchOperations=patches(("replace", "/nmae", "x")))


def test_deploying_again_keeps_the_stage_and_moves_it(local_cloud: Any) -> None:
    gateway = local_cloud.client("apigateway")
    api = gateway.create_rest_api(name="again")
    key = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**key, authorizationType="NONE")
    gateway.put_integration(**key, type="MOCK")
    gateway.create_deployment(
        restApiId=api["id"], stageName="s", variables={"a": "b"}, stageDescription="d", tracingEnabled=True
    )
    second = gateway.create_deployment(restApiId=api["id"], stageName="s")["id"]
    stage = gateway.get_stage(restApiId=api["id"], stageName="s")
    assert (stage["deploymentId"], stage["variables"], stage["description"], stage["tracingEnabled"]) == (
        second,
        {"a": "b"},
        "d",
        True,
    )
