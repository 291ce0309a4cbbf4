"""What many threads share: AWS's published control-plane rates as token buckets, and locks by name."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from fairway.aws.clock import Pause


@dataclass(frozen=True)
class Rate:
    """`per_second` tokens flow in, `burst` at most are kept."""

    per_second: float
    burst: float


# docs:lambda/latest/dg/gettingstarted-limits.html; docs:apigateway/latest/developerguide/limits.html;
# BC sns Subscribe; SSM: CD (throttled at 80 parallel creates).
OPERATION_RATES = {
    "lambda.GetFunction": Rate(100, 100),
    "lambda.GetPolicy": Rate(15, 15),
    "apigateway.CreateDeployment": Rate(1 / 5, 1),
    "apigateway.CreateRestApi": Rate(1 / 3, 1),
    "apigateway.ImportRestApi": Rate(1 / 3, 1),
    "apigateway.DeleteRestApi": Rate(1 / 30, 1),
    "apigateway.PutRestApi": Rate(1, 1),
    "apigateway.CreateResource": Rate(5, 5),
    "apigateway.DeleteResource": Rate(5, 5),
    "apigateway.GetResources": Rate(2.5, 5),
    "apigateway.UpdateAccount": Rate(1 / 20, 1),
    "apigateway.UpdateUsagePlan": Rate(1 / 20, 1),
    "sns.Subscribe": Rate(100, 100),
    "ssm.PutParameter": Rate(20, 40),
}
SERVICE_RATES = {"lambda": Rate(15, 15), "apigateway": Rate(10, 40), "apigatewayv2": Rate(10, 40)}


@dataclass
class _Bucket:
    rate: Rate
    tokens: float
    at: float


@dataclass
class RateLimits:
    """Waits until a call may be sent. Calls without a published rate pass at once."""

    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, service: str, operation: str, pause: Pause) -> None:
        """Takes a token from every bucket that counts this call; pauses until they are there."""
        for delay in self._delays(service, operation, pause.clock.now()):
            if delay > 0:
                pause(delay)

    def _delays(self, service: str, operation: str, now: float) -> list[float]:
        name = f"{service}.{operation}"
        own = OPERATION_RATES.get(name)
        # Lambda counts these two apart from "all other calls together"; API Gateway counts them twice.
        apart = name in ("lambda.GetFunction", "lambda.GetPolicy")
        shared = None if apart else SERVICE_RATES.get(service)
        key = "apigateway" if service == "apigatewayv2" else service
        wanted = [(name, own), (key, shared)]
        return [self._take(key, rate, now) for key, rate in wanted if rate is not None]

    def _take(self, key: str, rate: Rate, now: float) -> float:
        """Seconds until the token taken is there; the bucket may go below zero, which queues callers."""
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(rate, rate.burst, now))
            passed = max(0.0, now - bucket.at)  # another thread may have read the clock later and come first
            bucket.tokens = min(rate.burst, bucket.tokens + passed * rate.per_second) - 1
            bucket.at = max(bucket.at, now)
            return max(0.0, -bucket.tokens / rate.per_second)


@dataclass
class Locks:
    """Locks by name, shared by all threads; each may be taken again by the thread that holds it."""

    _locks: dict[str, threading.RLock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def named(self, name: str) -> threading.RLock:
        """The one lock of that name."""
        with self._guard:
            return self._locks.setdefault(name, threading.RLock())
