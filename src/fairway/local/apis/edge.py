"""What a distribution's edge keeps of its origins' answers, and for how long.

Rules: docs:AmazonCloudFront/latest/DeveloperGuide/Expiration.html. One edge stands for all of them.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from fairway.local.apis.messages import Response
from fairway.local.limits import Limits

_AGE = re.compile(r"(?:^|[\s,])(s-maxage|max-age)\s*=\s*\"?(\d+)")
_NOT_KEPT = ("no-cache", "no-store", "private")


@dataclass(frozen=True)
class Policy:
    """How long answers are kept, in seconds, and whether the query tells them apart."""

    least: int = 0
    usual: int = 0
    most: int = 0
    by_query: bool = False

    def seconds(self, cache_control: str) -> float:
        """How long an answer with that Cache-Control is kept: what the origin says, within the bounds."""
        if any(word in cache_control for word in _NOT_KEPT):
            return self.least
        ages = dict(_AGE.findall(cache_control))
        asked = ages.get("s-maxage", ages.get("max-age"))
        return min(max(int(asked) if asked else self.usual, self.least), max(self.most, self.least))


_DAY, _YEAR = 86400, 31536000
MANAGED: Mapping[str, Policy] = {
    "658327ea-f89d-4fab-a63d-7e88639e58f6": Policy(1, _DAY, _YEAR),  # CachingOptimized
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": Policy(1, _DAY, _YEAR),  # …ForUncompressedObjects
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": Policy(),  # CachingDisabled
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65": Policy(0, 0, _YEAR),  # UseOriginCacheControlHeaders
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe": Policy(0, 0, _YEAR, by_query=True),  # …-QueryStrings
}
"""docs:AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""

met = Limits()


def policy_of(behavior: Mapping[str, Any]) -> Policy:
    """The policy of a cache behaviour; one that is not known here keeps nothing, which is said."""
    id = behavior.get("CachePolicyId")
    if not id:
        queried = behavior.get("ForwardedValues", {}).get("QueryString", False)
        least, usual, most = (int(behavior.get(name, 0)) for name in ("MinTTL", "DefaultTTL", "MaxTTL"))
        return Policy(least, usual, most, by_query=bool(queried))
    if id not in MANAGED:
        met.say(f"distributions: nothing is kept under the cache policy {id}")
    return MANAGED.get(id, Policy(by_query=True))


@dataclass(frozen=True)
class _Kept:
    response: Response
    since: float
    until: float


class Edge:
    """One distribution's cache; keys are a path and what else tells answers apart. `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.Lock()

    def get(self, path: str, variant: str) -> Response | None:
        """The kept answer, with its age."""
        with self._lock:
            kept = self._kept.get((path, variant))
        if kept is None or self._clock() >= kept.until:
            return None
        return kept.response.with_headers([("Age", str(int(self._clock() - kept.since)))])

    def keep(self, path: str, variant: str, response: Response, seconds: float) -> None:
        """Keep an answer."""
        if seconds > 0:
            now = self._clock()
            with self._lock:
                self._kept[path, variant] = _Kept(response, now, now + seconds)

    def invalidate(self, patterns: Iterable[str]) -> None:
        """Forget the paths, each of which may end in `*`."""
        wanted = [pattern if pattern.startswith("/") else f"/{pattern}" for pattern in patterns]
        with self._lock:
            for key in [key for key in self._kept if any(fnmatchcase(key[0], each) for each in wanted)]:
                del self._kept[key]


def edge_of(distribution: Any) -> Edge:
    """The cache of one of moto's distributions, which ends with it."""
    found: Edge = distribution.__dict__.setdefault("fairway_edge", Edge())
    return found
