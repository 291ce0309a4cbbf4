"""What would be lost with a resource is counted before it is deleted; what may go is emptied."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest
from tests.aws.deployed import Deployed, one
from tests.aws.world import Counted, World
from tests.local_cloud import Cloud, unique

from fairway.aws.catalogue.find import MODULES, service_types
from fairway.aws.cloud import Cloud as Catalogue
from fairway.model.plan import Contents

BUCKET, TABLE, GROUP = "AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"
UNCOUNTED = {
    "AWS::KMS::Key": "AWS keeps no list of what was encrypted with a key",
    "AWS::SecretsManager::Secret": "it holds one value",
}


def deployed(world: World, type_name: str, **properties: object) -> tuple[Deployed, str]:
    """A stack of one resource, and its identifier."""
    stack = Deployed(world.cloud, unique("full"))
    stack.deploy(one("Full", type_name, properties))  # type: ignore[arg-type]
    return stack, stack.state.resources["Full"].identifier


def contents(cloud: Catalogue, stack: Deployed) -> Contents | None:
    found: Mapping[tuple[str, str], Contents] = cloud.contents(stack.state.resources.values())
    return next(iter(found.values()), None)


def table(world: World) -> tuple[Deployed, str]:
    return deployed(
        world,
        TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )


def test_every_type_that_holds_data_is_counted_or_says_why_not() -> None:
    kinds = [kind for service in MODULES for kind in service_types(service) if kind.holds_data]
    assert {kind.name for kind in kinds if kind.contents is None} == set(UNCOUNTED)


def test_every_version_of_a_buckets_objects_counts(world: World, local_cloud: Cloud) -> None:
    stack, bucket = deployed(world, BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert contents(world.cloud, stack) is None
    s3 = local_cloud.client("s3")
    for body in (b"one", b"three"):
        s3.put_object(Bucket=bucket, Key="a", Body=body)
    s3.delete_object(Bucket=bucket, Key="a")
    assert contents(world.cloud, stack) == Contents(3, "object version", False, 8)


def test_counting_stops_after_one_page(world: World, local_cloud: Cloud) -> None:
    stack, bucket = deployed(world, BUCKET)
    for number in range(1001):
        local_cloud.client("s3").put_object(Bucket=bucket, Key=f"{number}", Body=b"x")
    assert contents(world.cloud, stack) == Contents(1000, "object version", True, 1000)
    stack.destroy()


def test_the_items_of_a_table_count(world: World, local_cloud: Cloud) -> None:
    stack, name = table(world)
    assert contents(world.cloud, stack) is None
    for key in "abc":
        local_cloud.client("dynamodb").put_item(TableName=name, Item={"id": {"S": key}})
    found = contents(world.cloud, stack)
    assert found is not None
    assert (found.count, found.noun, found.more) == (3, "item", False)


def test_the_events_of_a_log_group_count(world: World, local_cloud: Cloud) -> None:
    stack, name = deployed(world, GROUP)
    assert contents(world.cloud, stack) is None
    logs = local_cloud.client("logs")
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    events = [{"timestamp": int(time.time() * 1000), "message": text} for text in ("one", "two")]
    logs.put_log_events(logGroupName=name, logStreamName="s", logEvents=events)
    assert contents(world.cloud, stack) == Contents(2, "event")


def test_what_is_gone_has_no_contents(world: World, local_cloud: Cloud) -> None:
    stack, name = table(world)
    local_cloud.client("dynamodb").delete_table(TableName=name)
    assert contents(world.cloud, stack) is None


def test_counting_makes_no_changing_call(world: World, local_cloud: Cloud) -> None:
    stacks = [table(world)[0], deployed(world, BUCKET)[0], deployed(world, GROUP)[0]]
    with Counted(world) as counted:
        for stack in stacks:
            contents(world.cloud, stack)
    assert counted.writes == {}
    assert counted.all


@pytest.mark.parametrize("versioning", ["Enabled", "Suspended"])
def test_a_bucket_that_may_go_is_emptied_of_all_versions(
    versioning: str, world: World, local_cloud: Cloud
) -> None:
    stack, bucket = deployed(world, BUCKET, VersioningConfiguration={"Status": versioning})
    s3 = local_cloud.client("s3")
    for _ in range(2):
        s3.put_object(Bucket=bucket, Key="a", Body=json.dumps({"secret": 1}).encode())
    s3.delete_object(Bucket=bucket, Key="a")
    stack.destroy()
    assert bucket not in {each["Name"] for each in s3.list_buckets()["Buckets"]}
