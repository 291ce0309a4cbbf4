"""Catches up with what an earlier run left to AWS: changes it had accepted, which nobody has seen usable."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from fairway.apply.recover import with_unproved_updates
from fairway.aws.provider import Provider
from fairway.model.errors import Failed, Finding
from fairway.model.state import ResourceState, StackState

CONCURRENCY = 48
"""Looks at once. What AWS's rates allow is kept below, call by call."""
FAILED = "aws.failed"
Tell: TypeAlias = Callable[[str, str], None]
"""Told an address and what it is that is waited for."""


def caught_up(
    state: StackState, provider: Provider, tell: Tell, *, patient: bool
) -> tuple[StackState, tuple[Finding, ...]]:
    """State as if the earlier run had waited, and what went wrong since then. Makes reading calls only.

    A `patient` one waits until everything is usable, for what is under way can neither be changed nor used;
    else each resource is looked at once and may stay `accepted`. What failed stays so too, and in
    `updating`, by which a plan sends again what makes AWS try again. Call it after `recover`. Raises Failed
    where AWS does not come to an end.
    """
    left = [held for held in state.resources.values() if held.accepted]
    if not left:
        return state, ()
    with ThreadPoolExecutor(CONCURRENCY, "catch-up") as pool:
        ends = list(pool.map(partial(_end, provider, tell, patient), left))
    usable = {
        held.address: replace(held, accepted=False)
        for held, end in zip(left, ends, strict=True)
        if end is True
    }
    failed = [(held, end) for held, end in zip(left, ends, strict=True) if isinstance(end, Failed)]
    again = {held.address: names for held, _ in failed if (names := _sent_again(held, provider))}
    updating = {each: tuple({*state.updating.get(each, ()), *names}) for each, names in again.items()}
    updating = {each: tuple(sorted(names)) for each, names in {**state.updating, **updating}.items()}
    state = replace(state, resources={**state.resources, **usable}, updating=updating)
    findings = tuple(_finding(held.address, end, again.get(held.address, ())) for held, end in failed)
    return with_unproved_updates(state, provider), findings


def _end(provider: Provider, tell: Tell, patient: bool, held: ResourceState) -> bool | Failed:
    try:
        return provider.usable(held, partial(tell, held.address), patient=patient)
    except Failed as error:
        if error.code != FAILED:
            raise
        return error


def _sent_again(held: ResourceState, provider: Provider) -> tuple[str, ...]:
    return tuple(sorted(provider.traits(held.type).retried_by & held.properties.keys()))


def _finding(address: str, error: Failed, again: tuple[str, ...]) -> Finding:
    """What failed after the run that changed it had ended."""
    if again:
        way = f"put right what it needs; a deploy then sends {', '.join(again)} again"
    else:
        way = "put right what it needs and remove it in AWS; a deploy then makes it anew"
    return Finding(
        error.code,
        f"{address} was accepted by AWS in an earlier run, and {error.what.removeprefix('it ')}",
        why=error.why,
        next=way,
        severity="warning",
    )
