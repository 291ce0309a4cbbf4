"""Takes what exists already into state, without a call that changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairway.aws.provider import ANY_LINEAGE, Live, Owner, Provider, Traits
from fairway.model.errors import Failed, FairwayError
from fairway.model.evaluate import answer_of, evaluate
from fairway.model.graph import Resource
from fairway.model.location import Location
from fairway.model.sealing import UNPROVED, seal
from fairway.model.state import ResourceState, StackState
from fairway.model.values import (
    Artifact,
    Asset,
    Json,
    Properties,
    Reference,
    Value,
    is_known,
    references,
    rewrite,
)
from fairway.plan.masking import seal_live
from fairway.plan.meaning import mark
from fairway.plan.planner import LookUp

UNBUILT = Artifact("0" * 64)
"""Stands for code that has not been built, so that a read answers what code is live."""
GENERATIONS = range(10)
"""How often something may have been replaced for its generated name still to be looked for."""


@dataclass
class TakeOver:
    """Takes resources over one after another, each after those it refers to.

    With `trusted` the definition is known to have been applied: what no read answers is recorded as it says.
    Else the next deploy sends it again.
    """

    state: StackState
    provider: Provider
    look_up: LookUp
    trusted: bool = False
    taken: dict[str, ResourceState] = field(default_factory=dict)

    def take(self, resource: Resource, named: str, where: Location | None = None) -> ResourceState:
        """Take over what has this identifier or physical id. Raises Failed when there is nothing."""
        wanted = self._wanted(resource.properties)
        live = self.provider.locate(resource.type, _known(wanted), named)
        if live is None:
            raise Failed(
                "adopt.missing",
                f"there is no {resource.type} {named}",
                where=where or resource.address,
                why="AWS does not know it in this account and region, or more is needed to find it",
                next="give its identifier: the name, the ARN, or the parts of the registry's primary "
                "identifier joined by |",
            )
        return self._record(resource, wanted, live)

    def claim(self, resource: Resource) -> ResourceState | None:
        """Take over what an earlier life of this stack made for the resource; None when there is nothing."""
        if not self._is_reachable(resource):
            return None
        for generation in GENERATIONS:
            owner = Owner(self.state.stack, self.state.environment, resource.address, generation, ANY_LINEAGE)
            wanted = self._wanted(self.provider.complete(resource, owner))
            live = self.provider.find(resource.type, _known(wanted), owner)
            if live is not None:
                return self._record(resource, wanted, live, generation)
            if not self._has_generated_name(resource):
                break
        return None

    def _is_reachable(self, resource: Resource) -> bool:
        """Whether all that it refers to is there: else it cannot have been made."""
        used = {each.address for value in resource.properties.values() for each in references(value)}
        return used <= self.state.resources.keys() | self.taken.keys()

    def _has_generated_name(self, resource: Resource) -> bool:
        name = self.provider.traits(resource.type).name_property
        return bool(name) and resource.properties.get(name) is None

    def _wanted(self, properties: Properties) -> Properties:
        return {name: self._evaluated(value) for name, value in properties.items()}

    def _evaluated(self, value: Value) -> Value:
        try:
            return evaluate(rewrite(value, _unbuilt), self._answer, self.look_up)
        except FairwayError:  # of a secret that state holds only the hash is known, which no function takes
            return value

    def _answer(self, reference: Reference) -> Value:
        held = self.taken.get(reference.address) or self.state.resources.get(reference.address)
        return answer_of(reference, held)

    def _record(
        self, resource: Resource, wanted: Properties, live: Live, generation: int = 0
    ) -> ResourceState:
        traits = self.provider.traits(resource.type)
        found = ResourceState(
            resource.address,
            resource.type,
            live.identifier,
            live.ref,
            recorded_properties(traits, wanted, live, self.state.secret_key, trusted=self.trusted),
            live.attributes,
            tuple(sorted(resource.dependencies)),
            resource.deletion_policy,
            resource.update_replace_policy,
            generation,
            untagged=self.trusted,
        )
        self.taken[resource.address] = found
        return found


def recorded_properties(
    traits: Traits, wanted: Properties, live: Live, key: str, *, trusted: bool
) -> Mapping[str, Json]:
    """What state says of something taken over: live, of what the definition or a name says.

    What else AWS answers is its own doing as far as anybody knows, and what somebody added by hand to what
    has keys of its own choice (tags, variables) shows whatever was recorded. Without a definition all of it
    is recorded. What no read answers and only a create can set led to the resource, so it is as wanted.
    """
    sealed = {name: seal(value, key) for name, value in wanted.items() if value is not None}
    actual = seal_live(live.properties, traits, (sealed,), key)
    if not wanted:
        return actual
    names = (sealed.keys() | {traits.name_property}) & actual.keys()
    told = {name: _within(sealed.get(name), actual[name]) for name in names}
    hidden = sealed.keys() - traits.readable
    unread = {name: sealed[name] if trusted or _is_settled(traits, name) else UNPROVED for name in hidden}
    return {**unread, **told}


def _within(wanted: Json, actual: Json) -> Json:
    """What is live of what the definition says, below a property too."""
    match wanted, actual:
        case Mapping(), Mapping() if not mark(actual):
            return {name: _within(wanted[name], value) for name, value in actual.items() if name in wanted}
        case [Mapping() as first, *others], [*items] if all(isinstance(other, Mapping) for other in others):
            shared = set(first).intersection(*(o for o in others if isinstance(o, Mapping)))
            common = {name: first[name] for name in shared}
            return [_within(common, item) for item in items]
    return actual


def _is_settled(traits: Traits, name: str) -> bool:
    return name in traits.create_only or name in traits.settled_by_create


def _known(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if is_known(value)}


def _unbuilt(value: Value) -> Value:
    return UNBUILT if isinstance(value, Asset) else value
