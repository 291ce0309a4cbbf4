"""The cloud that calls AWS: fulfils `fairway.aws.provider.Provider` with the catalogue's declarations."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from fairway.aws.artifacts import Artifacts
from fairway.aws.calls import SCHEDULES, Caller, quiet
from fairway.aws.catalogue import reading, waiting, writing
from fairway.aws.catalogue.carried import findings
from fairway.aws.catalogue.context import Context, MissingName
from fairway.aws.catalogue.declaration import Call, Naming, ResourceType
from fairway.aws.catalogue.derive import Derived
from fairway.aws.catalogue.find import resource_type
from fairway.aws.catalogue.identity import follows, is_identifier, names_told
from fairway.aws.catalogue.naming import generated_name
from fairway.aws.catalogue.tags import is_anyones, is_owned, owner_of, with_ownership
from fairway.aws.failures import CallFailed, Kind
from fairway.aws.lookups import look_up
from fairway.aws.opening import open_context, unwrapped
from fairway.aws.provider import Live, Owner, Progress, Traits
from fairway.aws.refresh import READERS, refresh
from fairway.model.errors import Failed, FairwayError, Finding
from fairway.model.graph import Resource
from fairway.model.plan import Contents
from fairway.model.sealing import unseal
from fairway.model.state import ResourceState
from fairway.model.until import Until
from fairway.model.values import Lookup, Properties, Value, is_known
from fairway.registry.schema import schema

UNTIL_SEEN = {
    Kind.EXISTS: (0.0, 0.25, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0),
    Kind.UNCERTAIN: (0.0, 0.5, 1.0, 2.0),
}
"""Seconds before each look for what a create made, because reads lag writes (BC dynamodb DescribeTable, BC
kms CreateKey, TF iam): what AWS says is there, and what it may have made and would make a second time."""


@dataclass
class Cloud:
    """One account and region. Every verb is safe to call from several threads."""

    caller: Caller
    _derived: dict[str, Derived] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.artifacts = Artifacts(self.caller)

    @property
    def calls(self) -> Mapping[str, int]:
        """How many calls were sent: `reads`, `writes`, and by operation."""
        return self.caller.session.count.summary()

    def traits(self, type_name: str) -> Traits:
        """Facts about a type. Raises WrongInput for a type outside the catalogue."""
        derived = self.derived(type_name)
        declared = derived.type
        naming = declared.naming
        return Traits(
            type=type_name,
            create_only=derived.create_only,
            settled_by_create=frozenset(declared.settled_by_create),
            readable=derived.readable,
            unproved=frozenset(derived.facet_of) - derived.readable - derived.create_only,
            unordered=derived.unordered,
            documents=derived.documents,
            times=derived.times,
            defaults=declared.defaults,
            volatile=frozenset(declared.volatile),
            interrupts=frozenset(declared.interrupts),
            holds_data=declared.holds_data,
            name_property=naming.property if naming and not naming.versioned else "",
            replace_deletes_first=declared.delete_first,
            movable=declared.movable,
            retried_by=frozenset(declared.retried_by),
            named_by=frozenset(declared.named_by),
        )

    def prepare(self, type_names: Iterable[str]) -> None:
        """Makes the clients that calls for these types need; what is wrong with one shows when it is used."""
        for service in dict.fromkeys(self.derived(name).type.service for name in type_names):
            with suppress(FairwayError):
                self.caller.session.client(service)

    def validate(self, resource: Resource) -> tuple[Finding, ...]:
        """What no call would carry, with file and line. Needs no AWS, not even credentials."""
        return findings(resource, self.derived)

    def complete(self, resource: Resource, owner: Owner) -> Properties:
        """The properties with a generated name where the definition leaves it open, and ownership tags."""
        derived = self.derived(resource.type)
        completed: dict[str, Value] = dict(resource.properties)
        naming = derived.type.naming
        if naming and not completed.get(naming.property):
            completed[naming.property] = self._name(derived.type, owner, completed)
        tags = derived.tag_property
        if tags:
            completed[tags] = with_ownership(completed.get(tags), owner, as_map=derived.tags_are_map)
        return completed

    def create(
        self,
        type_name: str,
        properties: Properties,
        owner: Owner,
        progress: Progress,
        until: Until = "ready",
    ) -> Live:
        """Creates it and waits until it is so far; adopts what is the owner's already."""
        context = self._context(
            self.derived(type_name), properties, owner=owner, progress=progress, until=until
        )
        delays = SCHEDULES[Kind.UNCERTAIN].delays(self.caller.clock.chance)
        with self._alone(context):
            while True:
                try:
                    self._refuse_overwriting(context, properties, owner)
                    writing.create(context)
                except CallFailed as failure:
                    made = self._made_before(context, failure, properties, owner)
                    if made is not None:
                        return self._adopt(context, made, properties)
                    delay = next(delays, None)
                    if delay is None:
                        raise
                    self.caller.pause(delay)
                    continue
                writing.complete_attributes(context)
                accepted = waiting.left_to_aws(context, "create")
                return replace(self._live(context, properties), accepted=accepted)

    def _made_before(
        self, context: Context, failure: CallFailed, properties: Properties, owner: Owner
    ) -> Live | None:
        """What an earlier try made; None when a create whose answer was lost did not happen.

        Raises the failure when it is another, Failed when the name is taken by what is not the owner's.
        """
        if failure.kind not in UNTIL_SEEN and not _may_have_happened(failure):
            raise failure
        declared = context.derived.type
        # Where the identity follows from the properties, a second create would be refused and tell.
        is_told = failure.kind is Kind.UNCERTAIN and declared.find is None
        looks = UNTIL_SEEN.get(failure.kind, UNTIL_SEEN[Kind.UNCERTAIN])
        for delay in looks[: 1 if is_told else None]:
            self.caller.pause(delay)
            present, is_owners = self._look_for(declared.name, properties, owner)
            if is_owners:
                return present
            if present is not None:
                break
        if failure.kind is Kind.EXISTS:
            raise _taken(failure, context, present, owner) from None
        return None

    def find(self, type_name: str, properties: Properties, owner: Owner) -> Live | None:
        """The result of a create that was perhaps sent but not recorded; None when it is not the owner's."""
        present, is_owners = self._look_for(type_name, properties, owner)
        return present if is_owners else None

    def in_the_way(self, resource: Resource, owner: Owner) -> Failed | None:
        """The refusal that the create of a resource would end with, where something else has its name.

        None for a name that is free or the owner's, and for one that Fairway makes or that is not known yet.
        Costs a read.
        """
        declared = self.derived(resource.type).type
        naming = declared.naming
        if naming is None or naming.versioned or declared.identity != (naming.property,):
            return None
        name = resource.properties.get(naming.property)
        if not isinstance(name, str):
            return None
        known = {key: value for key, value in resource.properties.items() if is_known(value)}
        present, is_owners = self._look_for(resource.type, known, owner)
        if present is None or is_owners:
            return None
        refused = CallFailed(Kind.EXISTS, declared.name, "AlreadyExists", f"{name} exists already")
        return _taken(refused, self._context(self.derived(resource.type), known), present, owner)

    def arn(self, resource: Resource, owner: Owner) -> str:
        """The ARN that a resource has or will have, as far as its declaration tells it; else empty."""
        derived = self.derived(resource.type)
        known = {key: value for key, value in resource.properties.items() if is_known(value)}
        completed = self.complete(replace(resource, properties=known), owner)
        try:
            return str(self._context(derived, completed, owner=owner)["Arn"])
        except MissingName:
            return ""

    def _look_for(self, type_name: str, properties: Properties, owner: Owner) -> tuple[Live | None, bool]:
        """What stands where such a resource would, and whether it is the owner's."""
        context = self._context(self.derived(type_name), properties, owner=owner)
        try:
            live = reading.read(context, properties) if self._identify(context) else None
        except CallFailed as failure:
            if failure.kind is not Kind.NOT_FOUND:  # half of it is not visible yet
                raise
            live = None
        return live, live is not None and self._is_owners(context, live, owner)

    def read(self, type_name: str, identifier: str, properties: Properties) -> Live | None:
        """What AWS answers now, or None when it is not there."""
        context = self._context(self.derived(type_name), properties, identifier=identifier)
        return reading.read(context, properties)

    def locate(self, type_name: str, properties: Properties, named: str) -> Live | None:
        """What exists under an identifier, or under what `Ref` would return; None when nothing does."""
        derived = self.derived(type_name)
        context = self._context(derived, properties)
        if is_identifier(derived.type, named):
            context.identify(named)
        elif not follows(derived.type, properties):
            context.learn(names_told(derived.type, named))
        if not self._identify(context):
            return None
        context.identify(context.identifier)
        live = reading.read(context, properties)
        naming = derived.type.naming
        name = context.get(naming.property) if naming else None
        if live is None or naming is None or name is None:
            return live
        return replace(live, properties={naming.property: name, **live.properties})

    def read_all(self, resources: Iterable[ResourceState]) -> Mapping[str, Live | None]:
        """Live by address, in parallel; a call that several resources need is made once."""
        return refresh(self.caller, self.derived).read_all(resources)

    def contents(self, resources: Iterable[ResourceState]) -> Mapping[tuple[str, str], Contents]:
        """What is in resources that hold data, by type and identifier; counted in parallel."""
        counted = [held for held in resources if self.derived(held.type).type.contents is not None]
        with ThreadPoolExecutor(READERS, "count") as pool:
            found = zip(counted, pool.map(self._contents, counted), strict=True)
            return {(held.type, held.identifier): contents for held, contents in found if contents}

    def _contents(self, held: ResourceState) -> Contents | None:
        """None for what is gone, or what AWS does not let be looked into: then it is lost uncounted."""
        derived = self.derived(held.type)
        assert derived.type.contents is not None
        applied = {name: unseal(value) for name, value in held.properties.items()}
        context = self._context(derived, applied, identifier=held.identifier)
        try:
            return derived.type.contents(context)
        except CallFailed as failure:
            if failure.kind in (Kind.NOT_FOUND, Kind.FATAL):
                return None
            raise

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
        """Carries the changed top-level properties over and waits until it is so far."""
        derived = self.derived(type_name)
        context = self._context(derived, after, identifier=live.identifier, progress=progress, until=until)
        context.before = unwrapped(_present(live, before, derived.readable))
        context.changed = changed
        told = {name: value for name, value in live.attributes.items() if name not in after}
        context.learn(told)
        try:
            with self._alone(context):
                writing.update(context)
        except CallFailed as failure:
            if not _may_have_happened(failure):
                raise
            waiting.wait_until_finished(context)  # what was lost may be under way
            there = self.read(type_name, live.identifier, after)
            if there is None:
                raise
            left = frozenset(name for name in changed if _differs(name, there, after, derived.readable))
            return self.update(
                type_name, there.over(live.ref, live.attributes), before, after, left, progress, until
            )
        writing.refresh_attributes(context)
        told = {**live.attributes, **context.attributes()}
        accepted = waiting.left_to_aws(context, "update")
        return Live(live.identifier, live.ref, self._readable(derived, after), told, accepted)

    def usable(self, held: ResourceState, progress: Progress, *, patient: bool) -> bool:
        """Whether what AWS had accepted is usable; a `patient` one waits. Raises Failed where it failed."""
        applied = {name: unseal(value) for name, value in held.properties.items()}
        context = self._context(
            self.derived(held.type), applied, identifier=held.identifier, progress=progress
        )
        if patient:
            waiting.wait_until_finished(context)
        return patient or waiting.is_usable(context)

    def delete(
        self,
        type_name: str,
        identifier: str,
        properties: Properties,
        progress: Progress,
        until: Until = "ready",
    ) -> None:
        """Removes it and waits until its name is free or what used it can be removed, or until it is gone."""
        derived = self.derived(type_name)
        context = self._context(derived, properties, identifier=identifier, progress=progress, until=until)
        with self._alone(context):
            try:
                writing.delete(context)
            except CallFailed as failure:
                if not _may_have_happened(failure):
                    raise
                if self.read(type_name, identifier, properties) is not None:
                    writing.delete(context)

    def look_up(self, lookup: Lookup) -> Value:
        """A value AWS holds; a `Secret` where it must not be shown. Raises WrongInput when there is none."""
        return look_up(self.caller, lookup)

    def derived(self, type_name: str) -> Derived:
        """A type's declaration with all that follows from it. Raises WrongInput outside the catalogue."""
        with self._lock:
            if type_name not in self._derived:
                declared = resource_type(type_name)
                published = schema(type_name)
                assert published is not None, f"no schema for {type_name}"
                self._derived[type_name] = Derived(declared, published, self.caller.session.model)
            return self._derived[type_name]

    def _name(self, declared: ResourceType, owner: Owner, properties: Properties) -> str:
        assert declared.naming is not None
        owner = replace(owner, generation=0) if declared.naming.versioned else owner
        return self._unique(declared.naming, owner, declared.name, properties)

    def _unique(self, naming: Naming, owner: Owner, type_name: str, properties: Properties) -> str:
        place = f"{self.caller.session.account}/{self.caller.session.region}"
        return generated_name(naming, owner, place, type_name, properties)

    def _context(
        self,
        derived: Derived,
        properties: Properties,
        *,
        identifier: str = "",
        owner: Owner | None = None,
        progress: Progress = quiet,
        until: Until = "ready",
    ) -> Context:
        """A context that also knows the owner, where there is one."""
        context = open_context(
            self.caller,
            derived,
            properties,
            identifier=identifier,
            progress=progress,
            artifacts=self.artifacts,
        )
        context.until = until
        if owner is not None:
            unique = self._unique(Naming("", 64), owner, derived.type.name, {})
            context.learn({"stack": owner.stack, "address": owner.address, "unique_name": unique})
        return context

    def _adopt(self, context: Context, live: Live, properties: Properties) -> Live:
        """Takes over what an earlier try made, and brings it to the wanted properties."""
        name = context.derived.type.name
        context.identify(live.identifier)
        context.learn({key: value for key, value in live.attributes.items() if "." not in key})
        waiting.wait_now(context, "create")
        different = {key for key in properties if live.properties.get(key) != properties[key]}
        changed = frozenset(different & context.derived.changeable)
        return self.update(name, live, live.properties, properties, changed, context.progress, context.until)

    def _refuse_overwriting(self, context: Context, properties: Properties, owner: Owner) -> None:
        """Raises EXISTS for a thing of the same name where the create call would change it without a word.

        A generated name is the owner's own, so only a given one costs a look.
        """
        declared = context.derived.type
        if not declared.overwrites or declared.naming is None:
            return
        given = properties.get(declared.naming.property)
        if given != self._name(declared, owner, properties) and self._identify(context):
            present = reading.read_main(context) is not None and not reading.is_going(context)
            context.answer = {}
            if present:
                raise CallFailed(Kind.EXISTS, declared.name, "AlreadyExists", f"{given} exists already")

    def _identify(self, context: Context) -> bool:
        """Whether the identity follows from the properties, or can be found out."""
        try:
            return bool(context.identifier)
        except MissingName:
            finder = context.derived.type.find
        if finder is None:
            return False
        try:
            answer = reading.main_answer(context, finder) if isinstance(finder, Call) else finder(context)
        except MissingName:  # a recovery may not know what it was made with
            return False
        context.learn(reading.scalars(answer))
        if answer:
            context.identify(context.identifier)
        return bool(answer)

    def _is_owners(self, context: Context, live: Live, owner: Owner) -> bool:
        """By tags; what cannot carry or show tags is known by its identity and what it was made with."""
        derived = context.derived
        tags = live.properties.get(derived.tag_property)
        if derived.tag_property not in derived.readable:
            return all(_at(live.properties, at) == _at(context.after, at) for at in derived.type.known_by)
        if is_owned(tags, owner):
            return True
        return derived.type.made_by_aws and not is_anyones(tags)

    def _alone(self, context: Context) -> AbstractContextManager[Any]:
        key = context.derived.type.serialize
        if not key:
            return nullcontext()
        return self.caller.exclusive(f"{context.derived.type.service}/{context.expand(key)}")

    def _live(self, context: Context, properties: Properties) -> Live:
        readable = self._readable(context.derived, properties)
        return Live(context.identifier, context.ref, readable, context.attributes())

    def _readable(self, derived: Derived, properties: Properties) -> Properties:
        return {name: value for name, value in properties.items() if name in derived.readable}


