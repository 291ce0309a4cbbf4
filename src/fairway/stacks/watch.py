"""Looks for drift again and again, and tells when it is not what it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fairway.aws.session import Sessions
from fairway.model.errors import FairwayError, Interrupted, WrongInput
from fairway.model.plan import Drift
from fairway.stacks.drift import find_drift
from fairway.stacks.request import Target
from fairway.stacks.run import Ports

ByStack = Mapping[str, tuple[Drift, ...]]


@dataclass(frozen=True)
class Look:
    """One look: the drift by stack, and whether it is another one than at the look before.

    `missed` are the stacks that could not be looked at, with why; their drift is as it was last seen.
    """

    drift: ByStack
    changed: bool
    missed: Mapping[str, FairwayError]

    @property
    def any(self) -> bool:
        return any(self.drift.values())


def look_at(targets: Sequence[Target], ports: Ports) -> ByStack:
    """The drift of several stacks. Raises as `find_drift`.

    Each look has sessions of its own, because credentials in files may be renewed meanwhile.
    """
    silent, sessions = replace(ports, emit=lambda _: None), Sessions()
    fresh = [replace(each, sessions=sessions) for each in targets]
    return {each.stack: find_drift(each, silent, ()).left for each in fresh}


def watch(
    targets: Sequence[Target],
    ports: Ports,
    tell: Callable[[Look], None],
    wait: Callable[[], bool],
    look_at: Callable[[Sequence[Target], Ports], ByStack] = look_at,
) -> Look:
    """Look until `wait`, called between two looks, or an interruption says that it is enough.

    Returns the last whole look. Raises WrongInput for a stack that is not deployed; what else goes wrong is
    told, and the next look made.
    """
    last = Look({each.stack: () for each in targets}, False, {})
    while True:
        try:
            last = _look(targets, ports, last, look_at)
        except Interrupted:
            return last
        tell(last)
        if wait():
            return last


def _look(
    targets: Sequence[Target],
    ports: Ports,
    last: Look,
    look_at: Callable[[Sequence[Target], Ports], ByStack],
) -> Look:
    found: dict[str, tuple[Drift, ...]] = {}
    missed: dict[str, FairwayError] = {}
    for target in targets:
        try:
            found |= look_at([target], ports)
        except (WrongInput, Interrupted):
            raise
        except FairwayError as error:
            missed[target.stack] = error
            found[target.stack] = last.drift[target.stack]
    return Look(found, found != last.drift, missed)
