"""Percentiles of metrics (`p50`, `p99.9`), which moto answers with nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

_STATISTIC = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")


def add_percentiles() -> None:
    """Have moto answer them."""
    from moto.cloudwatch.models import Statistics

    known: Callable[[Any, str], Any] = Statistics.get_statistics_for_type

    def answer(statistics: Any, stat: str) -> Any:
        asked = _STATISTIC.fullmatch(stat)
        values = statistics.metric_single_values_list
        return percentile(values, float(asked[1])) if asked and values else known(statistics, stat)

    Statistics.get_statistics_for_type = answer  # type: ignore[method-assign,assignment]


def percentile(values: Sequence[float], rank: float) -> float:
    """The value below which `rank` per cent of the values lie, between two of them where it falls there."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * rank / 100
    lower = int(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)
