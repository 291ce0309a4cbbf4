"""HTTP APIs answer real HTTP: version 2.0 and 1.0 events, routing, stages, CORS, authorizers, errors."""

from __future__ import annotations

import base64
import json

import pytest
from tests.local.apis_world import ECHO, Http, function_arn, lambda_uri, permit
from tests.local_cloud import ACCOUNT, REGION, Cloud


@pytest.fixture(scope="module")
def echo(local_cloud: Cloud) -> str:
    return local_cloud.function(ECHO)


@pytest.fixture(scope="module")
def api(local_cloud: Cloud, echo: str) -> Http:
    http = Http(local_cloud)
    http.stage("v1", StageVariables={"colour": "blue"})
    http.function("GET /items/{id}", echo)
    http.function("ANY /items/{id}", echo)
    http.function("ANY /items/{proxy+}", echo)
    http.function("POST /old", echo, version="1.0")
    return http


def test_the_event_is_version_2(api: Http) -> None:
    event = api.call("/items/a%20b?x=1&x=2", headers={"X-Thing": "t", "Cookie": "a=1; b=2"}).json()
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /items/{id}"
    assert event["rawPath"] == "/items/a b"
    assert event["rawQueryString"] == "x=1&x=2"
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-thing"] == "t"
    assert "cookie" not in event["headers"]
    assert event["pathParameters"] == {"id": "a b"}
    assert "body" not in event
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"]["stage"] == "$default"


def test_the_more_specific_path_goes_first_and_then_the_method(api: Http) -> None:
    assert api.call("/items/1", "DELETE").json()["routeKey"] == "ANY /items/{id}"
    assert api.call("/items/1/2").json()["routeKey"] == "ANY /items/{proxy+}"


def test_a_named_stage_is_part_of_the_raw_path(api: Http) -> None:
    event = api.call("/v1/items/1").json()
    assert event["rawPath"] == "/v1/items/1"
    assert event["requestContext"]["stage"] == "v1"
    assert event["stageVariables"] == {"colour": "blue"}


def test_forms_and_bytes_come_in_base64_json_does_not(api: Http) -> None:
    plain = api.call(
        "/items/1", "POST", body=b'{"a": 1}', headers={"Content-Type": "application/json"}
    ).json()
    assert (plain["body"], plain["isBase64Encoded"]) == ('{"a": 1}', False)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    coded = api.call("/items/1", "POST", body=b"a=1", headers=form).json()
    assert (base64.b64decode(coded["body"]), coded["isBase64Encoded"]) == (b"a=1", True)


def test_payload_format_1_is_the_rest_event(api: Http) -> None:
    event = api.call("/old?x=1", "POST", body=b"text", headers={"Content-Type": "text/plain"}).json()
    assert event["version"] == "1.0"
    assert event["httpMethod"] == "POST"
    assert event["multiValueQueryStringParameters"] == {"x": ["1"]}


def test_an_unknown_route_is_not_found(api: Http) -> None:
    reply = api.call("/nothing")
    assert (reply.status, reply.json()) == (404, {"message": "Not Found"})


@pytest.mark.parametrize(
    ("result", "status", "content_type", "body"),
    [
        ("{'a': 1}", 200, "application/json", b'{"a": 1}'),
        ("'text'", 200, "application/json", b"text"),
        ("{'statusCode': 204}", 204, "text/plain; charset=utf-8", b""),
        ("{'statusCode': '201', 'body': 'made'}", 201, "text/plain; charset=utf-8", b"made"),
        (
            "{'statusCode': 200, 'body': 'aGk=', 'isBase64Encoded': True}",
            200,
            "text/plain; charset=utf-8",
            b"hi",
        ),
    ],
)
def test_results_are_read_as_version_2_does(
    local_cloud: Cloud, result: str, status: int, content_type: str, body: bytes
) -> None:
    http = Http(local_cloud)
    http.function("$default", local_cloud.function({"app.py": f"def handler(e, c): return {result}\n"}))
    reply = http.call("/any/path")
    assert (reply.status, reply.header("Content-Type"), reply.body) == (status, content_type, body)


def test_cookies_of_the_answer_are_set_one_by_one(local_cloud: Cloud) -> None:
    http = Http(local_cloud)
    code = "def handler(e, c): return {'statusCode': 200, 'cookies': ['a=1', 'b=2']}\n"
    http.function("GET /", local_cloud.function({"app.py": code}))
    assert [value for key, value in http.call("/").headers if key == "Set-Cookie"] == ["a=1", "b=2"]


def test_a_failing_function_and_a_missing_permission_are_internal_errors(
    local_cloud: Cloud, echo: str
) -> None:
    http = Http(local_cloud)
    http.function(
        "GET /fails", local_cloud.function({"app.py": "def handler(e, c): raise ValueError('no')\n"})
    )
    http.function("GET /forbidden", local_cloud.function(ECHO), permitted=False)
    for path in ("/fails", "/forbidden"):
        reply = http.call(path)
        assert (reply.status, reply.json()) == (500, {"message": "Internal Server Error"})


