"""REST APIs answer real HTTP as API Gateway does: routing, proxy events, answers, errors, deployments."""

from __future__ import annotations

import base64
import http.client
import json
from urllib.parse import urlsplit

import pytest
from tests.local.apis_world import ECHO, Rest, call
from tests.local_cloud import Cloud


@pytest.fixture(scope="module")
def echo(local_cloud: Cloud) -> str:
    return local_cloud.function(ECHO)


@pytest.fixture(scope="module")
def api(local_cloud: Cloud, echo: str) -> Rest:
    rest = Rest(local_cloud, binaryMediaTypes=["image/*"])
    rest.function("GET", "/items/{id}", echo)
    rest.function("ANY", "/items/special", echo)
    rest.function("POST", "/items", echo)
    rest.function("ANY", "/files/{proxy+}", echo)
    rest.deploy(variables={"colour": "red"})
    return rest


def test_the_proxy_event_is_what_the_documentation_says(api: Rest) -> None:
    reply = api.call("/items/a%20b?x=1&x=2&y=", headers={"X-Thing": "t", "User-Agent": "test"})
    event = reply.json()
    assert event["resource"] == "/items/{id}"
    assert event["httpMethod"] == "GET"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"x": "2", "y": ""}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"], "y": [""]}
    assert event["headers"]["X-Thing"] == "t"
    assert event["multiValueHeaders"]["X-Thing"] == ["t"]
    assert event["stageVariables"] == {"colour": "red"}
    assert event["body"] is None
    assert event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["stage"] == "dev"
    assert context["apiId"] == api.id
    assert context["path"] == "/dev/items/a%20b"
    assert context["resourcePath"] == "/items/{id}"
    assert context["identity"]["userAgent"] == "test"


def test_an_exact_path_goes_before_a_parameter(api: Rest) -> None:
    assert api.call("/items/special").json()["resource"] == "/items/special"
    assert api.call("/items/other").json()["resource"] == "/items/{id}"


def test_a_greedy_parameter_takes_the_rest_with_encoded_slashes(api: Rest) -> None:
    event = api.call("/files/a/b%2Fc/d", method="PUT", body="x").json()
    assert event["pathParameters"] == {"proxy": "a/b/c/d"}
    assert api.call("/items/a%2Fb").json()["pathParameters"] == {"id": "a/b"}


def test_text_and_binary_bodies_arrive_as_the_media_types_say(api: Rest) -> None:
    text = api.call(
        "/items", "POST", body='{"a": "é"}'.encode(), headers={"Content-Type": "application/json"}
    ).json()
    assert text["body"] == '{"a": "é"}'
    data = bytes(range(256))
    binary = api.call("/items", "POST", body=data, headers={"Content-Type": "image/png"}).json()
    assert binary["isBase64Encoded"] is True
    assert base64.b64decode(binary["body"]) == data


def test_unknown_path_and_method_miss_an_authentication_token(api: Rest) -> None:
    for path, method in (("/nothing", "GET"), ("/items/1", "DELETE"), ("/files", "GET")):
        reply = api.call(path, method)
        assert reply.status == 403
        assert reply.json() == {"message": "Missing Authentication Token"}
        assert reply.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"


def test_unknown_stage_and_api_are_forbidden(local_cloud: Cloud, api: Rest) -> None:
    assert api.call("/items/1", stage="prod").json() == {"message": "Forbidden"}
    unknown = call(local_cloud, "/_api/abcdefghij/dev/")
    assert (unknown.status, unknown.json()) == (403, {"message": "Forbidden"})


def test_the_host_header_addresses_an_api_too(local_cloud: Cloud, api: Rest) -> None:
    for host in (f"{api.id}.execute-api.us-east-1.amazonaws.com", f"{api.id}.execute-api.localhost:4610"):
        reply = call(local_cloud, "/dev/items/7", headers={"Host": host})
        assert reply.json()["pathParameters"] == {"id": "7"}
        assert reply.json()["requestContext"]["domainName"] == host


def test_status_headers_and_binary_answer_reach_the_caller(local_cloud: Cloud) -> None:
    data = base64.b64encode(bytes(range(200))).decode()
    code = (
        "def handler(event, context):\n"
        "    return {'statusCode': 201, 'headers': {'Content-Type': 'image/png', 'X-One': 'yes'},\n"
        "            'multiValueHeaders': {'Set-Cookie': ['a=1', 'b=2']},\n"
        f"            'body': '{data}', 'isBase64Encoded': True}}\n"
    )
    rest = Rest(local_cloud, binaryMediaTypes=["image/*"])
    rest.function("GET", "/", local_cloud.function({"app.py": code}))
    rest.deploy()
    reply = rest.call("/")
    assert reply.status == 201
    assert reply.body == bytes(range(200))
    assert reply.header("X-One") == "yes"
    assert [value for key, value in reply.headers if key == "Set-Cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("def handler(event, context): return 'plain text'", 502),
        ("def handler(event, context): return {'statusCode': 200, 'body': {'a': 1}}", 502),
        ("def handler(event, context): return {'statusCode': 200, 'answer': 1}", 502),
        ("def handler(event, context): raise ValueError('no')", 502),
        ("import time\ndef handler(event, context): time.sleep(9)", 504),
    ],
    ids=["text", "object-body", "unknown-key", "exception", "timeout"],
)
def test_a_function_that_fails_or_answers_wrongly_is_a_gateway_error(
    local_cloud: Cloud, code: str, status: int
) -> None:
    rest = Rest(local_cloud)
    rest.function("GET", "/", local_cloud.function({"app.py": code}, Timeout=1))
    rest.deploy()
    reply = rest.call("/")
    words = {502: "Internal server error", 504: "Endpoint request timed out"}
    assert (reply.status, reply.json()) == (status, {"message": words[status]})


