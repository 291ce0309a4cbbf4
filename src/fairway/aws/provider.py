"""What planning and applying need of a cloud: facts about types, and the four verbs.

`fairway.aws.cloud.Cloud` is the one that calls AWS; tests of the planner and the scheduler use an
in-memory one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from fairway.model.errors import Finding
from fairway.model.graph import Resource
from fairway.model.state import ResourceState
from fairway.model.until import Until
from fairway.model.values import Json, Lookup, Properties, Value

Progress = Callable[[str], None]
"""Told what an operation waits for, in words for people."""


ANY_LINEAGE = "*"


@dataclass(frozen=True)
class Owner:
    """Whose resource it is; goes into ownership tags and, but for the lineage, into generated names.

    `lineage` tells two stacks of the same name apart, of two projects in folders of the same name, say.
    `ANY_LINEAGE` stands for whichever of them, where something is only looked for.
    """

    stack: str
    environment: str
    address: str
    generation: int = 0
    lineage: str = ""


@dataclass(frozen=True)
class Live:
    """A resource as AWS answers it.

    `properties` has the shape of the registry schema and holds only what a call can read. `ref` and
    `attributes` answer `Ref` and `GetAtt`. `accepted` says, after a write, that AWS is still at work on it.
    """

    identifier: str
    ref: Json
    properties: Properties = field(default_factory=dict)
    attributes: Mapping[str, Json] = field(default_factory=dict)
    accepted: bool = False

    def over(self, ref: Json, attributes: Mapping[str, Json]) -> Live:
        """This, completed by what was known before and this answer does not say."""
        return replace(
            self, ref=ref if self.ref is None else self.ref, attributes={**attributes, **self.attributes}
        )


@dataclass(frozen=True)
class Traits:
    """Facts about a type that the planner works with. Paths are dotted, `*` for any list item.

    `readable` are the top-level properties that a read answers: the others are compared with what was
    recorded. `unproved` are those of them that a call of its own sets after the create: that the resource
    exists does not tell that they were set. `create_only` force a replacement; `settled_by_create` do
    where they are added or taken away, not where they change. `unordered` lists are sets. `documents` are
    JSON documents, given as text or as a tree, compared by meaning. `times` are points in time.
    `defaults` is what AWS fills in for an absent top-level property. `volatile` are attributes that an
    update may change.
    """

    type: str
    create_only: frozenset[str] = frozenset()
    settled_by_create: frozenset[str] = frozenset()
    readable: frozenset[str] = frozenset()
    unproved: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    defaults: Mapping[str, Json] = field(default_factory=dict)
    volatile: frozenset[str] = frozenset()
    interrupts: frozenset[str] = frozenset()
    holds_data: bool = False
    name_property: str = ""
    replace_deletes_first: bool = False
    """The new one cannot exist beside the old one although no name is given (a bucket's one policy)."""
    movable: bool = True
    """Another address for the same properties is the same thing renamed, not a way to ask for a new one."""
    retried_by: frozenset[str] = frozenset()
    """The properties that, when they are sent, make AWS try again what it had accepted and failed to do."""
    named_by: frozenset[str] = frozenset()
    """Types that only name it where they refer to it: for them it need not be usable yet."""


class Provider(Protocol):
    """The cloud. Every verb is safe to call from several threads.

    Errors are `fairway.model.errors.Failed` with AWS's code and request id; a resource that is not there
    is None for reads and no error for deletes. Retries, waits and rate limits happen inside.
    """

    def traits(self, type_name: str) -> Traits:
        """Facts about a type. Raises WrongInput for a type outside the catalogue."""
        ...

    def prepare(self, type_names: Iterable[str]) -> None:
        """Make ready what calls for these types will need, without any call. Never raises: it is a hint."""
        ...

    def validate(self, resource: Resource) -> tuple[Finding, ...]:
        """What no call would carry: unknown types, properties that the catalogue does not handle."""
        ...

    def complete(self, resource: Resource, owner: Owner) -> Properties:
        """The properties with a generated physical name where the definition leaves it open, and with
        ownership tags. Deterministic."""
        ...

    def create(
        self,
        type_name: str,
        properties: Properties,
        owner: Owner,
        progress: Progress,
        until: Until = "ready",
    ) -> Live:
        """Create it and wait `until` it is so far. All properties are known. When it exists already and its
        ownership tags (or its identity, for what cannot carry tags) are the owner's, it is adopted."""
        ...

    def usable(self, held: ResourceState, progress: Progress, *, patient: bool) -> bool:
        """Whether what AWS had accepted is usable by now; a `patient` one waits for that. Of what is gone it
        is true: a refresh tells. Raises Failed (`aws.failed`, with AWS's reason) where it went wrong."""
        ...

    def find(self, type_name: str, properties: Properties, owner: Owner) -> Live | None:
        """The result of a create that may have been sent but was not recorded."""
        ...

    def read(self, type_name: str, identifier: str, properties: Properties) -> Live | None:
        """What AWS answers now. `properties`, as last applied, say which optional parts are worth a call."""
        ...

    def locate(self, type_name: str, properties: Properties, named: str) -> Live | None:
        """What exists under an identifier or, of CloudFormation's, a physical id. `properties` are those
        known: they complete the identity, and say which optional parts are worth a call."""
        ...

    def read_all(self, resources: Iterable[ResourceState]) -> Mapping[str, Live | None]:
        """Live by address, in parallel and in bulk where AWS lists."""
        ...

    def update(
        self,
        type_name: str,
        live: Live,
        before: Properties,
        after: Properties,
        changed: frozenset[str],
        progress: Progress,
        until: Until = "ready",
    ) -> Live:
        """Carry the changed top-level properties over; wait `until` it is so far."""
        ...

    def delete(
        self,
        type_name: str,
        identifier: str,
        properties: Properties,
        progress: Progress,
        until: Until = "ready",
    ) -> None:
        """Remove it and wait until its name is free or what used it can be removed; `settled`: until gone."""
        ...

    def look_up(self, lookup: Lookup) -> Value:
        """A value AWS holds; a `Secret` where it must not be shown. Raises WrongInput when there is none."""
        ...
