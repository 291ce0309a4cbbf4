"""The overlay on moto: repairs of single operations, tried before a request reaches moto.

A repair is a function `(call, forward) -> result`. It may look at the parameters and refuse (`Refused`), ask
moto (`forward()`), change what moto answers, or answer alone. Repairs of one operation nest, the first
registered outermost. Operations without a repair pass through unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from threading import Lock
from typing import Any

from fairway.local.calls import identify, service_of
from fairway.local.fidelity.protocol import (
    Answer,
    Call,
    Params,
    Protocol,
    Refused,
    ask,
    buffered,
)
from fairway.local.wsgi import App, Environ, StartResponse

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


Preparation = Callable[[], None]
"""Patches of a service's moto module, made when the service is first called: importing them all at the start
would take seconds."""


def overlay(app: App, repairs: Repairs, prepare: Mapping[str, Preparation] | None = None) -> App:
    """`app` with the repairs in front of it."""
    waiting = dict(prepare or {})
    preparing = Lock()

    def overlaid(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = identify(environ)
        if asked is None:
            return app(environ, start_response)
        service = service_of(asked.service, environ["PATH_INFO"])
        if service in waiting:
            with preparing:
                waiting.pop(service, lambda: None)()
        chain = repairs.get((service, asked.operation))
        if chain is None:
            return app(environ, start_response)
        return _send(_answer(app, environ, service, asked.region, chain), start_response)

    return overlaid


def _answer(app: App, environ: Environ, service: str, region: str, chain: Sequence[Repair]) -> Answer:
    body = buffered(environ)
    protocol = Protocol(service, environ)
    call = Call(service, str(protocol.operation.name), protocol.params(), protocol.account(), region)

    def forward(rest: Sequence[Repair]) -> Answer:
        if not rest:
            return ask(app, environ, body, protocol)
        try:
            result = rest[0](call, lambda: forward(rest[1:]))
        except Exception as error:
            return protocol.write(refusal_of(error))
        return result if isinstance(result, Answer) else protocol.write(result)

    return forward(chain)


def refusal_of(error: Exception) -> Refused:
    """An AWS error, also one that moto raised. Any other exception is raised again."""
    if isinstance(error, Refused):
        return error
    code = getattr(error, "error_type", None) or getattr(error, "TYPE", None)
    if code is None:
        raise error
    status: Any = getattr(error, "STATUS", None) or getattr(error, "code", 400)
    return Refused(str(code), str(getattr(error, "message", error)), int(status))


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    headers = [(n, v) for n, v in answer.headers if n.lower() != "content-length"]
    headers.append(("Content-Length", str(len(answer.body))))
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    start_response(f"{answer.status} {phrase}", headers)
    return [answer.body]
