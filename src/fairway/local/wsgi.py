"""A small threaded HTTP/1.1 server for one WSGI application, on the loopback interface.

Why not werkzeug's: it closes every connection and waits up to 10 ms for stray input after each answer,
which would be most of the time of a local call; and it costs 0.15 s to import before the first byte.
Here a request's body is read completely before the application sees it, so that connections can be kept.
"""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

log = logging.getLogger(__name__)

# moto reads the spelling of S3 metadata headers with underscores from here (moto.core.request)
_ORIGINAL_NAMES = "moto.preserved_header_names"
# the headers as they were sent: WSGI loses their case and joins repeated ones, which API events tell apart
HEADERS = "fairway.headers"
_METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")
_BACKLOG = 512


class Server(ThreadingHTTPServer):
    """Serves `app`; every connection has a thread of its own."""

    daemon_threads = True
    request_queue_size = _BACKLOG
    allow_reuse_address = True

    def __init__(self, host: str, port: int, app: App) -> None:
        """Bind and listen; `port` 0 takes any free one. Raises OSError when it is taken."""
        self.app = app
        super().__init__((host, port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def server_bind(self) -> None:
        # HTTPServer would ask the resolver for this machine's name, which can take seconds
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base's names
        log.debug("connection from %s ended early", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def __getattr__(self, name: str) -> Any:
        if name.removeprefix("do_") in _METHODS:
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are counted, not logged."""

    def _serve(self) -> None:
        environ = _environ(self, self._read_body())
        answer: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            answer[:] = [status, headers]

        chunks = self.server.app(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()
        self._send(answer[0], answer[1], body)

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(iter(self._read_chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _read_chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        names = {name.lower() for name, _ in headers}
        has_body = self.command != "HEAD" and code not in ("204", "304")
        lines = [f"HTTP/1.1 {code} {reason}"]
        lines += [
            f"{name}: {value}"
            for name, value in headers
            if not (name.lower() in ("content-length", "transfer-encoding") and has_body)
        ]
        if has_body:
            lines.append(f"Content-Length: {len(body)}")
        if "date" not in names:
            lines.append(f"Date: {self.date_time_string()}")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        # one send for head and body: two would be two packets and a wait between them
        self.wfile.write(head + body if has_body else head)


def _environ(request: _Handler, body: bytes) -> Environ:
    path, _, query = request.path.partition("?")
    host, port = request.server.server_address[:2]
    environ: Environ = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "werkzeug.socket": request.connection,
        "REQUEST_METHOD": request.command,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": request.path,
        "RAW_URI": request.path,
        "REMOTE_ADDR": request.client_address[0],
        "REMOTE_PORT": request.client_address[1],
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": request.request_version,
    }
    _add_headers(environ, request.headers.items())
    environ[HEADERS] = tuple(request.headers.items())
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _add_headers(environ: Environ, headers: Iterable[tuple[str, str]]) -> None:
    original: dict[str, str] = {}
    for name, value in headers:
        if "_" in name and not name.lower().startswith("x-amz-meta-"):
            continue  # WSGI cannot tell X_Foo from X-Foo; one could pose as the other
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if "_" in name:
            original[key] = name
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ[_ORIGINAL_NAMES] = original