def test_cors_answers_preflights_and_decorates_answers(local_cloud: Cloud, echo: str) -> None:
    cors = {
        "AllowOrigins": ["https://example.com"],
        "AllowMethods": ["GET", "POST"],
        "AllowHeaders": ["x-token"],
        "MaxAge": 300,
    }
    http = Http(local_cloud, CorsConfiguration=cors)
    http.function("GET /items", echo)
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    preflight = http.call("/items", "OPTIONS", headers=asked)
    assert preflight.status == 204
    assert preflight.header("Access-Control-Allow-Origin") == "https://example.com"
    assert preflight.header("Access-Control-Allow-Methods") == "GET,POST"
    assert preflight.header("Access-Control-Allow-Headers") == "x-token"
    assert preflight.header("Access-Control-Max-Age") == "300"
    reply = http.call("/items", headers={"Origin": "https://example.com"})
    assert reply.header("Access-Control-Allow-Origin") == "https://example.com"
    stranger = http.call("/items", headers={"Origin": "https://other.com"})
    assert stranger.status == 200
    assert stranger.header("Access-Control-Allow-Origin") is None


def authorizer(cloud: Cloud, http: Http, code: str, **settings: object) -> str:
    name = cloud.function({"app.py": code})
    created = http.client.create_authorizer(
        ApiId=http.id,
        Name="check",
        AuthorizerType="REQUEST",
        AuthorizerUri=lambda_uri(name),
        AuthorizerPayloadFormatVersion="2.0",
        IdentitySource=["$request.header.X-Key"],
        **settings,
    )
    permit(
        cloud, name, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{http.id}/authorizers/{created['AuthorizerId']}"
    )
    return str(created["AuthorizerId"])


def test_a_simple_lambda_authorizer_lets_in_and_passes_its_context(local_cloud: Cloud, echo: str) -> None:
    code = (
        "def handler(event, context):\n"
        "    return {'isAuthorized': event['identitySource'] == ['good'], 'context': {'user': 'u1'}}\n"
    )
    http = Http(local_cloud)
    check = authorizer(local_cloud, http, code, EnableSimpleResponses=True)
    http.function("GET /", echo, AuthorizationType="CUSTOM", AuthorizerId=check)
    assert (http.call("/").status, http.call("/").json()) == (401, {"message": "Unauthorized"})
    bad = http.call("/", headers={"X-Key": "bad"})
    assert (bad.status, bad.json()) == (403, {"message": "Forbidden"})
    good = http.call("/", headers={"X-Key": "good"})
    assert good.json()["requestContext"]["authorizer"] == {"lambda": {"user": "u1"}}


def test_an_authorizer_may_answer_with_a_policy(local_cloud: Cloud, echo: str) -> None:
    code = (
        "def handler(event, context):\n"
        "    effect = 'Allow' if event['headers']['x-key'] == 'good' else 'Deny'\n"
        "    statement = {'Action': 'execute-api:Invoke', 'Effect': effect, 'Resource': event['routeArn']}\n"
        "    policy = {'Version': '2012-10-17', 'Statement': [statement]}\n"
        "    return {'principalId': 'u', 'policyDocument': policy}\n"
    )
    http = Http(local_cloud)
    check = authorizer(local_cloud, http, code)
    http.function("GET /", echo, AuthorizationType="CUSTOM", AuthorizerId=check)
    assert http.call("/", headers={"X-Key": "bad"}).status == 403
    assert http.call("/", headers={"X-Key": "good"}).status == 200


def test_a_jwt_authorizer_takes_the_tokens_of_the_local_user_pool(local_cloud: Cloud, echo: str) -> None:
    cognito = local_cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ann")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password="Secret-123", Permanent=True)
    tokens = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": "Secret-123"},
    )["AuthenticationResult"]
    http = Http(local_cloud)
    check = http.client.create_authorizer(
        ApiId=http.id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={
            "Audience": [client],
            "Issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
        },
    )["AuthorizerId"]
    http.function("GET /", echo, AuthorizationType="JWT", AuthorizerId=check)
    reply = http.call("/", headers={"Authorization": f"Bearer {tokens['IdToken']}"})
    assert reply.json()["requestContext"]["authorizer"]["jwt"]["claims"]["aud"] == client
    assert http.call("/").status == 401
    head, body, signature = tokens["IdToken"].split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    assert http.call("/", headers={"Authorization": f"Bearer {forged}"}).status == 401


def test_a_route_may_send_to_a_queue_without_a_function(local_cloud: Cloud) -> None:
    sqs = local_cloud.client("sqs")
    queue = sqs.create_queue(QueueName="from-route")["QueueUrl"]
    http = Http(local_cloud)
    integration = http.client.create_integration(
        ApiId=http.id,
        IntegrationType="AWS_PROXY",
        IntegrationSubtype="SQS-SendMessage",
        PayloadFormatVersion="1.0",
        CredentialsArn=local_cloud.role(),
        RequestParameters={"QueueUrl": queue, "MessageBody": "$request.body"},
    )
    http.route("POST /send", integration["IntegrationId"])
    reply = http.call("/send", "POST", body=b'{"n": 1}', headers={"Content-Type": "application/json"})
    assert reply.status == 200
    received = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert [json.loads(message["Body"]) for message in received] == [{"n": 1}]


def test_the_function_in_an_integration_may_be_an_alias(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": "def handler(e, c): return c.invoked_function_arn\n"})
    lam = local_cloud.client("lambda")
    version = lam.publish_version(FunctionName=name)["Version"]
    lam.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    http = Http(local_cloud)
    http.function("GET /", f"{name}:live")
    assert http.call("/").body.decode() == f"{function_arn(name)}:live"


def test_a_stage_that_was_never_deployed_is_not_found(local_cloud: Cloud, echo: str) -> None:
    http = Http(local_cloud)
    http.stage("manual", AutoDeploy=False)
    http.function("GET /items", echo)
    assert http.call("/manual/items").status == 404
    http.client.create_deployment(ApiId=http.id, StageName="manual")
    assert http.call("/manual/items").status == 200
