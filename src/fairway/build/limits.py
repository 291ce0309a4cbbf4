"""Lambda's limits on what is deployed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fairway.model.errors import Finding

# "250 MB unzipped, layers included" [docs:lambda limits]; the service's own message gives the bytes.
UNZIPPED_LIMIT = 262_144_000
_NAMED = 5


def too_big(sizes: Mapping[str, int], limit: int = UNZIPPED_LIMIT) -> Finding:
    """The finding for files over the limit, naming what takes most of the room."""
    most = "Lambda takes 250 MB" if limit == UNZIPPED_LIMIT else f"at most {_mb(limit)} are taken"
    biggest = ", ".join(f"{name} {_mb(size)}" for name, size in _packages(sizes).most_common(_NAMED))
    return Finding(
        "build.too-big",
        f"unzipped, this is {_mb(sum(sizes.values()))}; {most}",
        why=f"the biggest parts are {biggest}",
        next="leave out what the code does not need, or deploy it as a container image",
    )


def _packages(sizes: Mapping[str, int]) -> Counter[str]:
    """Bytes by package: the first folder below `python/`, `node_modules/` and the like."""
    counted: Counter[str] = Counter()
    for name, size in sizes.items():
        parts = [part for part in name.split("/") if part not in ("python", "nodejs", "node_modules")]
        counted["/".join(parts[:2]) if parts[0].startswith("@") else parts[0]] += size
    return counted


def _mb(size: int) -> str:
    return f"{size / 1_048_576:.0f} MB"
