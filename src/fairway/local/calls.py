"""Which AWS call a request is: service, operation and the wire protocol its answer must be in."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs

from fairway.local.wsgi import Environ

Protocol = Literal["json", "query", "ec2", "xml", "cbor"]

# Operation names are verbs first; these verbs change nothing (BC: the operation lists of all services).
# fairway/aws/session.py has those that Fairway itself sends; neither may know the other.
_READS = re.compile(
    r"^(Get|List|Describe|Head|BatchGet|Query|Scan|Select|Search|Lookup|Filter|Test|Validate|Simulate|Estimate"
    r"|TransactGet|Preview|Check|Verify)(?![a-z])"
)
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_KNOWN = "fairway.call"  # several layers ask; finding a REST operation is not free
# signing name -> botocore's service name, where they differ (botocore, endpoint metadata)
_SERVICE_OF_SIGNING_NAME = {
    "tagging": "resourcegroupstaggingapi",
    "elasticfilesystem": "efs",
    "eventbridge": "events",
    "execute-api": "apigatewaymanagementapi",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
}
_XML_SERVICES = {"s3", "cloudfront", "route53"}


@dataclass(frozen=True, slots=True)
class CallId:
    """One AWS call. `operation` is empty when no operation of the service fits the request."""

    service: str
    operation: str
    region: str
    protocol: Protocol

    @property
    def is_read(self) -> bool:
        return bool(_READS.match(self.operation))


def service_of(signing_name: str, path: str) -> str:
    """botocore's service name of a request signed for `signing_name`."""
    if signing_name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    return _SERVICE_OF_SIGNING_NAME.get(signing_name, signing_name)


def identify(environ: Environ) -> CallId | None:
    """The AWS call in `environ`, or None for a plain web request (no signature, no X-Amz-Target)."""
    if _KNOWN not in environ:
        environ[_KNOWN] = _identify(environ)
    known: CallId | None = environ[_KNOWN]
    return known


def _identify(environ: Environ) -> CallId | None:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "")) or _presigned(environ)
    if not scope and not target:
        return None
    service = scope["service"].lower() if scope else target.partition(".")[0].lower()
    region = scope["region"] if scope else ""
    operation, protocol = _operation(environ, service, target)
    return CallId(service, operation, region, protocol)


def _presigned(environ: Environ) -> re.Match[str] | None:
    credential = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    return _SCOPE.search(f"Credential={credential}")


def _operation(environ: Environ, service: str, target: str) -> tuple[str, Protocol]:
    path = environ["PATH_INFO"]
    if target:
        return target.rpartition(".")[2], "json"
    if "/operation/" in path and "HTTP_SMITHY_PROTOCOL" in environ:
        return path.rpartition("/operation/")[2], "cbor"
    action = _action(environ)
    if action:
        return action, "ec2" if service == "ec2" else "query"
    return _rest_operation(environ, service), "xml" if service in _XML_SERVICES else "json"


def _action(environ: Environ) -> str:
    fields = parse_qs(environ.get("QUERY_STRING", ""))
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        fields |= parse_qs(body.decode("utf-8", "replace"))
    return str(fields.get("Action", [""])[0])


def _rest_operation(environ: Environ, service: str) -> str:
    from botocore.exceptions import UnknownServiceError
    from moto.core.request import Request
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import HTTPException

    try:
        operation, _ = get_service_router(service_of(service, environ["PATH_INFO"])).match(
            Request(dict(environ))
        )
    except (HTTPException, NotImplementedError, UnknownServiceError):
        return ""
    return str(operation.name)
