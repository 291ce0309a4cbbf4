"""Takes over what exists already: single resources by their identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from fairway.apply.takeover import TakeOver, in_state
from fairway.aws.cloud import Cloud
from fairway.model.errors import WrongInput
from fairway.model.graph import Definition, Resource
from fairway.model.location import Location
from fairway.model.state import StackState
from fairway.pipeline.connect import connect
from fairway.pipeline.prepare import first_state
from fairway.pipeline.read import read, refuse_mistakes
from fairway.pipeline.request import Request
from fairway.pipeline.run import Ports, Run
from fairway.pipeline.statecommands import Confirm, Edited, edit
from fairway.state.store import Store


def import_resource(
    request: Request, address: str, identifier: str, type_name: str, ports: Ports, confirm: Confirm
) -> Edited:
    """Take one resource that exists into state; nothing in AWS changes.

    The definition at the request's source says what it is; without one `type_name` does. Raises WrongInput
    when the address is taken or unknown to the definition, Failed when there is no such resource.
    """

    def change(state: StackState, store: Store, run: Run) -> StackState:
        cloud = connect(request.target, ports.interruption)
        resource = _described(request, address, type_name, run, store, cloud)
        _require_free(state, address, resource.type, identifier)
        with run.stage("refresh"):
            held = TakeOver(state, cloud, cache(cloud.look_up)).take(resource, identifier)
        return replace(state, resources=in_state(state, [held]))

    def first(store: Store) -> StackState:
        return first_state(request.target, connect(request.target, ports.interruption).caller.session, store)

    return edit(request.target, "state import", change, ports, confirm, first=first)
