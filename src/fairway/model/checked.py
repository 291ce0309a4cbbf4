"""What came of a check: of something that must hold before a deploy or after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

CheckResult = Literal["passed", "failed", "warned", "skipped"]


@dataclass(frozen=True)
class Checked:
    """One check with its result.

    `kind` is what fairway.toml calls it (`tool`, `http`), or what of AWS a built-in one looks at
    (`functions`). `why` and `next` say what is behind a result that is not `passed`, and what to do about it.
    None of the texts holds a secret.
    """

    name: str
    kind: str
    result: CheckResult
    message: str
    why: str = ""
    next: str = ""
    seconds: float = 0.0


def any_failed(checked: Iterable[Checked]) -> bool:
    """Whether something that must hold does not."""
    return any(each.result == "failed" for each in checked)
