"""How a run is asked to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Interruption:
    """Stops a run at once, except where it must first finish what is under way.

    The signal handler calls `request`. Outside a `deferred` block that raises KeyboardInterrupt in the main
    thread; inside one it only sets `event`, which the code there watches. A second request changes nothing:
    it would break into the first one's cleaning up.
    """

    def __init__(self) -> None:
        self.event = threading.Event()
        self._turn = threading.Lock()
        self._deferring = 0  # stacks are worked on beside each other

    @property
    def finishes_first(self) -> bool:
        """Whether it would not stop at once."""
        return self._deferring > 0

    def request(self) -> None:
        """Ask for the stop."""
        is_first = not self.event.is_set()
        self.event.set()
        if is_first and not self.finishes_first:
            raise KeyboardInterrupt

    @contextmanager
    def deferred(self) -> Iterator[threading.Event]:
        """A block that finishes what is under way when it is asked to stop."""
        self._defer(1)
        try:
            yield self.event
        finally:
            self._defer(-1)

    def _defer(self, more: int) -> None:
        with self._turn:
            self._deferring += more
