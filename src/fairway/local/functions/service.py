"""Lambda's Invoke: which version runs, its limits, its credentials, where its log goes."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fairway.local.functions import metrics
from fairway.local.functions.asynchronous import AsyncEvent, follow
from fairway.local.functions.errors import InvalidRequestContent, RequestTooLarge, TooManyRequests
from fairway.local.functions.executor import Executor
from fairway.local.functions.lookup import choose_version, find_function
from fairway.local.functions.model import Credentials, FunctionSpec, Invocation, LogLine, Throttled

log = logging.getLogger(__name__)

_SYNC_BYTES = 6 * 1024 * 1024  # docs: gettingstarted-limits.html
_ASYNC_BYTES = 1024 * 1024


class FunctionService:
    """Runs functions of moto's Lambda backends on an executor."""

    def __init__(self, folder: Path, endpoint: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.executor = Executor(folder, endpoint, _credentials, _write_log, metrics.record)
        self._sleep = sleep
        self._generation = 0

    def invoke(
        self,
        name_or_arn: str,
        payload: bytes,
        *,
        asynchronous: bool,
        account: str,
        region: str,
        client_context: str = "",
    ) -> Invocation:
        """See `fairway.local.functions.invoke`."""
        _check_payload(payload, _ASYNC_BYTES if asynchronous else _SYNC_BYTES)
        if asynchronous:
            _, function, _ = find_function(account, region, name_or_arn)
            self._run_behind(AsyncEvent(name_or_arn, payload or b"{}", account, region))
            return Invocation(202, b"", None, "", function.spec().version)
        backend, function, invoked = choose_version(account, region, name_or_arn)
        spec = function.spec()
        try:
            result = self.executor.run(
                spec,
                payload or b"{}",
                arn=invoked,
                reserved=backend.reserved(spec.name),
                client_context=client_context,
            )
        except Throttled:
            raise TooManyRequests() from None
        error = "Unhandled" if result.error else None
        return Invocation(200, result.payload, error, result.log_tail, spec.version)

    def retire(self, account: str, region: str, name: str, version: str | None) -> None:
        """The function, or that version of it, has been deleted."""
        self.executor.pool.retire(account, region, name, version)

    def reset(self) -> None:
        """Kill all workers; asynchronous events still waiting are dropped."""
        self._generation += 1
        self.executor.reset()

    def workers(self) -> list[dict[str, Any]]:
        """For the status page."""
        return [
            {
                "function": spec.name,
                "version": spec.version,
                "runtime": spec.runtime,
                "pid": pid,
                "busy": busy,
            }
            for spec, pid, busy in self.executor.pool.workers()
        ]

    def _run_behind(self, event: AsyncEvent) -> None:
        generation = self._generation

        def run() -> None:
            follow(event, self.executor, self._sleep, lambda: generation != self._generation)

        threading.Thread(target=run, name=f"event for {event.name}", daemon=True).start()


def _check_payload(payload: bytes, limit: int) -> None:
    if len(payload) > limit:
        raise RequestTooLarge(limit)
    try:
        json.loads(payload or b"{}")
    except ValueError as error:
        raise InvalidRequestContent(str(error)) from None


def _credentials(spec: FunctionSpec) -> Credentials:
    """Keys of the function's role, so that its calls reach its own account and, later, can be checked."""
    from moto.sts.models import sts_backends
    from moto.utilities.utils import get_partition

    backend = sts_backends[spec.account][get_partition(spec.region)]
    role = backend.assume_role(
        region_name=spec.region,
        role_session_name=spec.name,
        role_arn=spec.role,
        policy="",
        duration=43200,
        external_id="",
    )
    return Credentials(role.access_key_id, role.secret_access_key, role.session_token)


def _write_log(spec: FunctionSpec, stream: str, lines: list[LogLine]) -> None:
    """CloudWatch Logs; a subscription or metric filter that fails must not fail the function."""
    from moto.logs.models import logs_backends

    events = [{"timestamp": line.time, "message": line.text} for line in lines]
    try:
        logs = logs_backends[spec.account][spec.region]
        logs.ensure_log_group(spec.logging.group)
        logs.ensure_log_stream(spec.logging.group, stream)
        logs.put_log_events(spec.logging.group, stream, events)
    except Exception:
        log.exception("log of %s", spec.name)


_current: list[FunctionService] = []


def start(folder: Path, endpoint: str) -> FunctionService:
    """Make this process's service; `folder` is for unpacked code, `endpoint` what functions call AWS at."""
    service = FunctionService(folder, endpoint)
    _current[:] = [service]
    threading.Thread(
        target=service.executor.pool.watch, args=(time.sleep,), name="idle workers", daemon=True
    ).start()
    return service


def stop() -> None:
    """End all workers; nothing to do when the daemon never came to start the service."""
    for service in _current:
        service.executor.pool.close()


def current() -> FunctionService:
    """The service that `start` made. Raises RuntimeError outside a daemon."""
    if not _current:
        raise RuntimeError("functions run only in the local cloud's daemon")
    return _current[0]
