"""What Fairway recorded about a stack in an environment.

Values in state are plain JSON with two tagged forms: `{"$secret": "<keyed hash>"}` and
`{"$artifact": "<hex sha256>"}` (see `model.sealing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fairway.model.graph import DeletionPolicy
from fairway.model.values import Json

SCHEMA_VERSION = 2


@dataclass(frozen=True)
class ResourceState:
    """One resource as it was left.

    `identifier` is what the read, update and delete calls need (a name, an ARN, or parts joined by `|` as
    in the registry's primary identifiers). `ref` and `attributes` answer `Ref` and `GetAtt`.
    `properties` are those that were applied, sealed. `generation` counts replacements and is part of
    generated names. A `protected` one is deleted or replaced only when the user names it. `origin` is the
    address that its generated name was made of, where that is another. An `untagged` one was taken over as
    it was: our tags come with its first change. Of an `accepted` one AWS had accepted the last change and
    was still at work on it: nobody has seen it usable yet.
    """

    address: str
    type: str
    identifier: str
    ref: Json = None
    properties: Mapping[str, Json] = field(default_factory=dict)
    attributes: Mapping[str, Json] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    deletion_policy: DeletionPolicy = "Delete"
    update_replace_policy: DeletionPolicy = "Delete"
    generation: int = 0
    protected: bool = False
    origin: str = ""
    untagged: bool = False
    accepted: bool = False


@dataclass(frozen=True)
class PendingCreate:
    """A create that was about to be sent: how to find its result if nobody recorded it.

    `properties` are encoded (`model.codec`): they may still refer to what was created before.
    """

    address: str
    type: str
    generation: int
    properties: Mapping[str, Json]
    dependencies: tuple[str, ...] = ()
    deletion_policy: DeletionPolicy = "Delete"
    update_replace_policy: DeletionPolicy = "Delete"
    protected: bool = False


@dataclass(frozen=True)
class OutputState:
    """An output with its value; secret ones hold the sealed form."""

    value: Json
    description: str = ""
    export: str = ""


@dataclass(frozen=True)
class StackState:
    """The state document. `serial` grows with every write; `lineage` names this history of the stack.

    `leftovers` are resources that were replaced or removed and still have to be deleted, newest last.
    `updating` names, by address, the properties that an update was to carry over which did not end.
    `fence` is the number of the lease under which it was written: it never falls.
    """

    stack: str
    environment: str
    account: str = ""
    region: str = ""
    lineage: str = ""
    serial: int = 0
    secret_key: str = field(default="", repr=False)
    resources: Mapping[str, ResourceState] = field(default_factory=dict)
    pending: Mapping[str, PendingCreate] = field(default_factory=dict)
    leftovers: tuple[ResourceState, ...] = ()
    outputs: Mapping[str, OutputState] = field(default_factory=dict)
    updating: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fence: int = 0


def readdressed(state: StackState, moves: Mapping[str, str]) -> StackState:
    """The state with resources under new addresses, by their old ones; those that use them follow.

    Identifiers, names and generations stay; leftovers stay at their addresses, which they only share with
    what replaced them. No new address may be taken by a resource that does not move.
    """
    if not moves:
        return state

    def following(held: ResourceState) -> ResourceState:
        uses = {moves.get(address, address) for address in held.dependencies}
        return replace(held, dependencies=tuple(sorted(uses)))

    def moved(held: ResourceState) -> ResourceState:
        address, made_at = moves.get(held.address, held.address), held.origin or held.address
        return replace(following(held), address=address, origin="" if made_at == address else made_at)

    return replace(
        state,
        resources={held.address: held for held in map(moved, state.resources.values())},
        leftovers=tuple(map(following, state.leftovers)),
        updating={moves.get(address, address): names for address, names in state.updating.items()},
    )
