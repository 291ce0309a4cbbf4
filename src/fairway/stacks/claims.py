"""What a plan takes over: `[[import]]` blocks, and what an earlier life of the stack has left."""

from __future__ import annotations

from collections.abc import Iterator

from fairway.apply.takeover import TakeOver
from fairway.aws.cloud import Cloud
from fairway.model.errors import WrongInput
from fairway.model.graph import Definition, Resource
from fairway.model.journal import Done
from fairway.model.location import Location
from fairway.model.state import ResourceState, StackState
from fairway.plan.planner import LookUp, in_order
from fairway.plan.removal import EVERYTHING
from fairway.project.settings import Import
from fairway.sources.findings import suggest
from fairway.stacks.request import Request
from fairway.stacks.run import Run


def taken_over(
    request: Request,
    run: Run,
    definition: Definition,
    state: StackState,
    cloud: Cloud,
    look_up: LookUp,
    only: frozenset[str] | None,
) -> tuple[Done, ...]:
    """What exists in AWS and is to be taken into state; what state has already is not looked at.

    Raises WrongInput for an address that the definition does not have, Failed for an `[[import]]` of what
    is not there.
    """
    blocks = _blocks(request, definition, state)
    for address in request.adopt - {EVERYTHING}:
        defined(definition, address)
    wanted = definition.resources.keys() if EVERYTHING in request.adopt else request.adopt
    missing = {*blocks, *wanted} - state.resources.keys()
    addresses = missing if only is None else missing & only
    if not addresses:
        return ()
    with run.stage("adopt"):
        found = _found(addresses, blocks, definition, TakeOver(state, cloud, look_up))
        return tuple(Done(held) for held in found)


def _found(
    addresses: set[str], blocks: dict[str, Import], definition: Definition, takeover: TakeOver
) -> Iterator[ResourceState]:
    for resource in in_order(definition):
        if resource.address not in addresses:
            continue
        block = blocks.get(resource.address)
        if block:
            yield takeover.take(resource, block.identifier, block.location)
        elif held := takeover.claim(resource):
            yield held


def _blocks(request: Request, definition: Definition, state: StackState) -> dict[str, Import]:
    """The blocks of this stack and environment, by address; those of done imports too."""
    target = request.target
    found = {
        block.address: block
        for block in request.imports
        if block.stack == target.stack and block.environment in ("", target.environment)
    }
    for address in found.keys() - state.resources.keys():
        defined(definition, address, found[address].location)
    return found


def defined(definition: Definition, address: str, where: Location | None = None) -> Resource:
    """The resource at an address. Raises WrongInput, naming the nearest address, when there is none."""
    if address in definition.resources:
        return definition.resources[address]
    raise WrongInput(
        "adopt.address",
        f"{definition.file} has no resource {address}",
        where=where or definition.file,
        next=suggest(address, definition.resources) or "only what the definition has can be taken over",
    )
