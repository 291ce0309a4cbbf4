"""What was changed outside Fairway, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from fairway.model.plain import plain
from fairway.model.plan import Drift
from fairway.report.plan_text import drift_lines
from fairway.report.style import Style


class Found(Protocol):
    """The drift that is left, what of it was taken into state, and whether that was asked."""

    @property
    def left(self) -> Sequence[Drift]: ...
    @property
    def taken(self) -> Sequence[Drift]: ...
    @property
    def accepting(self) -> bool: ...


def render_drift(found: Found, style: Style) -> str:
    """What was found or, after accepting, what was taken and what was not, with the reason."""
    if not (found.left or found.taken):
        return style.good("no drift: AWS has what was recorded")
    left = "Not accepted" if found.accepting else "Changed outside Fairway"
    sections = (("Accepted: state says so too now", found.taken), (left, found.left))
    return "\n\n".join("\n".join(drift_lines(drift, style, title)) for title, drift in sections if drift)


def drift_json(found: Found) -> dict[str, Any]:
    """What `fairway drift --json` answers, beside the fields of every result line."""
    return {"drift": plain(found.left), "accepted": plain(found.taken)}
