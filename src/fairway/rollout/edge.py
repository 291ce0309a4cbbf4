"""What a distribution has to forget when its origin's files change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from fairway.aws.calls import Caller
from fairway.model.errors import Failed
from fairway.rollout.publication import Routes

_COMPLETED = "Completed"
_LOOKS = (1.0, 2.0, 3.0)
_LAST_LOOK = 5.0
_PATIENCE = 900.0
"""Seconds; botocore's own waiter gives up after 600 (BW cloudfront InvalidationCompleted)."""
_ERROR_SECONDS = 10
"""For which an error page is kept where nothing is said (BC cloudfront CustomErrorResponse)."""


def routes_of(caller: Caller, distribution: str) -> Routes:
    """How the distribution shows its origin's files. Raises CallFailed when it does not exist."""
    answer = caller.call("cloudfront", "GetDistributionConfig", {"Id": distribution})
    config: Mapping[str, Any] = answer["DistributionConfig"]
    errors: Iterable[Mapping[str, Any]] = config.get("CustomErrorResponses", {}).get("Items") or ()
    kept = (each for each in errors if each.get("ErrorCachingMinTTL", _ERROR_SECONDS) > 0)
    pages = (str(each.get("ResponsePagePath") or "") for each in kept)
    return Routes(config.get("DefaultRootObject", ""), frozenset(page.lstrip("/") for page in pages if page))


def forget(caller: Caller, distribution: str, paths: Sequence[str], reference: str, *, settled: bool) -> bool:
    """Invalidate the paths, and answer whether every edge has forgotten, for which it waits with `settled`.

    `reference` tells one invalidation from another, so that it is not made twice.
    """
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
    given = {"DistributionId": distribution, "InvalidationBatch": batch}
    made = caller.call("cloudfront", "CreateInvalidation", given)["Invalidation"]
    if settled:
        made = _waited_for(caller, distribution, made)
    return bool(made["Status"] == _COMPLETED)


def _waited_for(caller: Caller, distribution: str, made: Mapping[str, Any]) -> Mapping[str, Any]:
    end = caller.clock.now() + _PATIENCE
    looks = chain(_LOOKS, repeat(_LAST_LOOK))
    while made["Status"] != _COMPLETED:
        if caller.clock.now() > end:
            what = f"the invalidation {made['Id']} is not completed after {_PATIENCE:.0f} s"
            raise Failed("aws.wait", what, next="it goes on by itself; look at it again later")
        caller.pause(next(looks))
        asked = {"DistributionId": distribution, "Id": made["Id"]}
        made = caller.call("cloudfront", "GetInvalidation", asked)["Invalidation"]
    return made
