"""The few colours of the terminal; all of them empty when colour is not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from fairway.model.plan import Action
from fairway.model.rollout import lasting

ACCEPTED = ", accepted: AWS is still at work on it"
SYMBOLS: Mapping[Action, str] = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "±",
    Action.DELETE: "-",
    Action.ADOPT: "=",
    Action.FORGET: "○",
    Action.UNCHANGED: " ",
}
_ACTION_COLOURS: Mapping[Action, str] = {
    Action.CREATE: "32",
    Action.UPDATE: "33",
    Action.REPLACE: "35",
    Action.DELETE: "31",
    Action.ADOPT: "36",
    Action.FORGET: "36",
}


@dataclass(frozen=True)
class Style:
    """Paints text with ANSI codes, or leaves it alone."""

    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def bold(self, text: str) -> str:
        return self.paint(text, "1")

    def dim(self, text: str) -> str:
        return self.paint(text, "2")

    def good(self, text: str) -> str:
        return self.paint(text, "32")

    def bad(self, text: str) -> str:
        return self.paint(text, "1;31")

    def warning(self, text: str) -> str:
        return self.paint(text, "33")

    def action(self, action: Action, text: str) -> str:
        return self.paint(text, _ACTION_COLOURS.get(action, ""))


def style_for(stream: TextIO, environ: Mapping[str, str]) -> Style:
    """Colour on terminals, unless NO_COLOR is set (no-color.org) or the terminal is dumb."""
    plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    return Style(colour=stream.isatty() and not plain)


def seconds(duration: float) -> str:
    """A duration as people read it: `0.04 s`, `1.4 s`, `12 s`, `3 min 05 s`."""
    if duration < 1:
        return f"{duration:.2f} s"
    if duration < 10:
        return f"{duration:.1f} s"
    if duration < 60:
        return f"{duration:.0f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest:02d} s"


def plural(count: int, noun: str) -> str:
    """`1 resource`, `2 resources`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def columns(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as aligned columns."""
    table = list(rows)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))] if table else []
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def past(action: Action, moved_from: str) -> str:
    """What has been done: `updated`, or `moved from Orders` where that is what it was for."""
    return f"moved from {moved_from}" if moved_from else action.past


def shifted_text(version: str, percent: int, length: float, *, returned: bool) -> str:
    """`10 % of the traffic at version 2 for 5 min`; `length` in seconds, 0 for good."""
    if returned:
        return f"all traffic is back at version {version}"
    if not length:
        return f"all traffic at version {version}"
    return f"{percent} % of the traffic at version {version} for {lasting(length)}"
