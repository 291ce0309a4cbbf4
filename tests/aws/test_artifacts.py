"""Small zips go with the call; large ones once, by content, through a bucket of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.aws.world import Counted, World
from tests.local_cloud import Cloud

from fairway.aws.artifacts import Artifacts
from fairway.model.errors import Failed
from fairway.model.values import Artifact, Properties


def test_a_small_zip_goes_with_the_call(world: World) -> None:
    artifact = world.artifact("small")
    content = Path(artifact.path).read_bytes()
    assert Artifacts(world.cloud.caller).location(artifact) == {"ZipFile": content}


def test_a_large_zip_is_uploaded_once_by_content(world: World, local_cloud: Cloud) -> None:
    artifact = world.artifact("large")
    first = Artifacts(world.cloud.caller, inline_limit=10)
    place = first.location(artifact)
    assert place == {
        "S3Bucket": "fairway-artifacts-123456789012-us-east-1",
        "S3Key": f"{artifact.digest}.zip",
    }
    stored = local_cloud.client("s3").get_object(Bucket=place["S3Bucket"], Key=place["S3Key"])
    assert stored["Body"].read() == Path(artifact.path).read_bytes()

    with Counted(world) as sent:
        first.location(artifact)
        Artifacts(world.cloud.caller, inline_limit=10).location(artifact)
    assert sent.writes == {}


def test_the_bucket_is_private_and_encrypted(world: World, local_cloud: Cloud) -> None:
    artifacts = Artifacts(world.cloud.caller, inline_limit=10)
    artifacts.location(world.artifact("private"))
    s3 = local_cloud.client("s3")
    block = s3.get_public_access_block(Bucket=artifacts.bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    assert s3.get_bucket_encryption(Bucket=artifacts.bucket)["ServerSideEncryptionConfiguration"]["Rules"]


def test_a_function_from_a_large_zip_runs_what_was_built(world: World) -> None:
    cloud = type(world.cloud)(world.cloud.caller)
    cloud.artifacts = Artifacts(world.cloud.caller, inline_limit=10)
    kind, code = "AWS::Lambda::Function", world.artifact("from the bucket")
    given: Properties = {"Role": world.role, "Runtime": "python3.11", "Handler": "app.handler", "Code": code}
    wanted = world.completed(kind, given, "Large")
    made = cloud.create(kind, wanted, world.owner("Large"), lambda _: None)
    live = cloud.read(kind, made.identifier, wanted)
    assert live is not None
    assert live.properties["Code"] == Artifact(code.digest)


def test_an_artifact_that_was_not_built_here_is_an_error(world: World) -> None:
    with pytest.raises(Failed) as caught:
        Artifacts(world.cloud.caller).location(Artifact("0" * 64))
    assert caught.value.code == "artifact.missing"
