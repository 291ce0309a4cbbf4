"""Kinds of declared checks: for each type of settings, how to find out whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fairway.checks.outcome import Outcome
from fairway.checks.runner import Check
from fairway.checks.subject import Subject
from fairway.project.checks import Declared, Patient, Verification


@dataclass(frozen=True)
class Kind:
    """`name` is what fairway.toml calls it; `check` gets settings of its type."""

    name: str
    check: Callable[[Any, Subject], Outcome]


def at_once(check: Verification) -> Verification:
    """The same without patience."""
    return replace(check, within=0.0) if isinstance(check, Patient) else check


def declared(
    settings: Iterable[Declared], kinds: Mapping[type[Any], Kind], subject: Subject
) -> Iterator[Check]:
    """The checks that are declared for the subject's environment."""
    for each in settings:
        if not each.environments or subject.environment in each.environments:
            kind = kinds[type(each)]
            within = each.within if isinstance(each, Patient) else 0.0
            yield Check(each.name, kind.name, partial(kind.check, each, subject), within)
