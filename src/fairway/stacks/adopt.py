"""Takes over what exists already: single resources by their identifiers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from fairway.apply.takeover import TakeOver
from fairway.aws.cloud import Cloud
from fairway.model.errors import WrongInput
from fairway.model.graph import Resource
from fairway.model.location import Location
from fairway.model.state import StackState
from fairway.stacks.claims import defined
from fairway.stacks.connect import connect
from fairway.stacks.place import require_same_place
from fairway.stacks.prepare import first_state
from fairway.stacks.read import read, refuse_mistakes
from fairway.stacks.request import Request
from fairway.stacks.run import Ports
from fairway.stacks.statecommands import Confirm, Edited, edit
from fairway.stacks.storage import open_store
from fairway.state.store import Store


def import_resource(
    request: Request, address: str, identifier: str, type_name: str, ports: Ports, confirm: Confirm
) -> Edited:
    """Take one resource that exists into state; nothing in AWS changes.

    The definition at the request's source says what it is; without one `type_name` does. Raises WrongInput
    when the address is taken or unknown to the definition, Failed when there is no such resource.
    """

    cloud = connect(request.target, ports.interruption)
    store = open_store(request.target, ports.interruption)

    def change(state: StackState) -> StackState:
        require_same_place(state, cloud.caller.session)
        resource = _described(request, address, type_name, store, cloud)
        _require_free(state, address, resource.type, identifier)
        held = TakeOver(state, cloud, cache(cloud.look_up)).take(resource, identifier)
        return replace(state, resources={**state.resources, address: held})

    def first(store: Store) -> StackState:
        return first_state(request.target, store, cloud)

    return edit(request.target, "state import", change, ports, confirm, first=first)


def _described(request: Request, address: str, type_name: str, store: Store, cloud: Cloud) -> Resource:
    """The resource as the definition says or, without one, of this type and with nothing said about it."""
    if type_name:
        cloud.traits(type_name)
        return Resource(address, type_name, {}, Location(address, 1))
    account = cloud.caller.session.account
    definition, findings = read(request, store, cloud, account=account, look_up=cache(cloud.look_up))
    refuse_mistakes(definition, findings, lambda _: None, 0)
    return defined(definition, address)


def _require_free(state: StackState, address: str, type_name: str, identifier: str) -> None:
    if held := state.resources.get(address):
        raise WrongInput(
            "adopt.address-taken",
            f"{state.stack} has a resource {address} already: {held.identifier}",
            next=f"`fairway state forget {address}` first, if that one is no longer to be managed",
        )
    for other in state.resources.values():
        if (other.type, other.identifier) == (type_name, identifier):
            raise WrongInput(
                "adopt.managed",
                f"{identifier} is managed already, as {other.address}",
                next=f"to give it another address: `fairway state move {other.address} {address}`",
            )
