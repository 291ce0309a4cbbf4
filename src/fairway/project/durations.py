"""Spans of time as people write them."""

from __future__ import annotations

import re

_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_FORM = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd]?)")
EXAMPLE = "500ms, 30s, 10m or 1h"


def seconds(text: str) -> float:
    """Seconds, from `90`, `500ms`, `90s`, `10m`, `1h` or `2d`. Raises ValueError for anything else."""
    if match := _FORM.fullmatch(text):
        return float(match[1]) * _SECONDS[match[2]]
    raise ValueError(f"{text!r} is not a duration such as {EXAMPLE}")
