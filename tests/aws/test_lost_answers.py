"""A create whose answer is lost is looked for before it is sent again: never two, never none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.aws.world import World

from fairway.aws.calls import Answer, Caller, quiet
from fairway.aws.cloud import Cloud
from fairway.aws.failures import CallFailed, Kind


@dataclass
class LossyCaller(Caller):
    """Loses the answer of one operation, once: before AWS got the call, or after."""

    operation: str = ""
    arrives: bool = True

    def attempt(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Answer | CallFailed:
        if operation != self.operation:
            return super().attempt(service, operation, parameters)
        self.operation = ""
        if self.arrives:
            super().attempt(service, operation, parameters)
        return CallFailed(
            Kind.UNCERTAIN, f"{service}.{operation}", "ConnectionLost", "the connection was closed"
        )


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        ("AWS::SQS::Queue", "CreateQueue"),
        ("AWS::S3::Bucket", "CreateBucket"),
        ("AWS::Lambda::LayerVersion", "PublishLayerVersion"),
        ("AWS::Lambda::EventSourceMapping", "CreateEventSourceMapping"),
        ("AWS::SNS::Subscription", "Subscribe"),
        ("AWS::KMS::Key", "CreateKey"),
        ("AWS::ApiGateway::Deployment", "CreateDeployment"),
    ],
)
def test_exactly_one_is_there_afterwards(world: World, kind: str, operation: str, arrives: bool) -> None:
    address = f"Lost{operation}{arrives}"
    wanted = world.completed(kind, properties(world, kind, address), address)
    cloud = Cloud(LossyCaller(world.cloud.caller.session, operation=operation, arrives=arrives))
    sent = world.cloud.caller.session.count.by_operation
    before = dict(sent)
    made = cloud.create(kind, wanted, world.owner(address), quiet)
    service = cloud.derived(kind).type.service
    assert sent[f"{service}.{operation}"] - before.get(f"{service}.{operation}", 0) == 1
    assert world.cloud.read(kind, made.identifier, wanted) is not None


def properties(world: World, kind: str, address: str) -> Mapping[str, Any]:
    """What each type needs; the lost one leans on nothing that another test uses."""
    if kind == "AWS::Lambda::LayerVersion":
        return {"Content": world.artifact(address)}
    if kind == "AWS::Lambda::EventSourceMapping":
        queue = world.once(f"{address}Queue", "AWS::SQS::Queue", {}).attributes["Arn"]
        return {"FunctionName": world.function.identifier, "EventSourceArn": queue, "Enabled": False}
    if kind == "AWS::SNS::Subscription":
        topic = world.once(f"{address}Topic", "AWS::SNS::Topic", {}).identifier
        return {"TopicArn": topic, "Protocol": "sqs", "Endpoint": world.queue.attributes["Arn"]}
    if kind == "AWS::ApiGateway::Deployment":
        return {"RestApiId": rest_api(world, address)}
    return {}


def rest_api(world: World, address: str) -> str:
    """An API with a method, without which there is nothing to deploy."""
    api = world.once(f"{address}Api", "AWS::ApiGateway::RestApi", {"Name": address})
    method = {
        "RestApiId": api.identifier,
        "ResourceId": api.attributes["RootResourceId"],
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "Integration": {"Type": "MOCK"},
    }
    world.once(f"{address}Method", "AWS::ApiGateway::Method", method)
    return api.identifier
