"""Small REST and HTTP APIs over the real local cloud, and plain HTTP to call them."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.local_cloud import ACCOUNT, REGION, Cloud

ECHO = {
    "app.py": "import json\n"
    "def handler(event, context):\n"
    "    return {'statusCode': 200, 'body': json.dumps(event)}\n"
}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def call(
    cloud: Cloud,
    path: str,
    method: str = "GET",
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """One HTTP request to the cloud's port, with the path exactly as given."""
    parts = urlsplit(cloud.endpoint)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Reply(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def lambda_uri(name: str) -> str:
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn(name)}/invocations"


def permit(cloud: Cloud, name: str, source_arn: str, principal: str = "apigateway.amazonaws.com") -> None:
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId=uuid.uuid4().hex,
        Action="lambda:InvokeFunction",
        Principal=principal,
        SourceArn=source_arn,
    )


class Rest:
    """A REST API under construction."""

    def __init__(self, cloud: Cloud, **settings: Any) -> None:
        self.cloud = cloud
        self.client = cloud.client("apigateway")
        created = self.client.create_rest_api(name=f"api-{uuid.uuid4().hex[:6]}", **settings)
        self.id = created["id"]
        self._resources = {"/": self.client.get_resources(restApiId=self.id)["items"][0]["id"]}

    def resource(self, path: str) -> str:
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            created = self.client.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self._resources[path] = created["id"]
        return str(self._resources[path])

    def method(self, method: str, path: str, **settings: Any) -> dict[str, str]:
        where = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": method}
        self.client.put_method(**where, **{"authorizationType": "NONE", **settings})
        return where

    def function(self, method: str, path: str, name: str, *, permitted: bool = True, **settings: Any) -> None:
        where = self.method(method, path, **settings)
        self.client.put_integration(
            **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=lambda_uri(name)
        )
        if permitted:
            permit(self.cloud, name, self.arn("*/*"))

    def integrate(
        self, method: str, path: str, responses: Mapping[str, dict[str, Any]], **integration: Any
    ) -> None:
        """A non-proxy integration with its responses by status code."""
        where = self.method(method, path)
        self.client.put_integration(**where, **integration)
        for status, settings in responses.items():
            parameters = dict.fromkeys(settings.get("responseParameters", {}), True)
            self.client.put_method_response(**where, statusCode=status, responseParameters=parameters)
            self.client.put_integration_response(**where, statusCode=status, **settings)

    def arn(self, rest: str) -> str:
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.id}/{rest}"

    def deploy(self, stage: str = "dev", **settings: Any) -> None:
        self.client.create_deployment(restApiId=self.id, stageName=stage, **settings)

    def call(self, path: str, method: str = "GET", stage: str = "dev", **settings: Any) -> Reply:
        return call(self.cloud, f"/_api/{self.id}/{stage}{path}", method, **settings)


class Http:
    """An HTTP API under construction, with a $default stage that deploys by itself."""

    def __init__(self, cloud: Cloud, **settings: Any) -> None:
        self.cloud = cloud
        self.client = cloud.client("apigatewayv2")
        created = self.client.create_api(Name="http", ProtocolType="HTTP", **settings)
        self.id = created["ApiId"]
        self.stage("$default")

    def stage(self, name: str, **settings: Any) -> None:
        self.client.create_stage(ApiId=self.id, StageName=name, **{"AutoDeploy": True, **settings})

    def function(
        self, route_key: str, name: str, *, permitted: bool = True, version: str = "2.0", **route: Any
    ) -> None:
        integration = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function_arn(name),
            PayloadFormatVersion=version,
        )
        self.route(route_key, integration["IntegrationId"], **route)
        if permitted:
            permit(self.cloud, name, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.id}/*")

    def route(self, route_key: str, integration_id: str, **settings: Any) -> None:
        target = f"integrations/{integration_id}"
        self.client.create_route(ApiId=self.id, RouteKey=route_key, Target=target, **settings)

    def call(self, path: str, method: str = "GET", **settings: Any) -> Reply:
        return call(self.cloud, f"/_api/{self.id}{path}", method, **settings)
