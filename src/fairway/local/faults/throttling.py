"""AWS's published control-plane rates as token buckets that refuse, each in its service's own words.

`fairway/aws/limits.py` has the rates that Fairway keeps to; neither may know the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from fairway.local.faults.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` tokens flow in, `burst` at most are kept."""

    per_second: float
    burst: float


_LAMBDA = "docs:lambda/latest/dg/gettingstarted-limits.html"
_GATEWAY = "docs:apigateway/latest/developerguide/limits.html"
# What one bucket counts: an operation, or every operation of a service that is not counted apart.
OPERATION_RATES = {
    "lambda.GetFunction": (Rate(100, 100), _LAMBDA),
    "lambda.GetPolicy": (Rate(15, 15), _LAMBDA),
    "apigateway.CreateDeployment": (Rate(1 / 5, 1), _GATEWAY),
    "apigateway.CreateRestApi": (Rate(1 / 3, 1), _GATEWAY),
    "apigateway.ImportRestApi": (Rate(1 / 3, 1), _GATEWAY),
    "apigateway.DeleteRestApi": (Rate(1 / 30, 1), _GATEWAY),
    "apigateway.PutRestApi": (Rate(1, 1), _GATEWAY),
    "apigateway.CreateResource": (Rate(5, 5), _GATEWAY),
    "apigateway.DeleteResource": (Rate(5, 5), _GATEWAY),
    "apigateway.GetResources": (Rate(2.5, 5), _GATEWAY),
    "apigateway.UpdateAccount": (Rate(1 / 20, 1), _GATEWAY),
    "apigateway.UpdateUsagePlan": (Rate(1 / 20, 1), _GATEWAY),
    "apigateway.CreateDomainName": (Rate(1 / 30, 1), _GATEWAY),
    "apigateway.UpdateDomainName": (Rate(1 / 30, 1), _GATEWAY),
    "apigateway.DeleteDomainName": (Rate(1 / 30, 1), _GATEWAY),
    "apigatewayv2.CreateVpcLink": (Rate(1 / 15, 1), _GATEWAY),
    "sns.Subscribe": (Rate(100, 100), "BC sns Subscribe"),
    "sns.ListPlatformApplications": (Rate(15, 15), "BC sns ListPlatformApplications"),
    "cognito-idp.TagResource": (Rate(5, 5), "BC cognito-idp TagResource"),
    "route53.*": (Rate(5, 5), "docs:Route53/latest/DeveloperGuide/DNSLimitations.html"),
    # throttled at 80 parallel creates, which is all that is known (CD)
    "ssm.PutParameter": (Rate(20, 40), "CD"),
    "lambda.*": (Rate(15, 15), _LAMBDA),
    "apigateway.*": (Rate(10, 40), _GATEWAY),
}
_APART = {"lambda.GetFunction", "lambda.GetPolicy"}  # not among Lambda's "all other calls together"
_DATA_PLANE = {"lambda.Invoke", "lambda.InvokeAsync", "lambda.InvokeWithResponseStream"}
_SHARED_WITH = {"apigatewayv2": "apigateway"}  # "all management calls together"

_REFUSALS = {
    # BC: the exception that the service's model declares for it, with its status
    "lambda": Refusal("TooManyRequestsException", "Rate exceeded", 429),
    "apigateway": Refusal("TooManyRequestsException", "Too Many Requests", 429),
    "apigatewayv2": Refusal("TooManyRequestsException", "Too Many Requests", 429),
    "cognito-idp": Refusal("TooManyRequestsException", "Rate exceeded", 400),
    # docs: CommonErrors of the services with a query or XML protocol
    "sns": Refusal("Throttling", "Rate exceeded", 400),
    "route53": Refusal("Throttling", "Rate exceeded", 400),
}
_USUAL = Refusal("ThrottlingException", "Rate exceeded", 400)


class Throttle:
    """The buckets of one cloud; `clock` in seconds. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def refusal(self, service: str, operation: str, factor: float) -> Refusal | None:
        """The answer to a call too many, at `factor` times the published rates; None when it may pass."""
        counted = _counted(service, operation)
        with self._lock:
            now = self._clock()
            tokens = {name: self._tokens(name, factor, now) for name in counted}
            refused = any(left < 1 for left in tokens.values())
            self._buckets.update({name: (left - (not refused), now) for name, left in tokens.items()})
        return _REFUSALS.get(service, _USUAL) if refused else None

    def forget(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._buckets.clear()

    def _tokens(self, name: str, factor: float, now: float) -> float:
        rate, _ = OPERATION_RATES[name]
        burst = max(1.0, rate.burst * factor)
        left, at = self._buckets.get(name, (burst, now))
        return min(burst, left + (now - at) * rate.per_second * factor)


def _counted(service: str, operation: str) -> list[str]:
    name = f"{service}.{operation}"
    if name in _DATA_PLANE:
        return []
    together = f"{_SHARED_WITH.get(service, service)}.*"
    return [key for key in (name, "" if name in _APART else together) if key in OPERATION_RATES]
