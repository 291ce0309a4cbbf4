"""A REST API and its document: imported, settled again after the import, taken away."""

from __future__ import annotations

import json
from typing import Any

from tests.aws.round_trips_apis import POLICY, document
from tests.aws.world import Counted, World
from tests.local_cloud import Cloud

from fairway.aws.calls import quiet
from fairway.aws.catalogue.services.apigateway import REST_API

API = "AWS::ApiGateway::RestApi"


def paths(local_cloud: Cloud, api: str) -> set[str]:
    answer = local_cloud.client("apigateway").get_resources(restApiId=api)
    return {item["path"] for item in answer["items"]}


def test_an_import_leaves_what_the_definition_sets_besides(world: World, local_cloud: Cloud) -> None:
    given: dict[str, Any] = {
        "Name": "besides",
        "Description": "ours",
        "BinaryMediaTypes": ["image/png"],
        "Policy": POLICY,
        "Body": document("/ray", title="the document's"),
    }
    wanted = world.completed(API, given, "Besides")
    live = world.cloud.create(API, wanted, world.owner("Besides"), quiet)
    found = world.cloud.read(API, live.identifier, wanted)
    assert found is not None
    assert {name: found.properties[name] for name in given if name != "Body"} == {
        name: value for name, value in given.items() if name != "Body"
    }
    assert paths(local_cloud, live.identifier) == {"/", "/ray"}


def test_an_api_without_a_name_is_called_as_its_document_is(world: World) -> None:
    wanted = world.completed(API, {"Body": document("/ray", title="titled")}, "Titled")
    with Counted(world) as sent:
        live = world.cloud.create(API, wanted, world.owner("Titled"), quiet)
    found = world.cloud.read(API, live.identifier, wanted)
    assert found is not None
    assert found.properties["Name"] == "titled"
    assert len(sent.writes) == 2


def test_a_document_in_a_bucket_is_imported(world: World, local_cloud: Cloud) -> None:
    bucket = world.bucket.identifier
    body = json.dumps(document("/stored")).encode()
    local_cloud.client("s3").put_object(Bucket=bucket, Key="api.json", Body=body)
    place = {"Bucket": bucket, "Key": "api.json"}
    wanted = world.completed(API, {"Name": "stored", "BodyS3Location": place}, "Stored")
    live = world.cloud.create(API, wanted, world.owner("Stored"), quiet)
    assert paths(local_cloud, live.identifier) == {"/", "/stored"}
    local_cloud.client("s3").delete_object(Bucket=bucket, Key="api.json")


def test_methods_go_with_their_document(world: World, local_cloud: Cloud) -> None:
    wanted = world.completed(API, {"Name": "emptied", "Body": document("/ray")}, "Emptied")
    live = world.cloud.create(API, wanted, world.owner("Emptied"), quiet)
    after = {name: value for name, value in wanted.items() if name != "Body"}
    world.cloud.update(API, live, wanted, after, frozenset({"Body"}), quiet)
    assert paths(local_cloud, live.identifier) == {"/"}


def test_a_mode_alone_imports_nothing(world: World) -> None:
    wanted = world.completed(API, {"Name": "bodiless", "Mode": "merge"}, "Bodiless")
    with Counted(world) as sent:
        world.cloud.create(API, wanted, world.owner("Bodiless"), quiet)
    assert len(sent.writes) == 1


def test_a_policy_is_read_in_both_forms_of_the_answer() -> None:
    read = REST_API.codecs["Policy"].read
    plain = json.dumps(POLICY)
    assert read(plain) == POLICY
    assert read(plain.replace('"', '\\"').replace("/", "\\/")) == POLICY


def test_an_api_of_nobody_is_not_found(world: World) -> None:
    wanted = world.completed(API, {"Name": "somebody"}, "Somebody")
    world.cloud.create(API, wanted, world.owner("Somebody"), quiet)
    assert world.cloud.find(API, wanted, world.owner("Somebody")) is not None
    assert world.cloud.find(API, {"Name": "somebody"}, world.owner("Nobody")) is None
