"""Makes plans: what takes live to the definition, or everything away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from fairway.aws.provider import Live, Owner, Provider, Traits
from fairway.model.errors import FairwayError, WrongInput
from fairway.model.evaluate import evaluate
from fairway.model.graph import Definition, Resource, keeps
from fairway.model.plan import Action, Change, Impact, Plan, PropertyChange, Reason, Refusal
from fairway.model.sealing import seal, unseal
from fairway.model.state import ResourceState, StackState
from fairway.model.values import Json, Lookup, Properties, Reference, Value
from fairway.plan.decide import Decision, decide, has_given_name
from fairway.plan.desired import Desired, Target
from fairway.plan.removal import DELETED_FIRST, MADE_FIRST, Guard, removals

LookUp = Callable[[Lookup], Value]
NO_IMPACT = Impact()


def unresolved(lookup: Lookup) -> Value:
    """Leaves a lookup to be answered when the plan is carried out."""
    return lookup


def make_plan(
    definition: Definition,
    state: StackState,
    live: Mapping[str, Live | None],
    provider: Provider,
    *,
    allow_data_loss: frozenset[str] = frozenset(),
    look_up: LookUp = unresolved,
) -> tuple[Plan, Desired]:
    """The plan that takes live to the definition, and what carrying it out needs.

    Assets in the definition have been built: artifacts stand in their places. `state` has been through
    `apply.recover`; for a stack that was never deployed it is a new one. A resource that `live` says
    nothing about is taken to be as it was recorded. Of the provider only `traits` and `complete` are
    used. Raises WrongInput for what cannot be planned, a cycle for instance.
    """
    guard = Guard(provider.traits, allow_data_loss)
    planner = _Planner(state, live, provider, guard, look_up)
    for resource in in_order(definition):
        planner.plan(resource)
    removed = state.resources.keys() - definition.resources.keys()
    changes, refusals = removals(state, frozenset(removed), live, guard, Reason.REMOVED)
    outputs = {
        name: replace(output, value=planner.looked_up(output.value))
        for name, output in definition.outputs.items()
    }
    shown = {
        name: seal(planner.evaluated(output.value), state.secret_key) for name, output in outputs.items()
    }
    plan = Plan(
        state.stack,
        state.environment,
        (*planner.changes, *changes),
        (*planner.refusals, *refusals),
        shown,
        state.serial,
    )
    return plan, Desired(
        planner.targets,
        planner.successors,
        outputs,
        planner.known_live,
        planner.clears,
        frozenset(planner.delete_first),
    )


def plan_destroy(
    state: StackState,
    live: Mapping[str, Live | None],
    provider: Provider,
    *,
    allow_data_loss: frozenset[str] = frozenset(),
) -> tuple[Plan, Desired]:
    """The plan that removes everything state knows of; `live` may be empty."""
    guard = Guard(provider.traits, allow_data_loss)
    changes, refusals = removals(state, frozenset(state.resources), live, guard, Reason.DESTROY)
    plan = Plan(
        state.stack, state.environment, tuple(changes), tuple(refusals), serial=state.serial, destroy=True
    )
    return plan, Desired()


def in_order(definition: Definition) -> Iterator[Resource]:
    """The resources, each after those it depends on. Raises WrongInput that names the cycle."""
    known = definition.resources
    graph = {address: sorted(each.dependencies & known.keys()) for address, each in known.items()}
    try:
        return iter([known[address] for address in TopologicalSorter(graph).static_order()])
    except CycleError as error:
        cycle = list(reversed(error.args[1]))
        raise WrongInput(
            "definition.cycle",
            f"resources depend on each other in a circle: {' → '.join(cycle)}",
            where=known[cycle[0]].location,
            next="remove one of these dependencies",
        ) from None


@dataclass
class _Planner:
    """Goes through the resources in order; what is settled answers the references of those after it."""

    state: StackState
    live: Mapping[str, Live | None]
    provider: Provider
    guard: Guard
    look_up: LookUp
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    successors: dict[str, Target] = field(default_factory=dict)
    known_live: dict[str, Live] = field(default_factory=dict)
    settled: dict[str, Live] = field(default_factory=dict)
    clears: dict[str, frozenset[str]] = field(default_factory=dict)
    delete_first: set[str] = field(default_factory=set)
    answers: dict[Lookup, Value] = field(default_factory=dict, repr=False)

    def plan(self, resource: Resource) -> None:
        """Add the resource's change."""
        try:
            recorded = self.state.resources.get(resource.address)
            live = self._live(recorded) if recorded else None
            if recorded and live:
                self._existing(resource, recorded, live)
            else:
                self._create(resource, recorded)
        except FairwayError as error:
            error.where = error.where or resource.location
            raise

    def evaluated(self, value: Value) -> Value:
        """The value with everything filled in that is known before the plan is carried out."""
        return evaluate(value, self._known, self._answer)

    def looked_up(self, value: Value) -> Value:
        """The value with its lookups answered, so that what is applied is what was planned."""
        return evaluate(value, lambda reference: reference, self._answer)

    def _answer(self, lookup: Lookup) -> Value:
        """Each lookup is made once."""
        if lookup not in self.answers:
            self.answers[lookup] = self.look_up(lookup)
        return self.answers[lookup]

    def _live(self, recorded: ResourceState) -> Live | None:
        if recorded.address in self.live:
            found = self.live[recorded.address]
            return found and found.over(recorded.ref, recorded.attributes)
        properties = {name: unseal(value) for name, value in recorded.properties.items()}
        return Live(recorded.identifier, recorded.ref, properties, recorded.attributes)

    def _create(self, resource: Resource, recorded: ResourceState | None) -> None:
        generation = recorded.generation if recorded else self._first_generation(resource.address)
        target = self.targets[resource.address] = self._target(resource, generation)
        wanted = self._wanted(target)
        self._clear(resource, wanted)
        changes = tuple(PropertyChange(name, None, value) for name, value in sorted(wanted.items()))
        self._add(resource, Action.CREATE, Reason.GONE if recorded else Reason.NEW, changes)

    def _first_generation(self, address: str) -> int:
        """Beyond what is still to be deleted at that address, whose names are taken."""
        return max(
            (held.generation + 1 for held in self.state.leftovers if held.address == address), default=0
        )

    def _existing(self, resource: Resource, recorded: ResourceState, live: Live) -> None:
        traits = self.provider.traits(resource.type)
        target = self.targets[resource.address] = self._target_in_place(resource, recorded, traits)
        self.known_live[resource.address] = live
        decision = decide(traits, target, self._wanted(target), recorded, live, self.state.secret_key)
        match decision.action:
            case Action.REPLACE:
                self._replace(resource, recorded, decision)
            case Action.UPDATE:
                self._settle(resource.address, live, traits.volatile)
                interrupts = bool(decision.comparison.changed & traits.interrupts)
                impact = Impact(interrupts)
                changes = decision.comparison.changes
                reason = Reason.UNFINISHED if self._is_unfinished(recorded) else decision.reason
                self._add(resource, Action.UPDATE, reason, changes, impact, recorded)
            case _:
                self._settle(resource.address, live, frozenset())
                self._keep(resource, recorded)

    def _keep(self, resource: Resource, recorded: ResourceState) -> None:
        if self._is_unfinished(recorded):
            self._add(resource, Action.ADOPT, Reason.UNFINISHED, recorded=recorded)
        else:
            self._add(resource, Action.UNCHANGED, Reason.NONE, recorded=recorded)

    def _is_unfinished(self, recorded: ResourceState) -> bool:
        pending = self.state.pending.get(recorded.address)
        return pending is not None and pending.generation == recorded.generation

    def _replace(self, resource: Resource, recorded: ResourceState, decision: Decision) -> None:
        successor = self.successors[resource.address] = self._target(resource, recorded.generation + 1)
        self._clear(resource, self._wanted(successor))
        policy = resource.update_replace_policy
        note = DELETED_FIRST if decision.delete_first else MADE_FIRST
        impact = self.guard.impact(recorded, policy, note)
        impact = replace(impact, interrupts=decision.delete_first)
        if decision.delete_first:
            self.delete_first.add(resource.address)
        if decision.delete_first and keeps(policy):
            self.refusals.append(_cannot_retain(resource, recorded))
        elif refusal := self.guard.refusal(recorded, Action.REPLACE, policy, resource):
            self.refusals.append(refusal)
        self._add(resource, Action.REPLACE, decision.reason, decision.comparison.changes, impact, recorded)

    def _clear(self, resource: Resource, wanted: Mapping[str, Json]) -> None:
        """What a leftover holds and cannot be had twice, a given name say, has to be freed first."""
        traits = self.provider.traits(resource.type)
        like = (resource.address, resource.type)
        held = [each for each in self.state.leftovers if (each.address, each.type) == like]
        if not traits.replace_deletes_first:
            name = traits.name_property
            held = [each for each in held if name and each.properties.get(name) == wanted.get(name)]
        self.clears[resource.address] = frozenset(each.identifier for each in held)

    def _target(self, resource: Resource, generation: int) -> Target:
        state = self.state
        owner = Owner(state.stack, state.environment, resource.address, generation, state.lineage)
        completed = self.provider.complete(resource, owner)
        return Target(resource, owner, {name: self.looked_up(value) for name, value in completed.items()})

    def _target_in_place(self, resource: Resource, recorded: ResourceState, traits: Traits) -> Target:
        """With the generated name it got when it was created, whatever rule makes names today."""
        target = self._target(resource, recorded.generation)
        name = recorded.properties.get(traits.name_property)
        if recorded.type != resource.type or not isinstance(name, str) or has_given_name(traits, target):
            return target
        return replace(target, properties={**target.properties, traits.name_property: name})

    def _wanted(self, target: Target) -> Mapping[str, Json]:
        known = {name: self.evaluated(value) for name, value in target.properties.items()}
        return sealed(known, self.state.secret_key)

    def _known(self, reference: Reference) -> Value:
        live = self.settled.get(reference.address)
        if live is None:
            return reference
        return live.attributes.get(reference.attribute, reference) if reference.attribute else live.ref

    def _settle(self, address: str, live: Live, volatile: frozenset[str]) -> None:
        stays = {name: value for name, value in live.attributes.items() if name not in volatile}
        self.settled[address] = replace(live, attributes=stays)

    def _add(
        self,
        resource: Resource,
        action: Action,
        reason: Reason,
        properties: tuple[PropertyChange, ...] = (),
        impact: Impact = NO_IMPACT,
        recorded: ResourceState | None = None,
    ) -> None:
        self.changes.append(
            Change(
                resource.address,
                resource.type,
                action,
                reason,
                properties,
                impact,
                tuple(sorted(resource.dependencies)),
                recorded.identifier if recorded else "",
                resource.location,
            )
        )


def sealed(properties: Properties, key: str) -> dict[str, Json]:
    """Properties as state and plans hold them; what is absent is left out."""
    return {name: seal(value, key) for name, value in properties.items() if value is not None}


def _cannot_retain(resource: Resource, recorded: ResourceState) -> Refusal:
    sentence = (
        f"{recorded.address} has to be replaced and its UpdateReplacePolicy keeps the old one "
        f"({recorded.identifier}), but both cannot exist under one name; give it another name"
    )
    return Refusal(recorded.address, recorded.type, Action.REPLACE, sentence, resource.location)
