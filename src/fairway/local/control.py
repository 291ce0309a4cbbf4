"""What Fairway itself asks of its local cloud, under `/_fairway/`: status, reset, faults, call counts.

GET    /_fairway/identity   whose daemon this is; quick
GET    /_fairway/status     what runs and what it can do
POST   /_fairway/reset      everything emptied, same endpoint
GET    /_fairway/latency    {"milliseconds", "jitter", "seed"}
PUT    /_fairway/latency    injected before every AWS call from then on
GET    /_fairway/faults     {"throttling": 1.0, "errors": 0.02, …}; see fairway/local/faults/settings.py
PUT    /_fairway/faults     the switches given, as numbers, booleans or text; the others stay
GET    /_fairway/calls      {"reads", "writes", "operations": {"lambda.GetFunction": 3, …}}
DELETE /_fairway/calls      counted from zero again
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from fairway.local.calls import CallId, identify
from fairway.local.faults.board import Board
from fairway.local.faults.settings import Faults
from fairway.local.wsgi import App, Environ, StartResponse
from fairway.model.errors import WrongInput

log = logging.getLogger(__name__)

PREFIX = "/_fairway/"


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds added to every AWS call, plus or minus a share `jitter` (0 to 1) drawn from `seed`."""

    milliseconds: float = 0
    jitter: float = 0
    seed: int = 0


class Meter:
    """Counts AWS calls and delays them; safe to use from many threads."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._lock = threading.Lock()
        self._counts: Counter[CallId] = Counter()
        self.set_latency(Latency())

    def set_latency(self, latency: Latency) -> None:
        with self._lock:
            self.latency = latency
            self._random = random.Random(latency.seed)

    def record(self, call: CallId) -> None:
        with self._lock:
            self._counts[call] += 1
            spread = self.latency.jitter * self._random.uniform(-1, 1) if self.latency.jitter else 0
            seconds = self.latency.milliseconds * (1 + spread) / 1000
        if seconds > 0:
            self._sleep(seconds)

    def counts(self) -> dict[str, Any]:
        with self._lock:
            counts = Counter(self._counts)
        operations: Counter[str] = Counter()
        for call, number in counts.items():
            operations[f"{call.service}.{call.operation}"] += number
        reads = sum(number for call, number in counts.items() if call.is_read)
        return {
            "reads": reads,
            "writes": counts.total() - reads,
            "operations": dict(sorted(operations.items())),
        }

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()


def metered(app: App, meter: Meter) -> App:
    """Counts and delays every AWS call on its way to `app`; web requests pass untouched."""

    def wrapped(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        call = identify(environ)
        if call:
            meter.record(call)
        return app(environ, start_response)

    return wrapped


class Control:
    """Answers `/_fairway/…` and passes everything else on."""

    def __init__(
        self,
        app: App,
        meter: Meter,
        board: Board,
        *,
        identity: Callable[[], dict[str, Any]],
        status: Callable[[], dict[str, Any]],
        reset: Callable[[], None],
    ) -> None:
        self._app = app
        self._meter = meter
        self._board = board
        self._routes: dict[tuple[str, str], Callable[[bytes], Any]] = {
            ("GET", "identity"): lambda _: identity(),
            ("GET", "status"): lambda _: status(),
            ("POST", "reset"): lambda _: self._reset(reset),
            ("GET", "latency"): lambda _: asdict(meter.latency),
            ("PUT", "latency"): self._set_latency,
            ("GET", "faults"): lambda _: self.faults().as_json(),
            ("PUT", "faults"): self._set_faults,
            ("GET", "calls"): lambda _: meter.counts(),
            ("DELETE", "calls"): lambda _: meter.clear(),
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self._app(environ, start_response)
        if "HTTP_ORIGIN" in environ:
            # Any page that is open in this machine's browser can send a request here, though not read it.
            return _json(start_response, "403 Forbidden", {"message": "not for web pages"})
        route = self._routes.get((environ["REQUEST_METHOD"], path.removeprefix(PREFIX)))
        if route is None:
            return _json(start_response, "404 Not Found", {"message": f"no such control endpoint: {path}"})
        try:
            result = route(environ["wsgi.input"].read())
        except (ValueError, TypeError, WrongInput) as error:
            return _json(start_response, "400 Bad Request", {"message": str(error)})
        except Exception as error:
            log.exception("control endpoint %s", path)
            return _json(start_response, "500 Internal Server Error", {"message": str(error)})
        return _json(start_response, "200 OK", result if result is not None else {})

    def faults(self) -> Faults:
        """What is on; latency is the meter's, which has a control of its own."""
        latency = self._meter.latency
        return Faults(
            {**self._board.faults.values, "latency": latency.milliseconds, "jitter": latency.jitter}
        )

    def _set_faults(self, body: bytes) -> dict[str, float]:
        given = json.loads(body)
        if not isinstance(given, dict):
            raise TypeError("give an object with the switches to be set")
        faults = self.faults().changed(given)
        self._meter.set_latency(Latency(faults["latency"], faults["jitter"], int(faults["seed"])))
        self._board.set(faults)
        return faults.as_json()

    def _reset(self, reset: Callable[[], None]) -> None:
        reset()
        self._meter.set_latency(Latency())

    def _set_latency(self, body: bytes) -> dict[str, Any]:
        given = json.loads(body)
        unknown = set(given) - {field.name for field in fields(Latency)}
        if unknown:
            raise ValueError(f"unknown setting: {', '.join(sorted(unknown))}")
        self._meter.set_latency(Latency(**given))
        return asdict(self._meter.latency)


def _json(start_response: StartResponse, status: str, value: Any) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(value).encode()]
