"""The faults in front of everything else that answers AWS calls."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from fairway.local.answers import answer
from fairway.local.calls import identify, service_of
from fairway.local.faults import collisions, distributions, functions, lag, names, propagation, tables
from fairway.local.faults.board import Board
from fairway.local.fidelity.overlay import overlay, registry
from fairway.local.wsgi import App, Environ, StartResponse


def faulty(app: App, board: Board) -> App:
    """`app`, refusing and not answering as the board says; nothing is read while all is off."""
    layers = (propagation, names, lag, functions, tables, distributions, collisions)
    unkind = overlay(app, registry(*(layer.rows(board) for layer in layers)))

    def wrapped(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        call = identify(environ) if board.faults else None
        if call is None:
            return app(environ, start_response)
        service = service_of(call.service, environ["PATH_INFO"])
        refused = board.refusal(service, call.operation)
        if refused:
            return answer(call, refused.status, refused.code, refused.message, start_response)
        answered = unkind(environ, start_response)
        return _hang_up(environ, answered) if board.drops(service, call.operation) else answered

    return wrapped


def _hang_up(environ: Environ, answered: Iterable[bytes]) -> Iterable[bytes]:
    """Let the call take effect, then close the connection: the answer cannot be sent any more."""
    for _ in answered:
        pass
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return []
