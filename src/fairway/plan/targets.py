"""What has to be planned together when only some resources are wanted (`--target`)."""

from __future__ import annotations

from collections.abc import Iterable

from fairway.model.errors import WrongInput
from fairway.model.graph import Definition
from fairway.model.plan import Action, Change
from fairway.model.state import StackState
from fairway.plan.removal import users
from fairway.sources.findings import suggest


def targeted(targets: frozenset[str], definition: Definition, state: StackState) -> frozenset[str]:
    """The targets with all that has to come before them.

    That is what they depend on and, for one that the definition has no more, what used it. The name of a
    nested stack stands for all that is in it. Raises WrongInput for an address that neither the definition
    nor state knows.
    """
    used_by = users(state)
    found: set[str] = set()
    known = definition.resources.keys() | state.resources.keys()
    waiting = [address for target in sorted(targets) for address in _meant(target, known)]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        if address in definition.resources:
            waiting += definition.resources[address].dependencies & definition.resources.keys()
        elif address in state.resources:
            waiting += used_by.get(address, frozenset())
        else:
            raise _unknown(address, (*definition.resources, *state.resources))
        found.add(address)
    return frozenset(found)


def _meant(target: str, known: Iterable[str]) -> Iterable[str]:
    return sorted(address for address in known if address.startswith(f"{target}.")) or (target,)


def refuse_cut_off(changes: Iterable[Change], untargeted: frozenset[str], state: StackState) -> None:
    """Raises WrongInput where something is replaced whose users, left out, would go on using the old one."""
    used_by = users(state)
    for change in changes:
        left = used_by.get(change.moved_from or change.address, frozenset()) & untargeted
        if change.action is Action.REPLACE and left:
            names = sorted(left)
            raise WrongInput(
                "target.used",
                f"{change.address} has to be replaced, and {', '.join(names)} would go on using the old one",
                where=change.location or change.address,
                next="add " + " ".join(f"--target {name}" for name in names),
            )


def _unknown(address: str, known: Iterable[str]) -> WrongInput:
    return WrongInput(
        "arguments.target",
        f"--target {address}: there is no such resource",
        why="neither the definition nor state knows it",
        next=suggest(address, known) or "see `fairway status` for the addresses",
    )
