"""What an HTTP API's document and quick create make of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.aws.round_trips_http_apis import HTTP, URL, document
from tests.aws.world import Counted, World

from fairway.aws.calls import quiet
from fairway.aws.provider import Live
from fairway.model.errors import Failed
from fairway.model.values import Properties

API = "AWS::ApiGatewayV2::Api"


def made(world: World, properties: Any, address: str) -> tuple[Live, Properties]:
    wanted = world.completed(API, properties, address)
    return world.cloud.create(API, wanted, world.owner(address), quiet), wanted


def client(world: World) -> Any:
    return world.cloud.caller.session.client("apigatewayv2")


def changed(world: World, live: Live, before: Properties, **change: Any) -> Live:
    after = {name: value for name, value in {**before, **change}.items() if value is not None}
    return world.cloud.update(API, live, before, after, frozenset(change), quiet)


def routes(world: World, live: Live) -> set[str]:
    return {item["RouteKey"] for item in client(world).get_routes(ApiId=live.identifier)["Items"]}


def test_a_document_becomes_the_routes_and_replaces_them(world: World) -> None:
    live, wanted = made(world, {"Body": document("/rays", "/beams")}, "Documented")
    assert routes(world, live) == {"GET /rays", "GET /beams"}
    changed(world, live, wanted, Body=document("/lamps"))
    assert routes(world, live) == {"GET /lamps"}


def test_an_import_is_born_with_the_tags_of_its_owner(world: World) -> None:
    """So it is found even if the answer to the import never arrives."""
    body = document("/rays")
    wanted = world.completed(API, {"Body": body}, "Lost")
    assert world.cloud.find(API, wanted, world.owner("Lost")) is None
    with Counted(world) as sent:
        created = world.cloud.create(API, wanted, world.owner("Lost"), quiet)
    assert sent.all == {"apigatewayv2.ImportApi": 1}
    imported = client(world).get_api(ApiId=created.identifier)
    assert imported["Tags"] == {**wanted["Tags"], "made": "by hand"}  # type: ignore[dict-item]


def test_what_stands_beside_the_document_survives_a_new_document(world: World) -> None:
    live, wanted = made(world, {"Body": document("/rays"), "Name": "mine", "Description": "own"}, "Beside")
    changed(world, live, wanted, Body=document("/beams", info={"title": "other", "version": "2"}))
    found = client(world).get_api(ApiId=live.identifier)
    assert (found["Name"], found["Description"], found["Version"]) == ("mine", "own", "2")


def test_tags_that_the_new_document_no_longer_gives_are_removed(world: World) -> None:
    live, wanted = made(world, {"Body": document("/rays")}, "Untagged")
    changed(world, live, wanted, Body=document("/rays", tags=[]))
    assert client(world).get_api(ApiId=live.identifier)["Tags"] == wanted["Tags"]


@pytest.mark.parametrize("tags", [[{"description": "nameless"}], ["text"], "text", {"name": "x"}, None])
def test_tags_of_another_shape_do_not_disturb(world: World, tags: Any) -> None:
    live, wanted = made(world, {"Body": document("/rays", tags=tags)}, "Odd")
    assert client(world).get_api(ApiId=live.identifier)["Tags"] == wanted["Tags"]
    world.cloud.delete(API, live.identifier, wanted, quiet)


def test_a_mapping_of_responses_needs_both_of_its_ends(world: World) -> None:
    api, _ = made(world, HTTP, "Halved")
    half: Any = {"200": {"ResponseParameters": [{"Source": "201"}]}}
    settings: Properties = {"ApiId": api.identifier, "IntegrationType": "HTTP_PROXY", "IntegrationUri": URL}
    wanted: Properties = {**settings, "IntegrationMethod": "GET", "ResponseParameters": half}
    with pytest.raises(Failed, match="Destination"):
        world.cloud.create("AWS::ApiGatewayV2::Integration", wanted, world.owner("Half"), quiet)


def test_a_document_cannot_be_taken_back(world: World) -> None:
    live, wanted = made(world, {"Body": document("/rays")}, "Kept")
    with pytest.raises(Failed, match="Body"):
        changed(world, live, wanted, Body=None, Name="plain")


def test_what_quick_create_made_follows_and_stays(world: World) -> None:
    live, wanted = made(world, {**HTTP, "Target": world.function.attributes["Arn"]}, "Quick")
    changed(world, live, wanted, Target=URL, RouteKey="GET /quick")
    assert routes(world, live) == {"GET /quick"}
    (integration,) = client(world).get_integrations(ApiId=live.identifier)["Items"]
    assert (integration["IntegrationUri"], integration["IntegrationType"]) == (URL, "HTTP_PROXY")
    with pytest.raises(Failed, match="Target"):
        changed(world, live, wanted, Target=None)


def test_a_limit_of_a_stage_cannot_be_taken_back_without_a_word(world: World) -> None:
    kind = "AWS::ApiGatewayV2::Stage"
    api, _ = made(world, HTTP, "Limited")
    settings: Properties = {"ApiId": api.identifier, "StageName": "live"}
    before = world.completed(kind, {**settings, "DefaultRouteSettings": {"ThrottlingBurstLimit": 5}})
    live = world.cloud.create(kind, before, world.owner("Thing"), quiet)
    after = {**before, "DefaultRouteSettings": {"DetailedMetricsEnabled": True}}
    with pytest.raises(Failed, match="ThrottlingBurstLimit"):
        world.cloud.update(kind, live, before, after, frozenset({"DefaultRouteSettings"}), quiet)
