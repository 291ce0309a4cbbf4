"""One AWS call as data: which operation a request asks for, with which parameters, and how to answer it.

Everything protocol-specific (query, JSON, REST-JSON, REST-XML, and their errors) is left to moto's own
routers, parsers and serializers, which read the API models that botocore carries. So a repair of one
operation is a function from parameters to a result and knows nothing of HTTP.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fairway.local.wsgi import App, Environ

Params = dict[str, Any]

MOTO_MODULE = {"lambda": "awslambda"}
"""Where moto's package is not named as botocore's service."""

_RESPONSE_HEADERS_OF_THE_BODY = {"content-length", "content-type", "transfer-encoding", "x-amz-crc32"}


class Refused(Exception):
    """An AWS error to answer with; `code` is the error's name in the service's API model."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Call:
    """A recognised request. `params` has the member names of the operation's input shape."""

    service: str
    operation: str
    params: Params
    account: str
    region: str

    def backend(self) -> Any:
        """moto's backend that holds this call's resources (made on first use)."""
        from moto.backends import get_backend

        if self.service == "stepfunctions":
            from moto.stepfunctions.responses import get_backend as executing_backend

            return executing_backend(self.account, self.region)
        regions = get_backend(MOTO_MODULE.get(self.service, self.service))[self.account]  # type: ignore[call-overload]
        # moto keeps these once per partition, under the partition's name.
        return regions["aws" if self.service in ("s3", "iam", "cloudfront") else self.region]


@dataclass
class Answer:
    """What the application below answered; `data` is its body as the operation's output shape."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    parse: Callable[[Answer], Params] = field(repr=False)

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def data(self) -> Params:
        return self.parse(self)


def buffered(environ: Environ) -> bytes:
    """The request's body, left in place to be read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


class Protocol:
    """Reads and answers the calls of one operation of one request."""

    def __init__(self, service: str, environ: Environ) -> None:
        from moto.core.request import Request, determine_request_protocol
        from moto.core.routing import get_service_router
        from moto.core.utils import get_service_model

        self.service = service
        self.environ = environ
        self.model = get_service_model(service)
        self.request = Request(dict(environ))
        self.name = determine_request_protocol(self.model, self.request.content_type)
        self.operation, self.uri_params = get_service_router(service).match(self.request)

    def params(self) -> Params:
        from moto.core.parse import PROTOCOL_PARSERS

        parsed: Params = PROTOCOL_PARSERS[self.name](self.operation).parse(
            {
                "method": self.request.method,
                "values": self.request.values,
                "headers": self.request.headers,
                "body": self.request.data,
                "url_path": self.request.path,
                "url_params": self.uri_params,
            }
        )
        return parsed

    def account(self) -> str:
        from moto.core.responses import BaseResponse
        from moto.iam.models import get_account_id_from

        match = BaseResponse.access_key_regex.search(self.environ.get("HTTP_AUTHORIZATION", ""))
        return str(get_account_id_from(match.group(1) if match else "AKIAEXAMPLE"))

    def read(self, answer: Answer) -> Params:
        """An answer's body as the operation's output shape, with Python values for times and numbers."""
        from botocore.parsers import create_parser

        response = {
            "body": answer.body,
            "headers": {name.lower(): value for name, value in answer.headers},
            "status_code": answer.status,
        }
        parsed: Params = create_parser(self.name).parse(response, self.operation.output_shape)
        parsed.pop("ResponseMetadata", None)
        return parsed

    def write(self, result: Params | Refused, headers: list[tuple[str, str]] | None = None) -> Answer:
        from moto.core.serialize import get_serializer_class

        serializer = get_serializer_class(self.service, self.name)(operation_model=self.operation)
        written = serializer.serialize(result)
        body = written["body"]
        status = result.status if isinstance(result, Refused) else int(written["status_code"])
        kept = [(n, v) for n, v in headers or [] if n.lower() not in _RESPONSE_HEADERS_OF_THE_BODY]
        written_headers = [(n, str(v)) for n, v in written["headers"].items()]
        replaced = {n.lower() for n, _ in written_headers}
        return Answer(
            status,
            [(n, v) for n, v in kept if n.lower() not in replaced] + written_headers,
            body if isinstance(body, bytes) else body.encode(),
            self.read,
        )


def ask(app: App, environ: Environ, body: bytes, protocol: Protocol) -> Answer:
    """What `app` answers to the request, held in memory."""
    head: list[Any] = []
    environ = {**environ, "wsgi.input": io.BytesIO(body)}
    chunks = app(environ, lambda status, headers, _exc=None: head.extend((status, headers)))
    try:
        content = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    return Answer(int(str(head[0]).split()[0]), list(head[1]), content, protocol.read)
