"""Functions that several threads call and that are to run one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def one_at_a_time(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same function behind a lock; a thread may call it again from within, as a signal's handler does."""
    turn = threading.RLock()

    @wraps(function)
    def alone(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with turn:
            return function(*args, **kwargs)

    return alone
