"""One process that runs one version of a function, one event at a time, over a Runtime API of its own.

Each worker has its own listener because AWS_LAMBDA_RUNTIME_API is host and port only: a path in it would not
survive the runtime clients that others have written.
"""

from __future__ import annotations

import os
import queue
import select
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from fairway.local.functions.launch import Launch
from fairway.local.functions.memory import peak_memory
from fairway.local.functions.output import Output
from fairway.local.functions.reaper import Reaper, kill_group
from fairway.local.wsgi import Environ, Server, StartResponse

_RUNTIME = "/2018-06-01/runtime/"
_INIT_SECONDS = 10.0  # docs: lambda/latest/dg/lambda-runtime-environment.html, "Init phase": 10 seconds
_LOOK_AT_MEMORY_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Event:
    """One invocation as a worker gets it; `deadline` in seconds since 1970."""

    request_id: str
    arn: str
    payload: bytes
    deadline: float
    client_context: str = ""


Ending = Literal["ready", "response", "error", "exited", "timeout", "memory", "gone"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended; `payload` is the worker's answer, or what its exit code was in words.

    "gone": the worker ended before it took the event, which may therefore be given to another one.
    """

    ending: Ending
    payload: bytes = b""


class Worker:
    """Starts the process; `run` is called by one thread at a time, `kill` by any."""

    def __init__(self, launch: Launch, memory: int, reaper: Reaper, clock: Callable[[], float]) -> None:
        """`memory` in MB. Raises OSError when the program cannot be started."""
        self._memory = memory
        self._reaper = reaper
        self._clock = clock
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._asked = False
        self._taken = ""  # the id of the event that the process has got and not answered yet
        self._ended = False
        self._server = Server("127.0.0.1", 0, self._runtime_api)
        threading.Thread(target=self._server.serve_forever, name="runtime api", daemon=True).start()
        self.started = clock()
        self.init_seconds: float | None = None
        self._process, output = self._start(launch)
        self.output = Output(output)
        threading.Thread(target=self._watch_exit, name="worker exit", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Not killed and not known to have ended; one that is just ending still counts."""
        return not self._ended

    def run(self, event: Event) -> Outcome:
        """Hand one event over and wait for what comes of it; a worker that did not answer is dead after."""
        if self.init_seconds is None:
            failed = self._wait_for_init(event)
            if failed:
                self.kill()
                return failed
        self._events.put(event)
        outcome = self._limited(self._wait(event.deadline))
        taken = self._taken == event.request_id or outcome.ending != "exited"
        return outcome if taken else Outcome("gone")

    def kill(self) -> None:
        """End the process, its children and its listener."""
        self._ended = True
        kill_group(self.pid)
        self._events.put(None)

    def peak(self) -> int:
        """The most memory the process has held, in MB; 0 where the system does not tell."""
        return peak_memory(self.pid)

    def _start(self, launch: Launch) -> tuple[subprocess.Popen[bytes], int]:
        """The process and the reading end of what it writes."""
        environment = {**launch.environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.port}"}
        reading, writing = os.pipe()
        try:
            process = subprocess.Popen(
                launch.command,
                env=environment,
                cwd=launch.folder,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        except OSError:
            os.close(reading)
            self._close_server()
            raise
        finally:
            os.close(writing)
        self._reaper.watch(process.pid)
        return process, reading

    def _wait_for_init(self, event: Event) -> Outcome | None:
        """None when the worker has asked for its first event; a long init uses up the event's time."""
        ends = max(self.started + _INIT_SECONDS, event.deadline)
        try:
            outcome = self._outcomes.get(timeout=ends - self.started)
        except queue.Empty:
            return Outcome("timeout")
        if outcome.ending != "ready":
            return outcome
        self.init_seconds = self._clock() - self.started
        return None

    def _wait(self, deadline: float) -> Outcome:
        while True:
            remaining = deadline - self._clock()
            if remaining <= 0:
                self.kill()
                return Outcome("timeout")
            try:
                return self._outcomes.get(timeout=min(remaining, _LOOK_AT_MEMORY_EVERY))
            except queue.Empty:
                if self.peak() > self._memory:
                    self.kill()
                    return Outcome("memory")

    def _limited(self, outcome: Outcome) -> Outcome:
        """A handler that was over its limit for a moment would have been killed on AWS, fast or not."""
        if outcome.ending == "response" and self.peak() > self._memory:
            self.kill()
            return Outcome("memory")
        return outcome

    def _watch_exit(self) -> None:
        code = self._process.wait()
        self._ended = True
        self._reaper.forget(self.pid)
        self._outcomes.put(Outcome("exited", _exit_in_words(code).encode()))
        self._events.put(None)
        self._close_server()

    def _close_server(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _runtime_api(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"].removeprefix(_RUNTIME)
        if path == "invocation/next":
            return self._next(environ["werkzeug.socket"], start_response)
        headers = [("Content-Type", "application/json")]
        if path not in ("init/error", *(f"invocation/{self._taken}/{end}" for end in ("response", "error"))):
            # a late word about an event that has ended already must not be taken for the next one's answer
            start_response("400 Bad Request", headers)
            return [b'{"errorType":"InvalidRequestID"}']
        body: bytes = environ["wsgi.input"].read()
        self._outcomes.put(Outcome("response" if path.endswith("/response") else "error", body))
        start_response("202 Accepted", headers)
        return [b'{"status":"OK"}']

    def _next(self, connection: socket.socket, start_response: StartResponse) -> Iterable[bytes]:
        if not self._asked:
            self._asked = True
            self._outcomes.put(Outcome("ready"))
        event = self._events.get()
        if event is None or _hung_up(connection):
            start_response("410 Gone", [])
            return []
        self._taken = event.request_id
        headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", event.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(int(event.deadline * 1000))),
            ("Lambda-Runtime-Invoked-Function-Arn", event.arn),
            (
                "Lambda-Runtime-Trace-Id",
                f"Root=1-{int(self._clock()):08x}-{event.request_id.replace('-', '')[:24]}",
            ),
        ]
        if event.client_context:
            headers.append(("Lambda-Runtime-Client-Context", event.client_context))
        start_response("200 OK", headers)
        return [event.payload]


def _hung_up(connection: socket.socket) -> bool:
    """Whether the process at the other end is gone: it sends nothing while it waits for an event."""
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)


def _exit_in_words(code: int) -> str:
    """As Lambda words it: "exit status 1", "signal: killed"."""
    if code >= 0:
        return f"exit status {code}"
    names = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
    return f"signal: {names.get(-code, str(-code))}"
