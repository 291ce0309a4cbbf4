"""What is to be done with a stack, judged by content: what is compiled and built against what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """From everything to nothing; a definition's change contains one of the configuration, and so on."""

    FIRST = "first deployment"
    DEFINITION = "definition"
    CONFIGURATION = "configuration"
    CODE = "code"
    NOTHING = "nothing"
    LATER = "decided later"


@dataclass(frozen=True)
class Decision:
    """The kind, and what speaks for it, as sentences; `code` are the addresses whose code changed.

    A stack that takes what another one will have is decided LATER, once that one has been applied.
    """

    kind: Kind
    reasons: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
