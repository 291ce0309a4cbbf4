"""The lines Lambda itself writes around a function's output."""

from __future__ import annotations

import base64
import json
import math
import time
from typing import Any

from fairway.local.functions.model import FunctionSpec, LogLine
from fairway.local.functions.worker import Outcome

_TAIL_BYTES = 4096  # BC lambda Invoke: LogResult holds the last 4 KB of the execution log


def opening_lines(spec: FunctionSpec, request_id: str, began: float, note: str) -> list[LogLine]:
    """START, and once per worker what differs from AWS."""
    if spec.logging.format == "JSON":
        record = {"requestId": request_id, "version": spec.version}
        start = _platform("platform.start", began, record)
    else:
        start = f"START RequestId: {request_id} Version: {spec.version}"
    texts = [f"fairway: {note}", start] if note else [start]
    return [LogLine(int(began * 1000), text) for text in texts]


def closing_lines(
    spec: FunctionSpec,
    request_id: str,
    ended: float,
    *,
    milliseconds: float,
    init_milliseconds: float | None,
    peak_memory: int,
    outcome: Outcome,
) -> list[LogLine]:
    """END and REPORT, with a timeout or a crash in between as Lambda words it."""
    stamp = int(ended * 1000)
    if spec.logging.format == "JSON":
        metrics = _metrics(spec, milliseconds, init_milliseconds, peak_memory)
        status = {"response": "success", "timeout": "timeout"}.get(outcome.ending, "failure")
        record = {"requestId": request_id, "status": status, "metrics": metrics}
        return [LogLine(stamp, _platform("platform.report", ended, record))]
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: "
        f"{math.ceil(milliseconds)} ms\tMemory Size: {spec.memory} MB\tMax Memory Used: {peak_memory} MB\t"
    )
    if init_milliseconds is not None:
        report += f"Init Duration: {init_milliseconds:.2f} ms\t"
    texts = [*_incident(spec, request_id, ended, outcome), f"END RequestId: {request_id}", report]
    return [LogLine(stamp, text) for text in texts]


def tail(lines: list[LogLine]) -> str:
    """The end of the log, as Invoke returns it with LogType=Tail: base64 of at most 4 KB."""
    text = "".join(f"{line.text}\n" for line in lines).encode()
    return base64.b64encode(text[-_TAIL_BYTES:]).decode()


def _incident(spec: FunctionSpec, request_id: str, ended: float, outcome: Outcome) -> list[str]:
    if outcome.ending == "timeout":
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ended)) + f".{int(ended % 1 * 1000):03d}Z"
        return [f"{when} {request_id} Task timed out after {spec.timeout:.2f} seconds"]
    if outcome.ending in ("exited", "memory"):
        cause = outcome.payload.decode() or "signal: killed"
        return [f"RequestId: {request_id} Error: Runtime exited with error: {cause}"]
    return []


def _metrics(
    spec: FunctionSpec, milliseconds: float, init_milliseconds: float | None, peak_memory: int
) -> dict[str, Any]:
    metrics: dict[str, Any] = {
        "durationMs": round(milliseconds, 3),
        "billedDurationMs": math.ceil(milliseconds),
        "memorySizeMB": spec.memory,
        "maxMemoryUsedMB": peak_memory,
    }
    if init_milliseconds is not None:
        metrics["initDurationMs"] = round(init_milliseconds, 3)
    return metrics


def _platform(kind: str, when: float, record: dict[str, Any]) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when)) + f".{int(when % 1 * 1000):03d}Z"
    return json.dumps({"time": stamp, "type": kind, "record": record})
