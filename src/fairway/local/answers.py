"""Errors in the wire protocol of the call, so that every SDK understands them; never HTML.

moto answers what it does not implement with an HTML page of status 500 or 404, which SDKs retry and then
report as something else. Here it is status 501, which no SDK retries, naming the operation.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from xml.sax.saxutils import escape

from fairway.local.calls import CallId, identify
from fairway.local.wsgi import App, Environ, StartResponse

log = logging.getLogger(__name__)

_REASONS = {400: "Bad Request", 500: "Internal Server Error", 501: "Not Implemented"}


def error_reformatter(app: App) -> App:
    """Wraps `app`: exceptions and HTML pages become errors that an AWS SDK can read."""

    def wrapped(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        call = identify(environ)
        held: list[tuple[str, list[tuple[str, str]]]] = []

        def hold(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            held[:] = [(status, headers)]

        try:
            body = b"".join(app(environ, hold))
        except NotImplementedError as error:
            log.info("not implemented: %s (%s)", call, error)
            return not_implemented(call, start_response)
        except Exception as error:
            log.exception("unhandled error in %s", call)
            message = f"{_name(call)} failed inside the local cloud: {type(error).__name__}: {error}"
            return answer(call, 500, "InternalFailure", message, start_response)
        status, headers = held[0]
        if call and _is_moto_page(status, headers, body):
            return not_implemented(call, start_response)
        start_response(status, headers)
        return [body]

    return wrapped


def _is_moto_page(status: str, headers: list[tuple[str, str]], body: bytes) -> bool:
    """Flask's own answer to an unknown path or method; an object may be HTML too, but with status 200."""
    if status[:3] not in ("404", "405", "500"):
        return False
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    return "html" in kind and body.lstrip()[:9].lower() == b"<!doctype"


def not_implemented(call: CallId | None, start_response: StartResponse) -> Iterable[bytes]:
    """The answer to an operation that the local cloud does not have: status 501, which SDKs do not retry."""
    message = f"The local cloud does not implement {_name(call)}"
    return answer(call, 501, "NotImplemented", message, start_response)


def _name(call: CallId | None) -> str:
    if call is None:
        return "this request"
    return f"{call.service} {call.operation or 'operation of that path'}"


def answer(
    call: CallId | None, status: int, code: str, message: str, start_response: StartResponse
) -> Iterable[bytes]:
    """An error answer in the protocol of `call` (JSON when it is not an AWS call)."""
    protocol = call.protocol if call else "json"
    text, kind = escape(message), "text/xml"
    if protocol == "query":
        body = (
            f"<ErrorResponse><Error><Type>Receiver</Type><Code>{code}</Code><Message>{text}</Message></Error>"
            "<RequestId>local</RequestId></ErrorResponse>"
        ).encode()
    elif protocol == "ec2":
        error = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
        body = f"<Response><Errors>{error}</Errors><RequestID>local</RequestID></Response>".encode()
    elif protocol == "xml":
        body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>".encode()
    elif protocol == "cbor":
        body, kind = _cbor({"__type": code, "message": message}), "application/cbor"
    else:
        body, kind = json.dumps({"__type": code, "message": message}).encode(), "application/json"
    headers = [("Content-Type", kind), ("x-amzn-errortype", code)]
    if protocol == "cbor":
        headers.append(("smithy-protocol", "rpc-v2-cbor"))
    start_response(f"{status} {_REASONS.get(status, 'Error')}", headers)
    return [body]


def _cbor(value: dict[str, str]) -> bytes:
    """A map of short texts in CBOR (RFC 8949, major types 5 and 3)."""

    def text(item: str) -> bytes:
        data = item.encode()
        return b"\x79" + len(data).to_bytes(2, "big") + data

    return bytes([0xA0 + len(value)]) + b"".join(text(k) + text(v) for k, v in value.items())
