"""The HTTP server: connections are kept, bodies of every kind arrive whole, answers are exact."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterable, Iterator
from threading import Thread

import pytest

from fairway.local.wsgi import Environ, Server, StartResponse


def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answers what it was sent."""
    if environ["PATH_INFO"] == "/raises":
        raise ValueError("application error")
    status = "204 No Content" if environ["PATH_INFO"] == "/empty" else "200 OK"
    seen = {name: str(environ.get(name, "")) for name in ("RAW_URI", "PATH_INFO", "QUERY_STRING", "HTTP_X_A")}
    start_response(status, [("X-Seen", "|".join(seen.values())), ("Content-Length", "999")])
    return [b"" if status[:3] == "204" else environ["wsgi.input"].read()]


@pytest.fixture
def connection() -> Iterator[http.client.HTTPConnection]:
    server = Server("127.0.0.1", 0, app)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    yield connection
    connection.close()
    server.shutdown()
    server.server_close()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, **given: object
) -> http.client.HTTPResponse:
    connection.request(method, path, **given)  # type: ignore[arg-type]
    return connection.getresponse()


def test_a_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "POST", "/", body=b"one").read() == b"one"
    kept = connection.sock
    for method, path in (
        ("POST", "/"),
        ("HEAD", "/"),
        ("DELETE", "/empty"),
        ("PATCH", "/"),
        ("OPTIONS", "/"),
    ):
        answer = ask(connection, method, path, body=b"two")
        assert answer.read() == (b"" if path == "/empty" or method == "HEAD" else b"two")
        assert connection.sock is kept


def test_a_chunked_body_arrives_whole(connection: http.client.HTTPConnection) -> None:
    answer = ask(connection, "PUT", "/", body=iter([b"a" * 70_000, b"b"]), encode_chunked=True,
                 headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    assert answer.read() == b"a" * 70_000 + b"b"


def test_path_query_and_raw_uri_are_as_sent(connection: http.client.HTTPConnection) -> None:
    answer = ask(connection, "GET", "/a%2Fb%20c?x=%41&y", headers={"X-A": "1"})
    assert answer.headers["X-Seen"] == "/a%2Fb%20c?x=%41&y|/a/b c|x=%41&y|1"
    answer.read()


def test_a_header_with_an_underscore_cannot_pose_as_another(connection: http.client.HTTPConnection) -> None:
    answer = ask(connection, "GET", "/", headers={"X_A": "false", "X-A": "true"})
    assert answer.headers["X-Seen"].endswith("|true")
    answer.read()


def test_the_length_is_that_of_the_body(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "POST", "/", body=b"four").headers["Content-Length"] == "4"


def test_an_application_error_ends_that_connection_only(connection: http.client.HTTPConnection) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(connection, "GET", "/raises")
    connection.close()
    assert ask(connection, "POST", "/", body=b"still here").read() == b"still here"


@pytest.mark.parametrize(
    "garbage", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
)
def test_garbage_does_not_stop_the_server(connection: http.client.HTTPConnection, garbage: bytes) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=5) as stranger:
        stranger.sendall(garbage)
        stranger.recv(1000)
    assert ask(connection, "POST", "/", body=b"ok").read() == b"ok"