def _present(live: Live, recorded: Properties, readable: frozenset[str]) -> Properties:
    """What is there before an update: as read where a read can tell, else as recorded."""
    unseen = {name: value for name, value in recorded.items() if name not in readable}
    return {**unseen, **live.properties}


def _may_have_happened(failure: CallFailed) -> bool:
    """Whether what was refused may be there already, by an earlier try of the same call."""
    return failure.after_lost and failure.kind is not Kind.UNCERTAIN


def _differs(name: str, there: Live, wanted: Properties, readable: frozenset[str]) -> bool:
    """Whether a property still has to be sent, as far as a read tells."""
    return name not in readable or there.properties.get(name) != wanted.get(name)


def _at(value: Any, place: str) -> Any:
    for step in place.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _taken(failure: CallFailed, context: Context, present: Live | None, owner: Owner) -> Failed:
    """Whose the one in the way is, as its tags say, and the way to have it."""
    tags = context.derived.tag_property
    holder = owner_of(present.properties.get(tags)) if present else None
    why = "it exists already and nothing about it says that it belongs to this stack"
    way = "choose another name for it, or for the stack (--stack), or remove the one that is in the way"
    if holder == replace(owner, generation=0, lineage=""):
        why = "it exists already, made by another history of this stack whose state is elsewhere or lost"
        adopt = f"fairway deploy --stack {owner.stack} --env {owner.environment} --adopt {owner.address}"
        way = f"if that is lost: {adopt}; else choose another --stack"
    elif holder:
        whose = f"{holder.address} of {holder.stack} in {holder.environment}"
        why = f"{why}: by its tags it is {whose}"
        way = "choose another name for it; to have it here, `fairway state forget` it there first"
    elif present:
        way = f"{way}; to take it over: fairway state import {owner.address} '{present.identifier}'"
    return Failed(failure.code, failure.what, where=failure.where, why=why, next=way)