def test_a_missing_permission_is_an_internal_error_that_says_why(local_cloud: Cloud, echo: str) -> None:
    rest = Rest(local_cloud)
    rest.function("GET", "/", echo, permitted=False)
    rest.deploy()
    reply = rest.call("/")
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    assert "AWS::Lambda::Permission" in (reply.header("x-fairway-reason") or "")


def test_changed_methods_are_not_live_before_the_next_deployment(local_cloud: Cloud, echo: str) -> None:
    rest = Rest(local_cloud)
    rest.function("GET", "/one", echo)
    rest.deploy()
    rest.function("GET", "/two", echo)
    rest.client.delete_method(restApiId=rest.id, resourceId=rest.resource("/one"), httpMethod="GET")
    assert rest.call("/one").status == 200
    assert rest.call("/two").status == 403
    rest.deploy()
    assert rest.call("/one").status == 403
    assert rest.call("/two").status == 200


def test_a_mock_integration_answers_preflights(local_cloud: Cloud) -> None:
    rest = Rest(local_cloud)
    parameters = {
        "method.response.header.Access-Control-Allow-Origin": "'*'",
        "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
    }
    rest.integrate(
        "OPTIONS",
        "/items",
        {"200": {"responseParameters": parameters, "responseTemplates": {"application/json": ""}}},
        type="MOCK",
        requestTemplates={"application/json": "{statusCode: 200}"},
    )
    rest.deploy()
    reply = rest.call("/items", "OPTIONS")
    assert reply.status == 200
    assert reply.header("Access-Control-Allow-Origin") == "*"
    assert reply.header("Access-Control-Allow-Methods") == "GET,OPTIONS"


def test_gateway_responses_replace_words_and_headers(local_cloud: Cloud, echo: str) -> None:
    rest = Rest(local_cloud)
    rest.function("GET", "/", echo)
    rest.client.put_gateway_response(
        restApiId=rest.id,
        responseType="DEFAULT_4XX",
        responseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
        responseTemplates={"application/json": '{"error": $context.error.messageString}'},
    )
    rest.deploy()
    reply = rest.call("/nothing")
    assert reply.status == 403
    assert reply.json() == {"error": "Missing Authentication Token"}
    assert reply.header("Access-Control-Allow-Origin") == "*"


def test_an_api_key_is_wanted_where_the_method_says_so(local_cloud: Cloud, echo: str) -> None:
    rest = Rest(local_cloud)
    rest.function("GET", "/", echo, apiKeyRequired=True)
    rest.deploy()
    key = rest.client.create_api_key(name="key", enabled=True)
    plan = rest.client.create_usage_plan(name="plan", apiStages=[{"apiId": rest.id, "stage": "dev"}])
    assert rest.call("/").json() == {"message": "Forbidden"}
    assert rest.call("/", headers={"x-api-key": key["value"]}).status == 403
    rest.client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    reply = rest.call("/", headers={"x-api-key": key["value"]})
    assert reply.status == 200
    assert reply.json()["requestContext"]["identity"]["apiKeyId"] == key["id"]


def test_a_request_validator_refuses_before_the_function_runs(local_cloud: Cloud, echo: str) -> None:
    rest = Rest(local_cloud)
    validator = rest.client.create_request_validator(
        restApiId=rest.id, name="all", validateRequestBody=True, validateRequestParameters=True
    )
    schema = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    rest.client.create_model(
        restApiId=rest.id, name="Thing", contentType="application/json", schema=json.dumps(schema)
    )
    rest.function(
        "POST",
        "/",
        echo,
        requestValidatorId=validator["id"],
        requestModels={"application/json": "Thing"},
        requestParameters={"method.request.querystring.q": True},
    )
    rest.deploy()
    missing = rest.call("/", "POST", body='{"name": "x"}')
    assert (missing.status, missing.json()) == (400, {"message": "Missing required request parameters: [q]"})
    wrong = rest.call("/?q=1", "POST", body='{"name": 3}')
    assert (wrong.status, wrong.json()) == (400, {"message": "Invalid request body"})
    assert rest.call("/?q=1", "POST", body='{"name": "x"}').status == 200


def test_headers_keep_their_case_and_their_several_values(local_cloud: Cloud, api: Rest) -> None:
    parts = urlsplit(local_cloud.endpoint)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.putrequest("GET", f"/_api/{api.id}/dev/items/1")
    connection.putheader("x-lower-Mixed", "one")
    connection.putheader("x-lower-Mixed", "two")
    connection.endheaders()
    event = json.loads(connection.getresponse().read())
    connection.close()
    assert event["headers"]["x-lower-Mixed"] == "two"
    assert event["multiValueHeaders"]["x-lower-Mixed"] == ["one", "two"]
