"""Breaks a lease by hand, where somebody knows that its holder does nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fairway.model.errors import Failed, WrongInput
from fairway.model.objects import Conflict
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.stacks.storage import lease_place, open_store
from fairway.state.holder import Holder, this_process
from fairway.state.lease import Place
from fairway.state.store import LEASE
from fairway.state.waiting import Seen, look, still_renews


def unlock(
    target: Target, holder_id: str, agrees: Callable[[Seen], bool], interruption: Interruption
) -> Seen | None:
    """Break the lease of that holder. `agrees` is asked when it still renews.

    Returns what was broken; None when it was kept. Raises WrongInput when somebody else holds the stack, or
    nobody, and Failed when that changed in the meantime.
    """
    place = lease_place(target, open_store(target, interruption), interruption)
    found = look(place, this_process("unlock"))
    if found is None:
        raise WrongInput("unlock.free", f"nobody holds {target.stack} in {target.environment}")
    seen, tag = found
    if seen.holder.id != holder_id:
        raise _another(seen.holder, holder_id)
    if still_renews(place, seen, tag) and not agrees(seen):
        return None
    _break(place, holder_id, tag)
    return seen


def held_by(target: Target, holder_id: str, interruption: Interruption) -> Target | None:
    """The target of the stack or site of its environment whose lease that holder has; None where it has none,
    or more than one: a lease that cannot be read tells no other id.
    """
    store = open_store(target, interruption)
    slots = lease_place(target, store, interruption).slots
    places = [Place(slots, key) for key in slots.keys(f"{target.environment}/") if key.endswith(f"/{LEASE}")]
    held = [each.key.split("/")[1] for each in places if (found := each.read()) and found[0].id == holder_id]
    return replace(target, stack=held[0]) if len(held) == 1 else None


def _break(place: Place, holder_id: str, tag: str) -> None:
    """The holder may be renewing meanwhile: what counts is that it is still the same one."""
    try:
        place.remove(tag)
    except Conflict:
        found = place.read()
        if found is None or found[0].id != holder_id:
            raise _changed() from None
        place.remove(found[1])


def _another(holder: Holder, given: str) -> WrongInput:
    return WrongInput(
        "unlock.holder",
        f"the stack is not held by {given}",
        why=f"{holder} holds it; its id is {holder.id}",
        next=f"if that is what does not run any more: `fairway unlock {holder.id}`",
    )


def _changed() -> Failed:
    return Failed(
        "unlock.changed",
        "the lease came free, or to somebody else, in this very moment",
        next="nothing was broken; see who holds it with `fairway deploy` or `fairway unlock`",
    )
