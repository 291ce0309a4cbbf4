"""The overlay on moto: repairs of single operations, tried before a request reaches moto.

A repair is a function `(call, forward) -> result`. It may look at the parameters and refuse (raise `Refused`),
ask moto (`forward()`), change what moto answers, or answer alone. Repairs of one operation nest, the first
registered outermost. Operations without a repair pass through unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus

from fairway.local.fidelity.calls import (
    Answer,
    Call,
    Environ,
    Params,
    Protocol,
    Refused,
    StartResponse,
    WsgiApp,
    ask,
    buffered,
    scope,
)

Forward = Callable[[], Answer]
Repair = Callable[[Call, Forward], "Answer | Params"]
Repairs = dict[tuple[str, str], list[Repair]]


def registry(*tables: Iterable[tuple[str, str, Repair]]) -> Repairs:
    """Rows of (service, operation, repair), grouped by operation."""
    found: Repairs = {}
    for table in tables:
        for service, operation, repair in table:
            found.setdefault((service, operation), []).append(repair)
    return found


def overlay(app: WsgiApp, repairs: Repairs) -> WsgiApp:
    services = {service for service, _ in repairs}

    def overlaid(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        signed = scope(environ)
        if signed is None or signed[0] not in services:
            return app(environ, start_response)
        service, region = signed
        # Objects stream through: only S3's small settings documents are ever read here.
        if service != "s3":
            buffered(environ)
        protocol = Protocol(service, environ)
        operation = protocol.route()
        chain = repairs.get((service, operation or ""), [])
        if not chain:
            _rewind(environ)
            return app(environ, start_response)
        answer = _answer(app, environ, protocol, chain, region)
        return _send(answer, start_response)

    return overlaid


def _rewind(environ: Environ) -> None:
    stream = environ["wsgi.input"]
    if hasattr(stream, "seekable") and stream.seekable():
        stream.seek(0)


def _answer(
    app: WsgiApp, environ: Environ, protocol: Protocol, chain: Sequence[Repair], region: str
) -> Answer:
    _rewind(environ)
    body = buffered(environ)
    protocol.request = type(protocol.request)(dict(environ))
    call = Call(protocol.service, str(protocol.operation.name), protocol.params(), protocol.account(), region)

    def forward(rest: Sequence[Repair]) -> Answer:
        if not rest:
            return ask(app, environ, body, protocol)
        try:
            result = rest[0](call, lambda: forward(rest[1:]))
        except Refused as refusal:
            return protocol.write(refusal)
        return result if isinstance(result, Answer) else protocol.write(result)

    return forward(chain)


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    headers = [(n, v) for n, v in answer.headers if n.lower() != "content-length"]
    headers.append(("Content-Length", str(len(answer.body))))
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    start_response(f"{answer.status} {phrase}", headers)
    return [answer.body]
