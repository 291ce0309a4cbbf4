"""What stands behind an API method that is no Lambda proxy: HTTP servers, AWS services, functions, MOCK."""

from __future__ import annotations

import http.client
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fairway.local.apis.gateway_errors import GatewayError
from fairway.local.apis.mapping import Answer
from fairway.local.apis.messages import HOP_BY_HOP

# X-Amz-Target prefixes of the JSON services (botocore service models, metadata.targetPrefix).
_TARGETS = {
    "dynamodb": ("DynamoDB_20120810", "1.0"),
    "events": ("AWSEvents", "1.1"),
    "kinesis": ("Kinesis_20131202", "1.1"),
    "logs": ("Logs_20140328", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "ssm": ("AmazonSSM", "1.1"),
    "states": ("AWSStepFunctions", "1.0"),
}
# Versions of the services that are called in the query protocol.
_QUERY_VERSIONS = {"sns": "2010-03-31", "sqs": "2012-11-05"}
_SERVICE_URI = re.compile(
    r"arn:[\w-]+:apigateway:(?P<region>[\w-]+):(?P<service>[\w.-]+):(?P<kind>action|path)/(?P<rest>.*)"
)


@dataclass(frozen=True)
class Outgoing:
    """A request to a backend."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: float


def service_request(
    uri: str, method: str, headers: Mapping[str, str], body: str, query: Mapping[str, str]
) -> Outgoing:
    """The request that an `arn:aws:apigateway:REGION:SERVICE:action/…` or `:path/…` URI stands for.

    Raises GatewayError for services whose protocol is not known here.
    """
    match = _SERVICE_URI.match(uri)
    if match is None:
        raise GatewayError("API_CONFIGURATION_ERROR", f"{uri} is not an AWS integration URI")
    service = match["service"].rpartition(".")[2]
    signed = {**headers, "Authorization": _signature_for(service, match["region"])}
    path, url_query = ("/", dict(query)) if match["kind"] == "action" else (f"/{match['rest']}", dict(query))
    if match["kind"] == "action":
        signed, body = _action(service, match["rest"], signed, body, url_query)
        url_query = {}
    elif service in _QUERY_VERSIONS and "Action=" in body and "Version=" not in body:
        body += f"&Version={_QUERY_VERSIONS[service]}"
    url = f"http://{service}.{match['region']}.amazonaws.com{path}"
    if url_query:
        url += f"?{urlencode(url_query)}"
    return Outgoing(method, url, signed, body.encode(), 29.0)


def _action(
    service: str, action: str, headers: dict[str, str], body: str, query: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    action_name = action.partition("&")[0]
    if service in _QUERY_VERSIONS and (query or service not in _TARGETS or not body.lstrip().startswith("{")):
        form = {"Action": action_name, "Version": _QUERY_VERSIONS[service], **query}
        content = urlencode(form) + (f"&{body}" if "=" in body else "")
        return {**headers, "Content-Type": "application/x-www-form-urlencoded"}, content
    if service not in _TARGETS:
        reason = f"the local cloud cannot integrate an API with {service}:{action_name}"
        raise GatewayError("API_CONFIGURATION_ERROR", reason, reason)
    prefix, version = _TARGETS[service]
    extra = {"X-Amz-Target": f"{prefix}.{action_name}", "Content-Type": f"application/x-amz-json-{version}"}
    return {**headers, **extra}, body


def _signature_for(service: str, region: str) -> str:
    """moto finds the service by the credential scope; it does not verify signatures."""
    scope = f"20260101/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential=fairway/{scope}, SignedHeaders=host, Signature=0"


def call_service(app: Callable[..., Any], outgoing: Outgoing) -> Answer:
    """Send a request to the AWS services of this local cloud, without a socket."""
    path, _, query = outgoing.url.partition("://")[2].partition("/")[2].partition("?")
    host = outgoing.url.partition("://")[2].partition("/")[0]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": outgoing.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": f"/{path}",
        "QUERY_STRING": query,
        "RAW_URI": f"/{path}" + (f"?{query}" if query else ""),
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "CONTENT_LENGTH": str(len(outgoing.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(outgoing.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in outgoing.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:  # noqa: ARG001
        started[:] = [int(status.split()[0]), dict(headers)]

    body = b"".join(app(environ, start_response)).decode(errors="replace")
    return Answer(started[0], started[1], body, str(started[0]))


def call_http(outgoing: Outgoing) -> tuple[int, list[tuple[str, str]], bytes]:
    """Send a request to an HTTP server. Raises GatewayError (504) when it does not answer."""
    request = urllib.request.Request(
        outgoing.url, data=outgoing.body or None, headers=dict(outgoing.headers), method=outgoing.method
    )
    try:
        with _NO_REDIRECTS.open(request, timeout=outgoing.timeout) as answer:
            return answer.status, _end_to_end(answer.getheaders()), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, _end_to_end(list(error.headers.items())), error.read()
    except TimeoutError as error:
        raise GatewayError("INTEGRATION_TIMEOUT", f"{outgoing.url} did not answer in time") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise GatewayError("INTEGRATION_FAILURE", f"{outgoing.url}: {error}") from error


class _KeepRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is the client's business: API Gateway passes it on."""

    def redirect_request(self, *_: Any) -> None:
        return None


_NO_REDIRECTS = urllib.request.build_opener(urllib.request.ProxyHandler({}), _KeepRedirects)


def _end_to_end(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in headers if pair[0].lower() not in HOP_BY_HOP]


def mock_answer(body: str) -> Answer:
    """A MOCK integration's answer: the statusCode that its request template renders. Raises GatewayError
    (500)."""
    try:
        # API Gateway reads this document leniently: `{statusCode: 200}` is common in templates.
        document = json.loads(re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', body) or "{}")
        status = int(document["statusCode"])
    except (ValueError, KeyError, TypeError) as error:
        raise GatewayError(
            "API_CONFIGURATION_ERROR", f"the MOCK template renders no statusCode: {body!r}"
        ) from error
    return Answer(status, {}, "", str(status))
