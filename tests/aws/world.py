"""What the tests of the catalogue deploy with: a cloud on a local one, and the things that others lean on."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.local_cloud import REGION, zipped

from fairway.aws.calls import Caller
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live, Owner
from fairway.aws.session import Session, is_read
from fairway.model.graph import Resource
from fairway.model.location import Location
from fairway.model.values import Artifact, Properties

Names = Mapping[str, Any]


def trust(service: str) -> Mapping[str, Any]:
    """The policy of a role that a service may assume."""
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


LAMBDA_TRUST = trust("lambda")


def offline_cloud() -> Cloud:
    """A cloud for what needs no AWS: nothing listens where its calls would go."""
    return Cloud(Caller(Session(region_name=REGION, endpoint="http://127.0.0.1:1")))


@dataclass
class World:
    """A cloud on a local cloud's endpoint, a folder, and resources made on the way."""

    endpoint: str
    folder: Path
    made: dict[str, Live] = field(default_factory=dict)

    @cached_property
    def cloud(self) -> Cloud:
        return Cloud(Caller(Session(region_name=REGION, endpoint=self.endpoint)))

    @cached_property
    def stack(self) -> str:
        return f"s{uuid.uuid4().hex[:6]}"

    def owner(self, address: str, generation: int = 0) -> Owner:
        return Owner(self.stack, "test", address, generation)

    def completed(self, type_name: str, properties: Properties, address: str = "Thing") -> Properties:
        """The properties as the planner would have them."""
        resource = Resource(address, type_name, properties, Location("template.yaml", 1))
        return self.cloud.complete(resource, self.owner(address))

    def create(self, type_name: str, properties: Properties, address: str = "Thing") -> Live:
        """Create it, with name and tags as the planner would give them."""
        given = self.completed(type_name, properties, address)
        return self.cloud.create(type_name, given, self.owner(address), lambda _: None)

    def once(self, address: str, type_name: str, properties: Properties) -> Live:
        """Something that others lean on, made when first asked for."""
        if address not in self.made:
            self.made[address] = self.create(type_name, properties, address)
        return self.made[address]

    def artifact(self, text: str) -> Artifact:
        """A zip with a handler that returns the text."""
        content = zipped({"app.py": f"def handler(event, context):\n    return {text!r}\n"})
        digest = hashlib.sha256(content).hexdigest()
        path = self.folder / f"{digest}.zip"
        path.write_bytes(content)
        return Artifact(digest, str(path), len(content))

    @property
    def role(self) -> str:
        role = self.once("LambdaRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": LAMBDA_TRUST})
        return str(role.attributes["Arn"])

    @property
    def states_role(self) -> str:
        role = self.once("StatesRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": trust("states")})
        return str(role.attributes["Arn"])

    @property
    def role_name(self) -> str:
        return self.role.rpartition("/")[2]

    @property
    def open_queue(self) -> str:
        """The ARN of a queue that S3 may send to."""
        queue = self.once("OpenQueue", "AWS::SQS::Queue", {})
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
        document: Any = {"Version": "2012-10-17", "Statement": [statement]}
        policy: Properties = {"Queues": [queue.identifier], "PolicyDocument": document}
        self.once("OpenPolicy", "AWS::SQS::QueuePolicy", policy)
        return str(queue.attributes["Arn"])

    @property
    def log_bucket(self) -> str:
        """A bucket that takes access logs."""
        ownership: Any = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
        settings: Properties = {
            "OwnershipControls": ownership,
            "AccessControl": "LogDeliveryWrite",
        }
        return self.once("LogBucket", "AWS::S3::Bucket", settings).identifier

    @property
    def function(self) -> Live:
        return self._function("Function")

    @property
    def unpublished(self) -> Live:
        """A function without versions: Lambda publishes none where nothing has changed since the last."""
        return self._function("Unpublished")

    def _function(self, name: str) -> Live:
        return self.once(
            name,
            "AWS::Lambda::Function",
            {"Role": self.role, "Runtime": "python3.11", "Handler": "app.handler", "Code": self._code},
        )

    @cached_property
    def _code(self) -> Artifact:
        return self.artifact("hello")

    @property
    def open_function(self) -> str:
        """The ARN of a function that log groups may send to."""
        permission: Properties = {
            "FunctionName": self.function.identifier,
            "Action": "lambda:InvokeFunction",
            "Principal": "logs.amazonaws.com",
        }
        self.once("LogsMayInvoke", "AWS::Lambda::Permission", permission)
        return str(self.function.attributes["Arn"])

    @property
    def log_group(self) -> str:
        return self.once("LogGroup", "AWS::Logs::LogGroup", {}).identifier

    @property
    def log_group_arn(self) -> str:
        group = self.once("LogGroup", "AWS::Logs::LogGroup", {})
        return str(group.attributes["Arn"]).removesuffix(":*")

    @property
    def api(self) -> str:
        """A REST API with one method that answers by itself."""
        mock: Any = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
        operation = {"responses": {"200": {"description": "ok"}}, "x-amazon-apigateway-integration": mock}
        body: Any = {
            "openapi": "3.0.1",
            "info": {"title": "api", "version": "1"},
            "paths": {"/": {"get": operation}},
        }
        return self.once("Api", "AWS::ApiGateway::RestApi", {"Body": body, "Name": "api"}).identifier

    @property
    def api_root(self) -> str:
        assert self.api
        return str(self.made["Api"].attributes["RootResourceId"])

    @property
    def api_stage(self) -> str:
        given = {"RestApiId": self.api, "DeploymentId": self.api_deployment, "StageName": "live"}
        return str(self.once("ApiStage", "AWS::ApiGateway::Stage", given).ref)

    @property
    def api_key(self) -> str:
        return self.once("ApiKey", "AWS::ApiGateway::ApiKey", {}).identifier

    @property
    def usage_plan(self) -> str:
        return self.once("UsagePlan", "AWS::ApiGateway::UsagePlan", {}).identifier

    @property
    def gateway_role(self) -> str:
        trusted = trust("apigateway")
        role = self.once("GatewayRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": trusted})
        return str(role.attributes["Arn"])

    @property
    def api_deployment(self) -> str:
        deployment = self.once("Deployment", "AWS::ApiGateway::Deployment", {"RestApiId": self.api})
        return str(deployment.ref)

    @property
    def queue(self) -> Live:
        return self.once("Queue", "AWS::SQS::Queue", {})

    @property
    def topic(self) -> Live:
        return self.once("Topic", "AWS::SNS::Topic", {})

    @property
    def bucket(self) -> Live:
        return self.once("Bucket", "AWS::S3::Bucket", {})

    @property
    def layer(self) -> Live:
        return self.once("Layer", "AWS::Lambda::LayerVersion", {"Content": self._code})

    @property
    def version(self) -> Live:
        return self.once("Version", "AWS::Lambda::Version", {"FunctionName": self.function.identifier})


class Counted:
    """The calls sent inside a `with`, by operation, reads left out."""

    def __init__(self, world: World) -> None:
        self._count = world.cloud.caller.session.count
        self.writes: Mapping[str, int] = {}
        self.all: Mapping[str, int] = {}

    def __enter__(self) -> Counted:
        self._before = dict(self._count.by_operation)
        return self

    def __exit__(self, *_: object) -> None:
        now = self._count.by_operation
        sent = {name: now[name] - self._before.get(name, 0) for name in now}
        self.all = {name: count for name, count in sent.items() if count}
        self.writes = {name: count for name, count in self.all.items() if not is_read(name.partition(".")[2])}
