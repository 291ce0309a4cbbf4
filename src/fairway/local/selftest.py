"""Checks, before anything is replaced, that moto is still what our replacements were written against."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping


def differences(relies_on: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What of `relies_on` moto no longer has; empty when all is well.

    Keys are `module:Name.method`; values the names of its leading parameters (further ones may follow).
    """
    return [problem for symbol, expected in relies_on.items() if (problem := _difference(symbol, expected))]


def _difference(symbol: str, expected: tuple[str, ...]) -> str:
    module, _, path = symbol.partition(":")
    try:
        target = importlib.import_module(module)
        for name in path.split("."):
            target = getattr(target, name)
    except (ImportError, AttributeError):
        return f"{symbol} no longer exists"
    found = tuple(inspect.signature(target).parameters)  # type: ignore[arg-type]
    if found[: len(expected)] == expected:
        return ""
    return f"{symbol} takes ({', '.join(found)}), expected ({', '.join(expected)})"
