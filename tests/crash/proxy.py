"""What stands between Fairway and the cloud: passes calls on, and lets tests come in between.

Every answer of an `Interference` is for one call of one connection; a connection keeps the interference it
was opened under, so that what a killed run still had on its way meets nothing that is meant for the next.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal, Protocol
from urllib.parse import parse_qs

from fairway.local.calls import CallId
from fairway.local.wsgi import HEADERS, Environ, Server, StartResponse

Kind = Literal["before", "after"]
KINDS: tuple[Kind, ...] = ("before", "after")
STATE_BUCKET = "fairway-state-crash"
_SAFE_METHODS = ("GET", "HEAD")


class Verdict(Enum):
    """What becomes of a call."""

    PASS = auto()
    LOSE = auto()
    """The connection ends without an answer."""
    REFUSE = auto()
    """503, as of a service that is overloaded."""


@dataclass(frozen=True)
class Call:
    """One request. `name` is the operation where the protocol tells it, else method and path."""

    name: str
    mutates: bool
    on_state: bool
    """Whether it is for the bucket in which Fairway keeps its state."""


class Interference(Protocol):
    """Decides about calls; asked from many threads."""

    def before(self, call: Call) -> Verdict:
        """What becomes of a call that has arrived."""
        ...

    def after(self, call: Call) -> Verdict:
        """What becomes of the answer of a call that has taken effect."""
        ...


class Nothing:
    """Lets everything pass."""

    def before(self, call: Call) -> Verdict:
        return Verdict.PASS

    def after(self, call: Call) -> Verdict:
        return Verdict.PASS


@dataclass
class Strike:
    """Counts the calls that change something, from 1, and kills at number `at`; 0 only counts.

    `kind` says when: before the call is passed on, or after it took effect and before the answer is. From
    then on nothing passes: what the killed run had sent and this has not seen yet never left the machine.
    """

    at: int = 0
    kind: Kind = "before"
    kill: Callable[[], None] = lambda: None
    calls: list[str] = field(default_factory=list)
    struck: str = ""
    """The call at which it killed."""
    _chosen: Call | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def before(self, call: Call) -> Verdict:
        with self._turn:
            if self.struck:
                return Verdict.LOSE
            if call.mutates:
                self.calls.append(call.name)
                if len(self.calls) == self.at:
                    self._chosen = call
                    if self.kind == "before":
                        return self._strike(call)
            return Verdict.PASS

    def after(self, call: Call) -> Verdict:
        with self._turn:
            if call is self._chosen:
                return self._strike(call)
            return Verdict.LOSE if self.struck else Verdict.PASS

    def _strike(self, call: Call) -> Verdict:
        self.struck = call.name
        self.kill()
        return Verdict.LOSE


class Proxy:
    """Listens on a port of its own until `close`; `port` is where the cloud is."""

    def __init__(self, port: int) -> None:
        self.interference: Interference = Nothing()
        self._upstream = port
        self._connection = threading.local()
        self._under_way = 0
        self._quiet = threading.Condition()
        self._server = Server("127.0.0.1", 0, self._answer)
        self.endpoint = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settle(self) -> None:
        """Return when no call is on its way any more: what was passed on has taken effect."""
        with self._quiet:
            if not self._quiet.wait_for(lambda: self._under_way == 0, timeout=60):
                raise TimeoutError(f"{self._under_way} calls do not end")

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._quiet:
            self._under_way += 1
        try:
            yield
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        call = seen(environ)
        interference = self._interference_of_connection()
        with self._counted():
            if _passes(interference.before(call), start_response):
                status, headers, body = self._forward(environ)
                if _passes(interference.after(call), start_response):
                    start_response(status, headers)
                    return [body]
        return [b""]

    def _interference_of_connection(self) -> Interference:
        """The server has one thread for each connection."""
        if not hasattr(self._connection, "interference"):
            self._connection.interference = self.interference
            self._connection.upstream = http.client.HTTPConnection("127.0.0.1", self._upstream)
        found: Interference = self._connection.interference
        return found

    def _forward(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        upstream: http.client.HTTPConnection = self._connection.upstream
        headers = {name: value for name, value in environ[HEADERS] if name.lower() not in _OF_ONE_HOP}
        body = environ["wsgi.input"].read()
        upstream.request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], body, headers)
        answer = upstream.getresponse()
        return f"{answer.status} {answer.reason}", answer.getheaders(), answer.read()


_OF_ONE_HOP = ("content-length", "transfer-encoding", "connection", "expect")


def _passes(verdict: Verdict, start_response: StartResponse) -> bool:
    """Whether a call or its answer goes on; a refusal has been answered. Raises to end the connection."""
    if verdict is Verdict.LOSE:
        raise ConnectionAbortedError
    if verdict is Verdict.REFUSE:
        start_response("503 Service Unavailable", [])
    return verdict is Verdict.PASS


def seen(environ: Environ) -> Call:
    """What a request is. REST operations go by their method: to tell them apart takes all of moto."""
    name = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or _action(environ)
    if name:
        return Call(name, not CallId("", name, "", "json").is_read, on_state=False)
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    on_state = path.startswith(f"/{STATE_BUCKET}/")
    return Call(f"{method} {path}", method not in _SAFE_METHODS, on_state)


def _action(environ: Environ) -> str:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    body = environ["wsgi.input"]
    fields = parse_qs(body.read().decode())
    body.seek(0)
    return str(fields.get("Action", [""])[0])
