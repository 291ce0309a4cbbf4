"""Collects everything that is wrong with a definition, so that all of it is reported at once."""

from __future__ import annotations

from collections.abc import Iterable

from fairway.model.errors import Finding
from fairway.model.location import Location


class Findings:
    """What was found so far; the same finding twice counts once."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def error(self, code: str, message: str, location: Location, *, why: str = "", next: str = "") -> None:
        """Something that must be put right before the definition can be used."""
        self._found[Finding(code, message, location, why, next)] = None

    def warning(self, code: str, message: str, location: Location, *, why: str = "", next: str = "") -> None:
        """Something worth knowing that stops nothing."""
        self._found[Finding(code, message, location, why, next, "warning")] = None

    def extend(self, findings: Iterable[Finding]) -> None:
        """Takes over what another reader found."""
        self._found.update(dict.fromkeys(findings))

    def sorted(self) -> tuple[Finding, ...]:
        """Everything found, in the order of the text."""
        return tuple(sorted(self._found, key=lambda finding: finding.location or Location("", 0)))


def suggest(name: str, known: Iterable[str]) -> str:
    """ "did you mean …?" for a name that is nearly, or a part of, one of the known ones; else nothing."""
    import difflib  # costs a millisecond that a correct definition need not pay

    wanted = name.lower()
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(wanted, by_lower, n=1, cutoff=0.6)
    longer = sorted((candidate for candidate in by_lower if wanted in candidate), key=len) if wanted else []
    nearest = [*close, *longer]
    return f"did you mean {by_lower[nearest[0]]}?" if nearest else ""
