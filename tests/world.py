"""A cloud in memory for tests of planning and applying: strict about what AWS is strict about.

Names are unique, what others use cannot be deleted, what does not exist cannot be referred to, and a
create whose owner's resource is there already adopts it. It counts calls, takes time when asked to, and
fails where a test says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from fairway.apply.accepted import caught_up
from fairway.apply.engine import Outcome, apply
from fairway.apply.folds import fold, gone_on
from fairway.apply.recover import recover
from fairway.apply.revive import revived
from fairway.aws.provider import ANY_LINEAGE, Live, Owner, Progress, Traits
from fairway.model.errors import Failed, Finding
from fairway.model.events import Event
from fairway.model.graph import Definition, Output, Resource
from fairway.model.journal import Entry, read_entries
from fairway.model.location import Location
from fairway.model.plan import Action, Plan
from fairway.model.state import ResourceState, StackState
from fairway.model.until import Until
from fairway.model.values import Json, Lookup, Properties, Reference, Secret, Value, is_known, walk
from fairway.plan.desired import Desired
from fairway.plan.planner import make_plan, plan_destroy
from fairway.state.document import new_state

TABLE, FUNCTION, VERSION = "Test::Store::Table", "Test::Run::Function", "Test::Run::Version"
POLICY, QUEUE = "Test::Access::Policy", "Test::Message::Queue"

TYPES: Mapping[str, Traits] = {
    TABLE: Traits(
        TABLE,
        create_only=frozenset({"Name", "Keys"}),
        readable=frozenset({"Name", "Keys", "Size", "Tags"}),
        holds_data=True,
        name_property="Name",
        named_by=frozenset({FUNCTION}),
    ),
    FUNCTION: Traits(
        FUNCTION,
        create_only=frozenset({"Name"}),
        readable=frozenset({"Name", "Code", "Memory", "Role", "Environment", "Tags"}),
        defaults={"Memory": 128},
        volatile=frozenset({"Revision"}),
        interrupts=frozenset({"Role"}),
        name_property="Name",
        retried_by=frozenset({"Code"}),
    ),
    VERSION: Traits(
        VERSION,
        create_only=frozenset({"Function", "Code"}),
        readable=frozenset({"Function", "Code", "Tags"}),
    ),
    POLICY: Traits(
        POLICY,
        create_only=frozenset({"Target"}),
        readable=frozenset({"Target", "Document"}),
        documents=frozenset({"Document"}),
        replace_deletes_first=True,
    ),
    QUEUE: Traits(
        QUEUE,
        create_only=frozenset({"Name", "Fifo"}),
        readable=frozenset({"Name", "Fifo", "Delay", "Target", "Tags"}),
        unproved=frozenset({"Redrive"}),
        name_property="Name",
    ),
}

SLOW = (TABLE, FUNCTION)
"""What AWS accepts first and has usable later."""
BUSY = "the cloud is at work on it"

Fault = Callable[[str, str], None]
"""Told the moment (`create`, `created`, `delete`, …) and the address; raises to make the call fail."""


def works(_moment: str, _address: str) -> None:
    """Nothing fails."""


def failing(verb: str, *addresses: str, error: BaseException | None = None) -> Fault:
    """That call fails for those addresses."""

    def fault(moment: str, address: str) -> None:
        if moment == verb and address in addresses:
            raise error or Failed("Broken", f"{address} is broken")

    return fault


@dataclass(frozen=True)
class Existing:
    """A resource in the cloud."""

    type: str
    owner: Owner
    properties: Properties
    revision: int = 1


@dataclass
class World:
    """The cloud. Fulfils `Provider`."""

    fault: Fault = works
    take: Callable[[str], None] = lambda _verb: None
    held: dict[str, Existing] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    lookups: dict[str, Value] = field(default_factory=dict)
    counter: int = 0
    under_way: dict[str, str] = field(default_factory=dict)
    turn: Any = field(default_factory=Lock)

    def traits(self, type_name: str) -> Traits:
        return TYPES[type_name]

    def prepare(self, type_names: Iterable[str]) -> None:
        """Nothing has to be made ready."""

    def validate(self, resource: Resource) -> tuple[Finding, ...]:
        return ()

    def complete(self, resource: Resource, owner: Owner) -> Properties:
        traits = TYPES[resource.type]
        properties = dict(resource.properties)
        if traits.name_property:
            suffix = f"-{owner.generation}" if owner.generation else ""
            properties.setdefault(traits.name_property, f"{owner.stack}-{owner.address}{suffix}")
        if "Tags" in traits.readable:
            owned = {"fairway:stack": owner.stack, "fairway:address": owner.address}
            properties["Tags"] = [
                *resource.properties.get("Tags", []),  # type: ignore[misc]
                *({"Key": key, "Value": value} for key, value in owned.items()),
            ]
        return properties

    def create(
        self,
        type_name: str,
        properties: Properties,
        owner: Owner,
        progress: Progress,
        until: Until = "ready",
    ) -> Live:
        self._begin("create", owner.address)
        assert all(is_known(value) for value in properties.values())
        with self.turn:
            identifier = self._adoptable(type_name, properties, owner) or self._new(
                type_name, properties, owner
            )
            if type_name in SLOW:
                self.under_way[identifier] = BUSY
        self.fault("created", owner.address)
        return self._accepted(identifier, until)

    def usable(self, held: ResourceState, progress: Progress, *, patient: bool) -> bool:
        self._begin("look", held.address)
        if why := self.under_way.get(held.identifier):
            if why != BUSY:
                raise Failed("aws.failed", "it ended as Failed", why=why)
            progress(BUSY)
            if patient:
                del self.under_way[held.identifier]
        return held.identifier not in self.under_way

    def find(self, type_name: str, properties: Properties, owner: Owner) -> Live | None:
        self._begin("find", owner.address)
        identifier = self._owned(type_name, owner)
        return self._live(identifier) if identifier else None

    def read(self, type_name: str, identifier: str, properties: Properties) -> Live | None:
        return self._live(identifier) if identifier in self.held else None

    def locate(self, type_name: str, properties: Properties, named: str) -> Live | None:
        return self.read(type_name, named, properties)

    def read_all(self, resources: Iterable[ResourceState]) -> Mapping[str, Live | None]:
        return {each.address: self.read(each.type, each.identifier, {}) for each in resources}

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
        existing = self.held[live.identifier]
        self._begin("update", existing.owner.address)
        immutable = changed & TYPES[type_name].create_only
        assert not immutable, f"{immutable} cannot be updated"
        with self.turn:
            if self.under_way.get(live.identifier) == BUSY:
                raise Failed("ResourceInUse", f"{live.identifier} is still being changed")
            self._check_references(after, type_name)
            kept = {name: value for name, value in existing.properties.items() if name not in changed}
            sent = {name: value for name, value in after.items() if name in changed}
            self.held[live.identifier] = replace(
                existing, properties={**kept, **sent}, revision=existing.revision + 1
            )
        self.fault("updated", existing.owner.address)
        return self._accepted(live.identifier, until)

    def delete(
        self,
        type_name: str,
        identifier: str,
        properties: Properties,
        progress: Progress,
        until: Until = "ready",
    ) -> None:
        existing = self.held.get(identifier)
        address = existing.owner.address if existing else identifier
        self._begin("delete", address)
        with self.turn:
            if self.under_way.pop(identifier, "") == BUSY:
                raise Failed("ResourceInUse", f"{identifier} is still being made")
            for other, user in self.held.items():
                if other != identifier and identifier in _texts(user.properties):
                    raise Failed("DependencyViolation", f"{identifier} is used by {other}")
            self.held.pop(identifier, None)
        self.fault("deleted", address)

    def look_up(self, lookup: Lookup) -> Value:
        found = self.lookups.get(str(lookup.key))
        if found is None:
            raise Failed("ParameterNotFound", f"{lookup.key} does not exist")
        return found

    def writes(self) -> list[tuple[str, str]]:
        """The changing calls made so far, as (verb, address)."""
        return [call for call in self.calls if call[0] not in ("find", "look")]

    def fail_functions(self, why: str) -> None:
        """Every function that is under way ends as failed."""
        for identifier in self.under_way:
            if self.held[identifier].type == FUNCTION:
                self.under_way[identifier] = why

    def _accepted(self, identifier: str, until: Until) -> Live:
        """What takes its time is under way for those who do not wait."""
        self.under_way.pop(identifier, None)
        slow = until == "configured" and self.held[identifier].type in SLOW
        if slow:
            self.under_way[identifier] = BUSY
        return replace(self._live(identifier), accepted=slow)

    def _begin(self, verb: str, address: str) -> None:
        with self.turn:
            self.calls.append((verb, address))
        self.fault(verb, address)
        self.take(verb)

    def _new(self, type_name: str, properties: Properties, owner: Owner) -> str:
        self._check_references(properties, type_name)
        if type_name == POLICY:
            identifier = f"policy {owner.address} of {properties['Target']}"
        elif name := TYPES[type_name].name_property:
            identifier = str(properties[name])
        else:
            self.counter += 1
            identifier = f"id-{self.counter}"
        if identifier in self.held:
            raise Failed("AlreadyExists", f"{identifier} exists already")
        self.held[identifier] = Existing(type_name, owner, properties)
        return identifier

    def _adoptable(self, type_name: str, properties: Properties, owner: Owner) -> str:
        identifier = self._owned(type_name, owner)
        name = TYPES[type_name].name_property
        if not identifier or (name and properties[name] != identifier):
            return ""
        self.held[identifier] = replace(self.held[identifier], properties=properties)
        return identifier

    def _owned(self, type_name: str, owner: Owner) -> str:
        def is_owners(each: Existing) -> bool:
            lineage = each.owner.lineage if owner.lineage == ANY_LINEAGE else owner.lineage
            return (each.type, each.owner) == (type_name, replace(owner, lineage=lineage))

        return next((key for key, each in self.held.items() if is_owners(each)), "")

    def _check_references(self, properties: Properties, user: str) -> None:
        for text in _texts(properties):
            used = text.removeprefix("ref:")
            if used == text:
                continue
            if used not in self.held:
                raise Failed("NotFound", f"{text} does not exist")
            if used in self.under_way and user not in TYPES[self.held[used].type].named_by:
                raise Failed("NotReady", f"{text} cannot be used yet")

    def _live(self, identifier: str) -> Live:
        existing = self.held[identifier]
        traits = TYPES[existing.type]
        has_failed = self.under_way.get(identifier, BUSY) != BUSY
        readable = traits.readable - (traits.retried_by if has_failed else frozenset())
        answered = {
            name: value.value if isinstance(value, Secret) else value
            for name, value in existing.properties.items()
            if name in readable
        }
        attributes: dict[str, Json] = {"Arn": f"ref:{identifier}", "Revision": existing.revision}
        return Live(identifier, f"ref:{identifier}", answered, attributes)


def _texts(properties: Properties) -> set[str]:
    """Every text in the properties, and what it refers to."""
    found = {node for value in properties.values() for node in walk(value) if isinstance(node, str)}
    return found | {text.removeprefix("ref:") for text in found}


def resource(
    address: str,
    type_name: str = QUEUE,
    *,
    depends_on: tuple[str, ...] = (),
    policies: Mapping[str, Any] | None = None,
    **properties: Value,
) -> Resource:
    """A resource of the test's definition."""
    location = Location("template.yaml", 1)
    return Resource(address, type_name, properties, location, depends_on, **(policies or {}))


