"""HTTP APIs and their parts answer what they were told, and deploy by themselves where they should."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.round_trip import Trip, travel
from tests.local.round_trips_http_apis import FUNCTION, HTTP_APIS


@pytest.mark.parametrize("trip", HTTP_APIS, ids=lambda t: t.id)
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


@pytest.fixture
def gateway(local_cloud: Any) -> Any:
    return local_cloud.client("apigatewayv2")


def test_a_stage_that_deploys_by_itself_has_a_deployment(gateway: Any) -> None:
    api = gateway.create_api(Name="auto", ProtocolType="HTTP", Target=FUNCTION)["ApiId"]
    assert [route["RouteKey"] for route in gateway.get_routes(ApiId=api)["Items"]] == ["$default"]
    gateway.create_stage(ApiId=api, StageName="s", AutoDeploy=True)
    deployment = gateway.get_stage(ApiId=api, StageName="s")["DeploymentId"]
    assert gateway.get_deployment(ApiId=api, DeploymentId=deployment)["AutoDeployed"] is True


def test_an_api_without_routes_cannot_be_deployed(gateway: Any) -> None:
    api = gateway.create_api(Name="empty", ProtocolType="HTTP")["ApiId"]
    with pytest.raises(gateway.exceptions.BadRequestException):
        gateway.create_deployment(ApiId=api)
