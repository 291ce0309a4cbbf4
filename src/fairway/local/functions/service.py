"""Lambda's Invoke: which version runs, throttling, retries of asynchronous events, where their results go."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moto.core.exceptions import JsonRESTError

from fairway.local.functions.deliveries import deliver
from fairway.local.functions.errors import InvalidRequestContent, RequestTooLarge, TooManyRequests
from fairway.local.functions.executor import Executor, Result
from fairway.local.functions.model import Credentials, FunctionSpec, Invocation, LogLine, Throttled

log = logging.getLogger(__name__)

_SYNC_BYTES = 6 * 1024 * 1024  # docs: gettingstarted-limits.html
_ASYNC_BYTES = 1024 * 1024
_RETRIES = 2  # BC lambda PutFunctionEventInvokeConfig: default of MaximumRetryAttempts
# AWS waits one minute, then two (docs: lambda/latest/dg/invocation-async-error-handling.html)
_RETRY_SECONDS = (1.0, 2.0)
_THROTTLED_SECONDS = 1.0


class FunctionService:
    """Runs functions of moto's Lambda backends on an executor."""

    def __init__(self, folder: Path, endpoint: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.executor = Executor(folder, endpoint, _credentials, _write_log)
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
        from fairway.local.functions.lambda_backend import find_function

        _check_payload(payload, _ASYNC_BYTES if asynchronous else _SYNC_BYTES)
        backend, function, invoked = find_function(account, region, name_or_arn)
        spec = function.spec()
        if asynchronous:
            event = _AsyncEvent(self, name_or_arn, payload or b"{}", account, region, self._generation)
            threading.Thread(target=event.run, name=f"async {spec.name}", daemon=True).start()
            return Invocation(202, b"", None, "", spec.version)
        reserved = self._reserved(backend, spec.name)
        try:
            result = self.executor.run(
                spec, payload or b"{}", arn=invoked, reserved=reserved, client_context=client_context
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

    @staticmethod
    def _reserved(backend: Any, name: str) -> int | None:
        reserved = backend.get_function_concurrency(name)
        return None if reserved is None else int(reserved)


class _AsyncEvent:
    """One event on its way: run, retried, and its end delivered to a destination or dead-letter queue."""

    def __init__(
        self, service: FunctionService, name: str, payload: bytes, account: str, region: str, generation: int
    ) -> None:
        self._service = service
        self._name = name
        self._payload = payload
        self._account = account
        self._region = region
        self._generation = generation

    def run(self) -> None:
        try:
            self._run()
        except JsonRESTError as error:
            log.info("event for %s dropped: %s", self._name, error)  # deleted while it waited
        except Exception:
            log.exception("event for %s", self._name)

    def _run(self) -> None:
        attempts = 0
        while True:
            result = self._attempt()
            attempts += 1
            config = self._config()
            if not result.error or attempts > config.get("MaximumRetryAttempts", _RETRIES):
                break
            self._service._sleep(_RETRY_SECONDS[min(attempts, len(_RETRY_SECONDS)) - 1])
            if self._generation != self._service._generation:
                return
        self._deliver(config, result, attempts)

    def _attempt(self) -> Result:
        from fairway.local.functions.lambda_backend import find_function

        while True:
            backend, function, invoked = find_function(self._account, self._region, self._name)
            reserved = self._service._reserved(backend, function.function_name)
            try:
                return self._service.executor.run(
                    function.spec(), self._payload, arn=invoked, reserved=reserved
                )
            except Throttled:
                # AWS keeps a throttled event for hours; it does not count as an attempt
                self._service._sleep(_THROTTLED_SECONDS)

    def _config(self) -> dict[str, Any]:
        from fairway.local.functions.lambda_backend import find_function, split_name

        backend, function, _ = find_function(self._account, self._region, self._name)
        key = (function.function_name, split_name(self._name)[1] or "$LATEST")
        return backend.invoke_configs.get(key, {})

    def _deliver(self, config: dict[str, Any], result: Result, attempts: int) -> None:
        from fairway.local.functions.lambda_backend import find_function

        _, function, invoked = find_function(self._account, self._region, self._name)
        side = "OnFailure" if result.error else "OnSuccess"
        target = (config.get("DestinationConfig") or {}).get(side, {}).get("Destination")
        if target:
            record = _destination_record(invoked, str(function.version), self._payload, result, attempts)
            deliver(target, json.dumps(record), source=invoked, detail=side)
        dead_letters = function.settings.get("DeadLetterConfig")
        if result.error and dead_letters:
            deliver(dead_letters["TargetArn"], self._payload.decode(), source=invoked, detail=side)


def _destination_record(
    arn: str, version: str, payload: bytes, result: Result, attempts: int
) -> dict[str, Any]:
    """What a destination receives (docs: lambda/latest/dg/invocation-async-retain-records.html)."""
    context = {"statusCode": 200, "executedVersion": version}
    if result.error:
        context["functionError"] = "Unhandled"
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": result.request_id,
            "functionArn": arn,
            "condition": "RetriesExhausted" if result.error else "Success",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(payload),
        "responseContext": context,
        "responsePayload": json.loads(result.payload or b"null"),
    }


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
    _current[:] = [FunctionService(folder, endpoint)]
    return _current[0]


def current() -> FunctionService:
    """The service that `start` made. Raises RuntimeError outside a daemon."""
    if not _current:
        raise RuntimeError("functions run only in the local cloud's daemon")
    return _current[0]