def define(*resources: Resource, **outputs: Value) -> Definition:
    """A definition with these resources and outputs."""
    named = {name: Output(name, value) for name, value in outputs.items()}
    return Definition("cloudformation", "template.yaml", {each.address: each for each in resources}, named)


def ref(address: str, attribute: str = "") -> Reference:
    return Reference(address, attribute)


def fresh() -> StackState:
    return new_state("shop", "dev")


@dataclass
class Notebook:
    """A journal in memory. What is in it has been text."""

    lines: list[str] = field(default_factory=list)
    appends: int = 0

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        self.lines.extend(json.dumps(line) for line in lines)
        self.appends += 1

    def read(self) -> tuple[Entry, ...]:
        return read_entries(map(json.loads, self.lines))


@dataclass
class Stack:
    """A stack that is deployed again and again, as the pipeline does it; keeps what was saved last."""

    world: World = field(default_factory=World)
    state: StackState = field(default_factory=fresh)
    journal: Notebook = field(default_factory=Notebook)
    events: list[Event] = field(default_factory=list)
    saves: int = 0

    def save(self, state: StackState) -> StackState:
        """What is saved needs no journal any more."""
        self.saves += 1
        self.state = replace(state, serial=state.serial + 1)
        self.journal.lines.clear()
        return self.state

    def known(self) -> StackState:
        """The saved state with the journal."""
        known = gone_on(self.state, self.journal.read())
        assert known is not None
        return known

    def plan(self, definition: Definition | None, *allowed: str) -> tuple[Plan, Desired, StackState]:
        """The plan as the pipeline would make it: `None` destroys."""
        state, _ = caught_up(recover(self.known(), self.world), self.world, lambda *_: None, patient=True)
        if state != self.state:
            state = self.save(state)
        allow = frozenset(allowed)
        if definition is None:
            live = self.world.read_all(state.resources.values())
            return *plan_destroy(state, live, self.world, allow_data_loss=allow), state
        back = revived(definition, state, self.world, self.world.look_up)
        standing = fold(state, back)
        live = self.world.read_all(standing.resources.values())
        plan, desired = make_plan(
            definition, standing, live, self.world, allow_data_loss=allow, look_up=self.world.look_up
        )
        return plan, replace(desired, first=back), state

    def deploy(self, definition: Definition | None, *allowed: str, **options: Any) -> Outcome:
        """Plan and apply; data loss is allowed unless the test names what is."""
        plan, desired, state = self.plan(definition, *(allowed or ("*",)))
        self.events.clear()
        return self.apply(plan, desired, state, **options)

    def apply(self, plan: Plan, desired: Desired, state: StackState, **options: Any) -> Outcome:
        """Carry a plan out and save what came of it."""
        outcome = apply(plan, desired, state, self.world, self.journal, self.events.append, **options)
        if outcome.state != state:
            self.save(outcome.state)
        return outcome


def actions(plan: Plan) -> dict[str, Action]:
    """What happens to each address; what stays as it is left out."""
    return {change.address: change.action for change in plan.effective}
