"""`python -m bench.without_journal ARGUMENTS…` runs the program with a journal that does nothing.

What a deploy costs more than this is what the journal costs. Never deploy anything real with it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from fairway.__main__ import program
from fairway.state.store import Store


class NoJournal:
    """Keeps nothing. Stands for `fairway.state.records.JournalFile`."""

    def read(self) -> list[Mapping[str, Any]]:
        """There is never anything."""
        return []

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Forgets the lines."""

    def clear(self) -> None:
        """There is nothing to clear."""


def main() -> None:
    """Run the program on the rest of the command line."""
    Store.journal = lambda *_: NoJournal()  # type: ignore[method-assign, assignment]
    program()


if __name__ == "__main__":
    sys.argv[0] = "fairway"
    main()
