"""GraphQL APIs of AppSync answer over HTTP and run what is behind their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.local.apis_world import Reply, call, function_arn
from tests.local_cloud import Cloud, unique

from fairway.local.urls import public_url

SDL = """
type Ray { id: ID!, length: Int, tags: AWSJSON, beam: Beam }
type Beam { name: String }
type Page { items: [Ray], nextToken: String }
input RayInput { id: ID!, length: Int }
type Query { ray(id: ID!): Ray, rays(limit: Int): Page, echo(text: String): String, fails: String }
type Mutation { put(ray: RayInput!): Ray }
type Subscription { made: Ray @aws_subscribe(mutations: ["put"]) }
schema { query: Query, mutation: Mutation, subscription: Subscription }
"""
HANDLER = """
def handler(event, context):
    if event["info"]["fieldName"] == "fails":
        raise ValueError("no rays today")
    return {"id": event["arguments"]["id"], "length": 3, "tags": {"a": [1]}, "beam": {"name": "wide"}}
"""


@dataclass
class Api:
    """An API under construction."""

    cloud: Cloud
    id: str
    url: str
    key: str

    @classmethod
    def make(cls, cloud: Cloud, sdl: str = SDL, authentication: str = "API_KEY", **settings: Any) -> Api:
        client = cloud.client("appsync")
        api = client.create_graphql_api(name=unique("api"), authenticationType=authentication, **settings)
        made = api["graphqlApi"]
        client.start_schema_creation(apiId=made["apiId"], definition=sdl.encode())
        status = client.get_schema_creation_status(apiId=made["apiId"])
        assert status["status"] == "SUCCESS", status
        key = client.create_api_key(apiId=made["apiId"])["apiKey"]["id"]
        return cls(cloud, made["apiId"], made["uris"]["GRAPHQL"], key)

    def source(self, name: str, kind: str, **settings: Any) -> str:
        client = self.cloud.client("appsync")
        client.create_data_source(apiId=self.id, name=name, type=kind, **settings)
        return name

    def function_source(self, handler: str = HANDLER) -> str:
        arn = function_arn(self.cloud.function({"app.py": handler}))
        return self.source("function", "AWS_LAMBDA", lambdaConfig={"lambdaFunctionArn": arn})

    def resolver(self, place: str, **settings: Any) -> None:
        type_name, field_name = place.split(".")
        client = self.cloud.client("appsync")
        client.create_resolver(apiId=self.id, typeName=type_name, fieldName=field_name, **settings)

    def ask(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> Reply:
        path = public_url(self.url, self.cloud.endpoint).removeprefix(self.cloud.endpoint)
        body = json.dumps({"query": query, "variables": variables})
        given = {"x-api-key": self.key} if headers is None else headers
        return call(self.cloud, path, "POST", body, {"Content-Type": "application/json", **given})

    def data(self, query: str, **variables: Any) -> Any:
        answer = self.ask(query, **variables).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def errors(self, query: str, **variables: Any) -> list[tuple[str, str]]:
        return [(e["errorType"], e["message"]) for e in self.ask(query, **variables).json()["errors"]]


def test_a_function_answers_a_field_and_what_is_below_it(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    api.resolver("Query.ray", dataSourceName=api.function_source())
    data = api.data("query($id: ID!) { ray(id: $id) { id length tags beam { name } } }", id="r1")
    assert data == {"ray": {"id": "r1", "length": 3, "tags": '{"a": [1]}', "beam": {"name": "wide"}}}


def test_the_event_of_a_direct_resolver_tells_what_was_asked(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud, "type Query { ray(id: ID!): R }\ntype R { seen: AWSJSON, b: R }")
    api.resolver(
        "Query.ray",
        dataSourceName=api.function_source("def handler(event, _):\n    return {'seen': event}\n"),
    )
    event = json.loads(api.data("query Q { ray(id: 1) { seen b { seen } } }")["ray"]["seen"])
    assert set(event) == {"arguments", "identity", "source", "request", "prev", "info", "stash"}
    assert event["arguments"] == {"id": "1"}
    assert event["info"]["selectionSetList"] == ["seen", "b", "b/seen"]
    assert (event["info"]["parentTypeName"], event["info"]["fieldName"]) == ("Query", "ray")
    assert event["request"]["headers"]["content-type"] == "application/json"


def test_a_failing_function_is_an_error_of_its_field_alone(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    source = api.function_source()
    api.resolver("Query.fails", dataSourceName=source)
    api.resolver("Query.ray", dataSourceName=source)
    answer = api.ask("{ fails ray(id: 1) { id } }").json()
    assert answer["data"] == {"fails": None, "ray": {"id": "1"}}
    assert [(e["errorType"], e["message"], e["path"]) for e in answer["errors"]] == [
        ("Lambda:Unhandled", "no rays today", ["fails"])
    ]


def test_templates_write_to_and_read_from_a_table(local_cloud: Cloud) -> None:
    api, table = Api.make(local_cloud), unique("rays")
    local_cloud.client("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    config = {"tableName": table, "awsRegion": "us-east-1"}
    source = api.source("table", "AMAZON_DYNAMODB", dynamodbConfig=config)
    api.resolver(
        "Mutation.put",
        dataSourceName=source,
        requestMappingTemplate="""
            #set($values = {"length": $ctx.args.ray.length, "tags": ["a", "b"]})
            {"version": "2018-05-29", "operation": "PutItem",
             "key": {"id": $util.dynamodb.toDynamoDBJson($ctx.args.ray.id)},
             "attributeValues": $util.dynamodb.toMapValuesJson($values),
             "condition": {"expression": "attribute_not_exists(id)"}}""",
        responseMappingTemplate="""
            #if($ctx.error)$util.error($ctx.error.message, "Taken")#end
            {"id": "$ctx.args.ray.id"}""",
    )
    api.resolver(
        "Query.ray",
        dataSourceName=source,
        requestMappingTemplate="""{"version": "2018-05-29", "operation": "GetItem",
            "key": {"id": $util.dynamodb.toDynamoDBJson($ctx.args.id)}}""",
        responseMappingTemplate="$util.toJson($ctx.result)",
    )
    api.resolver(
        "Query.rays",
        dataSourceName=source,
        requestMappingTemplate="""{"version": "2018-05-29", "operation": "Scan",
            "limit": $util.defaultIfNull($ctx.args.limit, 20)}""",
        responseMappingTemplate="$util.toJson($ctx.result)",
    )
    put = "mutation($ray: RayInput!) { put(ray: $ray) { id } }"
    assert api.data(put, ray={"id": "r1", "length": 7}) == {"put": {"id": "r1"}}
    assert api.errors(put, ray={"id": "r1", "length": 8})[0][0] == "Taken"
    assert api.data('{ ray(id: "r1") { id length tags } }') == {
        "ray": {"id": "r1", "length": 7, "tags": '["a", "b"]'}
    }
    assert api.data('{ ray(id: "none") { id } }') == {"ray": None}
    api.data(put, ray={"id": "r2", "length": 1})
    page = api.data("{ rays(limit: 1) { items { id } nextToken } }")["rays"]
    assert len(page["items"]) == 1
    assert page["nextToken"]


def test_a_pipeline_hands_each_result_to_the_next_step(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    source, client = api.source("nothing", "NONE"), local_cloud.client("appsync")
    steps = [
        client.create_function(
            apiId=api.id,
            name=f"step{number}",
            dataSourceName=source,
            functionVersion="2018-05-29",
            requestMappingTemplate=json.dumps(
                {"version": "2018-05-29", "payload": f"$ctx.prev.result${{ctx.stash.mark}}{number}"}
            ),
            responseMappingTemplate="$util.toJson($ctx.result)",
        )["functionConfiguration"]["functionId"]
        for number in (1, 2)
    ]
    api.resolver(
        "Query.echo",
        kind="PIPELINE",
        pipelineConfig={"functions": steps},
        requestMappingTemplate='$util.qr($ctx.stash.put("mark", "!"))"$ctx.args.text"',
        responseMappingTemplate="$util.toJson($ctx.prev.result)",
    )
    assert api.data('{ echo(text: "ray") }') == {"echo": "ray!1!2"}


@pytest.mark.parametrize(
    ("authentication", "headers", "status"),
    [
        ("API_KEY", {}, 401),
        ("API_KEY", {"x-api-key": "da2-none"}, 401),
        ("AWS_IAM", {}, 401),
        (
            "AWS_IAM",
            {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/appsync/aws4_request"},
            200,
        ),
        ("AMAZON_COGNITO_USER_POOLS", {"Authorization": "token"}, 401),
    ],
)
def test_only_whom_the_api_lets_in_is_answered(
    local_cloud: Cloud, authentication: str, headers: Mapping[str, str], status: int
) -> None:
    settings: dict[str, Any] = (
        {"userPoolConfig": {"userPoolId": "p", "awsRegion": "us-east-1", "defaultAction": "ALLOW"}}
        if "COGNITO" in authentication
        else {}
    )
    api = Api.make(local_cloud, authentication=authentication, **settings)
    assert api.ask("{ __typename }", headers).status == status


def test_a_query_that_does_not_fit_the_schema_is_refused(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    assert [kind for kind, _ in api.errors("{ beam }")] == ["ValidationError"]
    assert [kind for kind, _ in api.errors("{ ray")] == ["InvalidSyntax"]
    assert api.errors("subscription { made { id } }")[0][0] == "Unsupported"


def test_what_cannot_be_run_says_so(local_cloud: Cloud) -> None:
    api = Api.make(local_cloud)
    source = api.source("nothing", "NONE")
    api.resolver(
        "Query.echo", dataSourceName=source, requestMappingTemplate='{"payload": "$util.rds.toJsonString(1)"}'
    )
    assert "$util.rds" in api.errors("{ echo }")[0][1]


@pytest.mark.parametrize(
    ("operation", "given", "code"),
    [
        ("create_resolver", {"typeName": "Query", "fieldName": "none"}, "NotFoundException"),
        (
            "create_resolver",
            {"typeName": "Query", "fieldName": "ray", "dataSourceName": "none"},
            "NotFoundException",
        ),
        ("create_api_key", {"expires": 1}, "ApiKeyValidityOutOfBoundsException"),
        ("get_data_source", {"name": "none"}, "NotFoundException"),
        ("delete_api_key", {"id": "none"}, "NotFoundException"),
    ],
)
def test_what_appsync_refuses_is_refused(
    local_cloud: Cloud, operation: str, given: Mapping[str, Any], code: str
) -> None:
    api = Api.make(local_cloud)
    with pytest.raises(ClientError) as refused:
        getattr(local_cloud.client("appsync"), operation)(apiId=api.id, **given)
    assert refused.value.response["Error"]["Code"] == code


def test_a_second_one_in_the_same_place_is_refused(local_cloud: Cloud) -> None:
    """In AppSync's own words: aws-appsync-community issue 128, amplify-cli issue 911."""
    api = Api.make(local_cloud)
    source = api.source("nothing", "NONE")
    api.resolver("Query.echo", dataSourceName=source)
    with pytest.raises(ClientError, match="Only one resolver is allowed per field"):
        api.resolver("Query.echo", dataSourceName=source)
    with pytest.raises(ClientError, match="Data source with name nothing already exists"):
        api.source("nothing", "NONE")


def test_a_broken_schema_fails_with_its_reason_and_leaves_the_old_one(local_cloud: Cloud) -> None:
    api, client = Api.make(local_cloud), local_cloud.client("appsync")
    client.start_schema_creation(apiId=api.id, definition=b"type Query { ray: Rai }")
    status = client.get_schema_creation_status(apiId=api.id)
    assert (status["status"], "Rai" in status["details"]) == ("FAILED", True)
    assert api.data("{ __typename }") == {"__typename": "Query"}
