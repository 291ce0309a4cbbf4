"""Runs a function once: a worker from the pool, the event in, the answer and the log lines out."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fairway.local.functions.builtin import make_builtin
from fairway.local.functions.launch import plan_launch
from fairway.local.functions.model import (
    Credentials,
    FunctionSpec,
    LogLine,
    LogSink,
    Measured,
    Meter,
    Throttled,
)
from fairway.local.functions.packages import Packages
from fairway.local.functions.pool import Pool, Warm
from fairway.local.functions.reaper import Reaper
from fairway.local.functions.report import closing_lines, opening_lines, tail
from fairway.local.functions.runtimes import Interpreter, interpreter
from fairway.local.functions.worker import Event, Outcome, Worker

_LARGEST_RESPONSE = 6 * 1024 * 1024  # docs: gettingstarted-limits.html, invocation payload


@dataclass(frozen=True, slots=True)
class Result:
    """What one run gave; `error` is the error type when it failed, and `payload` then describes it."""

    request_id: str
    payload: bytes
    error: str | None
    log_tail: str
    milliseconds: float = 0.0


class Executor:
    """Runs functions. `folder` is its own; `endpoint` is what functions call."""

    def __init__(
        self,
        folder: Path,
        endpoint: str,
        credentials: Callable[[FunctionSpec], Credentials],
        sink: LogSink,
        meter: Meter,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._endpoint = endpoint
        self._credentials = credentials
        self._sink = sink
        self._meter = meter
        self._clock = clock
        self._packages = Packages(folder / "packages")
        self._built_in = make_builtin(folder / "built-in")
        self._reaper = Reaper()
        self.pool = Pool(self._start, clock)

    def run(
        self, spec: FunctionSpec, payload: bytes, *, arn: str, reserved: int | None, client_context: str = ""
    ) -> Result:
        """Run to the end, write the log and count it.

        Raises Throttled; any other failure is a Result with an error.
        """
        try:
            result = self._run(spec, payload, arn, reserved, client_context)
        except Throttled:
            self._meter(spec, arn, Measured(throttled=True))
            raise
        self._meter(spec, arn, Measured(result.milliseconds, failed=bool(result.error)))
        return result

    def _run(
        self, spec: FunctionSpec, payload: bytes, arn: str, reserved: int | None, client_context: str
    ) -> Result:
        request_id = str(uuid.uuid4())
        while True:
            try:
                warm = self.pool.acquire(spec, reserved)
            except (OSError, _NoInterpreter) as error:
                return self._not_started(spec, request_id, error)
            result = self._run_on(warm, Event(request_id, arn, payload, 0, client_context))
            if result:
                return result

    def _run_on(self, warm: Warm, event: Event) -> Result | None:
        """None when the worker ended before it took the event."""
        spec, request_id = warm.spec, event.request_id
        began = self._clock()
        try:
            outcome = warm.worker.run(replace(event, deadline=began + spec.timeout))
            if outcome.ending == "gone":
                return None
            # a fresh worker began its init before it was given the event
            ready = warm.worker.started + (warm.worker.init_seconds or 0) if warm.fresh else began
            seconds = min(self._clock() - max(began, ready), spec.timeout)
            answer, error_type = _answer(outcome, spec, request_id)
            lines = self._lines(warm, request_id, began, max(seconds, 0), outcome)
        finally:
            self.pool.release(warm)
        self._sink(spec, warm.log_stream, lines)
        return Result(request_id, answer, error_type, tail(lines), max(seconds, 0) * 1000)

    def reset(self) -> None:
        """Kill every worker and forget every package."""
        self.pool.close()
        self._packages.clear()

    def _start(self, spec: FunctionSpec) -> Warm:
        chosen = interpreter(spec.runtime)
        if chosen is None:
            raise _NoInterpreter(
                f"the local cloud cannot run {spec.runtime}: no interpreter for it on this machine"
            )
        day = time.strftime("%Y/%m/%d", time.gmtime(self._clock()))
        stream = f"{day}/[{spec.version}]{uuid.uuid4().hex}"
        launch = plan_launch(
            spec,
            chosen,
            task=self._packages.task_root(spec.code),
            opt=self._packages.opt(spec.layers),
            built_in=self._built_in,
            endpoint=self._endpoint,
            credentials=self._credentials(spec),
            log_stream=stream,
        )
        return Warm(spec, Worker(launch, spec.memory, self._reaper, self._clock), stream)

    def _lines(
        self, warm: Warm, request_id: str, began: float, seconds: float, outcome: Outcome
    ) -> list[LogLine]:
        written = warm.worker.output.take()
        opening = opening_lines(warm.spec, request_id, began, _note(warm))
        closing = closing_lines(
            warm.spec,
            request_id,
            self._clock(),
            milliseconds=seconds * 1000,
            init_milliseconds=(warm.worker.init_seconds or 0) * 1000 if warm.fresh else None,
            peak_memory=warm.worker.peak(),
            outcome=outcome,
        )
        # the sink wants time order; the first run's output may be older than its START line
        return sorted([*opening, *written, *closing], key=lambda line: line.time)

    def _not_started(self, spec: FunctionSpec, request_id: str, error: Exception) -> Result:
        message = f"RequestId: {request_id} Error: {error}"
        line = LogLine(int(self._clock() * 1000), message)
        self._sink(spec, f"not-started/[{spec.version}]", [line])
        return Result(
            request_id,
            _error(message, "Runtime.InvalidEntrypoint"),
            "Runtime.InvalidEntrypoint",
            tail([line]),
        )


class _NoInterpreter(Exception):
    """This machine cannot run the runtime at all."""


def _note(warm: Warm) -> str:
    chosen: Interpreter | None = interpreter(warm.spec.runtime)
    return chosen.note if warm.fresh and chosen else ""


def _answer(outcome: Outcome, spec: FunctionSpec, request_id: str) -> tuple[bytes, str | None]:
    """Payload and error type, in Lambda's words (docs: lambda/latest/dg/troubleshooting-invocation.html)."""
    if outcome.ending == "response":
        if len(outcome.payload) <= _LARGEST_RESPONSE:
            return outcome.payload, None
        message = f"Response payload size exceeded maximum allowed payload size ({_LARGEST_RESPONSE} bytes)."
        return _error(message, "Function.ResponseSizeTooLarge"), "Function.ResponseSizeTooLarge"
    if outcome.ending == "error":
        return _reported(outcome.payload)
    if outcome.ending == "timeout":
        message = f"RequestId: {request_id} Error: Task timed out after {spec.timeout:.2f} seconds"
        return _error(message, "Sandbox.Timedout"), "Sandbox.Timedout"
    cause = "signal: killed" if outcome.ending == "memory" else outcome.payload.decode()
    kind = "Runtime.OutOfMemory" if outcome.ending == "memory" else "Runtime.ExitError"
    return _error(f"RequestId: {request_id} Error: Runtime exited with error: {cause}", kind), kind


def _reported(payload: bytes) -> tuple[bytes, str]:
    """The error a bootstrap sent; runtimes that users bring may send anything."""
    try:
        kind = json.loads(payload).get("errorType")
    except (ValueError, AttributeError):
        kind = None
    return payload, str(kind or "Runtime.Unknown")


def _error(message: str, kind: str) -> bytes:
    return json.dumps({"errorMessage": message, "errorType": kind}).encode()
