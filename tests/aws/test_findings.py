"""What no call would carry is told with its place, before anything is sent and without AWS."""

from __future__ import annotations

from typing import Any

from tests.aws.world import offline_cloud

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath, Resource
from fairway.model.location import Location
from fairway.model.values import Artifact, Reference

PLACES: dict[PropertyPath, Location] = {
    ("ImportSourceSpecification",): Location("t.yaml", 5),
    ("VpcConfig", "Subnets"): Location("t.yaml", 7),
}


def findings(kind: str, properties: Any) -> list[Finding]:
    cloud = offline_cloud()
    resource = Resource("Thing", kind, properties, Location("t.yaml", 1), locations=PLACES)
    found = cloud.validate(resource)
    assert cloud.calls == {"reads": 0, "writes": 0}
    return list(found)


def test_a_refused_property_is_told_with_line_and_reason() -> None:
    (found,) = findings("AWS::DynamoDB::Table", {"ImportSourceSpecification": {}, "TableName": "t"})
    assert (found.code, str(found.location)) == ("catalogue.not-carried", "t.yaml:5")
    assert "hours" in found.why


def test_a_nested_part_that_no_member_takes_is_told() -> None:
    (found,) = findings("AWS::Lambda::Function", {"VpcConfig": {"Subnets": [], "SubnetIds": []}})
    assert found.message.startswith("VpcConfig.Subnets of AWS::Lambda::Function")
    assert str(found.location) == "t.yaml:7"


def test_a_part_that_only_the_api_shape_reveals_is_told() -> None:
    rule = {"Status": "Enabled", "ExpirationInDays": 3, "Expires": 4}
    (found,) = findings("AWS::S3::Bucket", {"LifecycleConfiguration": {"Rules": [rule]}})
    assert "Expires" in found.message


def test_values_that_are_not_known_yet_are_no_finding() -> None:
    layers = [Reference("Layer"), "arn:aws:lambda:eu-west-1:1:layer:x:1"]
    code = {"Code": Artifact("0" * 64), "Layers": layers, "Environment": Reference("Parameter")}
    assert findings("AWS::Lambda::Function", code) == []


def test_a_type_outside_the_catalogue_is_told() -> None:
    (found,) = findings("AWS::Nothing::Thing", {})
    assert (found.code, found.location) == ("catalogue.type", Location("t.yaml", 1))
