"""REST integrations other than the Lambda proxy: mapped functions, AWS services, HTTP servers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.local.apis_world import Rest, lambda_uri, permit
from tests.local.events_world import bodies, eventually, queue
from tests.local_cloud import ACCOUNT, REGION, Cloud, unique


def test_a_mapped_function_gets_the_template_and_its_errors_are_selected(local_cloud: Cloud) -> None:
    code = (
        "def handler(event, context):\n"
        "    if event['name'] == 'nobody':\n"
        "        raise ValueError('NotFound: nobody')\n"
        "    return {'greeting': 'Hello ' + event['name'], 'stage': event['stage']}\n"
    )
    name = local_cloud.function({"app.py": code})
    rest = Rest(local_cloud)
    not_found = {
        "selectionPattern": "NotFound:.*",
        "responseTemplates": {"application/json": '{"error": "none"}'},
    }
    found = {
        "responseTemplates": {"application/json": "{\"text\": $input.json('$.greeting')}"},
        "responseParameters": {"method.response.header.X-Stage": "integration.response.body.stage"},
    }
    rest.integrate(
        "GET",
        "/hello",
        {"200": found, "404": not_found},
        type="AWS",
        integrationHttpMethod="POST",
        uri=lambda_uri(name),
        requestTemplates={
            "application/json": '{"name": "$input.params(\'name\')", "stage": "$context.stage"}',
        },
    )
    permit(local_cloud, name, rest.arn("*/*"))
    rest.deploy()
    reply = rest.call("/hello?name=Ann")
    assert (reply.status, reply.json()) == (200, {"text": "Hello Ann"})
    assert reply.header("X-Stage") == "dev"
    missing = rest.call("/hello?name=nobody")
    assert (missing.status, missing.json()) == (404, {"error": "none"})


def test_a_template_beyond_the_subset_is_an_error_that_names_it(local_cloud: Cloud) -> None:
    rest = Rest(local_cloud)
    rest.integrate(
        "GET",
        "/",
        {"200": {}},
        type="MOCK",
        requestTemplates={"application/json": "#parse('x'){statusCode: 200}"},
    )
    rest.deploy()
    reply = rest.call("/")
    assert reply.status == 500
    assert "#parse" in reply.json()["message"]


def test_an_unmapped_content_type_is_refused_when_passthrough_is_never(local_cloud: Cloud) -> None:
    rest = Rest(local_cloud)
    rest.integrate(
        "POST",
        "/",
        {"200": {}},
        type="MOCK",
        passthroughBehavior="NEVER",
        requestTemplates={"application/json": "{statusCode: 200}"},
    )
    rest.deploy()
    refused = rest.call("/", "POST", body=b"<a/>", headers={"Content-Type": "text/xml"})
    assert (refused.status, refused.json()) == (415, {"message": "Unsupported Media Type"})


def test_a_queue_is_sent_to_by_path(local_cloud: Cloud) -> None:
    url, _ = queue(local_cloud)
    rest = Rest(local_cloud)
    rest.integrate(
        "POST",
        "/send",
        {"200": {"responseTemplates": {"application/json": '{"sent": true}'}}},
        type="AWS",
        integrationHttpMethod="POST",
        credentials=local_cloud.role(),
        uri=f"arn:aws:apigateway:{REGION}:sqs:path/{ACCOUNT}/{url.rpartition('/')[2]}",
        requestParameters={"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
        requestTemplates={"application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"},
    )
    rest.deploy()
    reply = rest.call("/send", "POST", body=b'{"n": 1}')
    assert (reply.status, reply.json()) == (200, {"sent": True})
    assert bodies(local_cloud, url) == ['{"n": 1}']


def test_a_state_machine_is_started_by_action(local_cloud: Cloud) -> None:
    states = local_cloud.client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = states.create_state_machine(
        name=unique("machine"), definition=json.dumps(definition), roleArn=local_cloud.role()
    )["stateMachineArn"]
    text = "$util.escapeJavaScript($input.json('$'))"
    rest = Rest(local_cloud)
    rest.integrate(
        "POST",
        "/start",
        {"200": {}},
        type="AWS",
        integrationHttpMethod="POST",
        credentials=local_cloud.role(),
        uri=f"arn:aws:apigateway:{REGION}:states:action/StartExecution",
        requestTemplates={"application/json": f'{{"stateMachineArn": "{machine}", "input": "{text}"}}'},
    )
    rest.deploy()
    started = rest.call("/start", "POST", body=b'{"n": 1}').json()
    described = eventually(lambda: states.describe_execution(executionArn=started["executionArn"]))
    assert json.loads(described["input"]) == {"n": 1}


def test_items_are_written_and_read_in_a_table(local_cloud: Cloud) -> None:
    table = unique("table")
    local_cloud.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    rest = Rest(local_cloud)
    key = '"id": {"S": "$input.params(\'id\')"}'
    put = f'{{"TableName": "{table}", "Item": {{{key}, "v": {{"S": $input.json(\'$.v\')}}}}}}'
    get = f'{{"TableName": "{table}", "Key": {{{key}}}}}'
    answer = '{"v": "$input.path(\'$.Item.v.S\')"}'
    for method, action, template, response in (
        ("PUT", "PutItem", put, "{}"),
        ("GET", "GetItem", get, answer),
    ):
        rest.integrate(
            method,
            "/things/{id}",
            {"200": {"responseTemplates": {"application/json": response}}},
            type="AWS",
            integrationHttpMethod="POST",
            credentials=local_cloud.role(),
            uri=f"arn:aws:apigateway:{REGION}:dynamodb:action/{action}",
            requestTemplates={"application/json": template},
        )
    rest.deploy()
    assert rest.call("/things/1", "PUT", body=b'{"v": "one"}').status == 200
    assert rest.call("/things/1").json() == {"v": "one"}


class _Backend(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = 302 if self.path.startswith("/moved") else 200
        body = json.dumps({"path": self.path, "agent": self.headers.get("X-Agent")}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Backend)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_an_http_proxy_passes_path_query_and_headers_on(local_cloud: Cloud, backend: str) -> None:
    rest = Rest(local_cloud)
    where = rest.method("GET", "/{proxy+}", requestParameters={"method.request.path.proxy": True})
    rest.client.put_integration(
        **where,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri=f"{backend}/{{proxy}}",
        requestParameters={"integration.request.path.proxy": "method.request.path.proxy"},
    )
    rest.deploy()
    reply = rest.call("/a/b?x=1", headers={"X-Agent": "me"})
    assert reply.json() == {"path": "/a/b?x=1", "agent": "me"}
    moved = rest.call("/moved")
    assert (moved.status, moved.header("Location")) == (302, "/elsewhere")


def test_a_backend_that_is_down_is_a_gateway_timeout(local_cloud: Cloud) -> None:
    rest = Rest(local_cloud)
    where = rest.method("GET", "/")
    rest.client.put_integration(
        **where, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://127.0.0.1:9/"
    )
    rest.deploy()
    reply = rest.call("/")
    assert (reply.status, reply.json()) == (504, {"message": "Network error communicating with endpoint"})
