"""Moments as AWS's events write them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso_seconds(moment: float) -> str:
    """Epoch seconds as `2026-01-01T00:00:00Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_millis(moment: float) -> str:
    """Epoch seconds as `2026-01-01T00:00:00.000Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
