"""Makes plans: what takes live to the definition, or everything away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from fairway.aws.provider import Live, Owner, Provider, Traits
from fairway.model.errors import FairwayError, WrongInput
from fairway.model.evaluate import answer_of, evaluate
from fairway.model.graph import Definition, Output, Resource, keeps
from fairway.model.plan import (
    Action,
    Change,
    Drift,
    Fate,
    Impact,
    Plan,
    PropertyChange,
    Reason,
    Refusal,
)
from fairway.model.rollout import Rollout
from fairway.model.sealing import seal, unseal
from fairway.model.state import ResourceState, StackState, readdressed
from fairway.model.values import Json, Lookup, Properties, Reference, Value, is_known, references
from fairway.plan.compare import compare
from fairway.plan.decide import Verdict, decide, has_given_name
from fairway.plan.desired import Desired, Target
from fairway.plan.drift import deleted_by_hand, drift_of, drift_of_removed, fate_under
from fairway.plan.meaning import has_unknown
from fairway.plan.moves import Movable, generations_taken, movable
from fairway.plan.removal import DELETED_FIRST, MADE_FIRST, Count, Guard, removals, uncounted
from fairway.plan.targets import refuse_cut_off

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
    count: Count = uncounted,
    protect: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
    adopted: frozenset[str] = frozenset(),
) -> tuple[Plan, Desired]:
    """The plan that takes live to the definition, and what carrying it out needs.

    Assets in the definition have been built: artifacts stand in their places. `state` has been through
    `apply.recover`; for a stack that was never deployed it is a new one. A resource that `live` says
    nothing about is taken to be as it was recorded. Of the provider only `traits` and `complete` are
    used. `count` tells what is in a resource that would be deleted, `protect` are addresses to protect from
    now on, and with `only` (see `plan.targets`) nothing else is planned. `adopted` are addresses whose
    resources in `state` are only about to be taken over. Raises WrongInput for what cannot
    be planned, a cycle for instance.
    """
    guard = Guard(provider.traits, allow_data_loss, count)
    moving = movable(definition, state, live, provider.traits)
    planner = _Planner(state, dict(live), provider, guard, look_up, moving, protect, adopted)
    for resource in in_order(definition):
        if only is None or resource.address in only:
            planner.plan(resource)
        else:
            planner.leave(resource)
    known = (definition.resources.keys() | state.resources.keys()) - set(moving.claimed.values())
    untargeted = frozenset() if only is None else frozenset(known - only)
    refuse_cut_off(planner.changes, untargeted, state)
    removed = frozenset(known - definition.resources.keys() - untargeted)
    leftovers = [held for held in state.leftovers if only is None or held.address in only]
    changes, refusals = removals(state, removed, leftovers, live, guard, Reason.REMOVED)
    outputs = planner.outputs(definition, untargeted)
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
        drift=(*planner.drift, *drift_of_removed(changes, state, live, provider.traits)),
        untargeted=tuple(sorted(untargeted)),
    )
    return plan, Desired(
        planner.targets,
        planner.successors,
        outputs,
        planner.known_live,
        planner.clears,
        frozenset(planner.delete_first),
        standing=planner.standing,
    )


def plan_destroy(
    state: StackState,
    live: Mapping[str, Live | None],
    provider: Provider,
    *,
    allow_data_loss: frozenset[str] = frozenset(),
    count: Count = uncounted,
) -> tuple[Plan, Desired]:
    """The plan that removes everything state knows of; `live` may be empty."""
    guard = Guard(provider.traits, allow_data_loss, count)
    everything = frozenset(state.resources)
    changes, refusals = removals(state, everything, state.leftovers, live, guard, Reason.DESTROY)
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
    live: dict[str, Live | None]
    provider: Provider
    guard: Guard
    look_up: LookUp
    moving: Movable
    protect: frozenset[str]
    adopted: frozenset[str]
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    successors: dict[str, Target] = field(default_factory=dict)
    known_live: dict[str, Live] = field(default_factory=dict)
    settled: dict[str, Live] = field(default_factory=dict)
    clears: dict[str, frozenset[str]] = field(default_factory=dict)
    delete_first: set[str] = field(default_factory=set)
    standing: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    drift: list[Drift] = field(default_factory=list)
    answers: dict[Lookup, Value] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.taken = generations_taken(self.state)

    def plan(self, resource: Resource) -> None:
        """Add the resource's change."""
        try:
            recorded = self.state.resources.get(resource.address) or self._moved(resource)
            live = self._live(recorded) if recorded else None
            if recorded and live:
                self._existing(resource, recorded, live)
            else:
                self._create(resource, recorded)
        except FairwayError as error:
            error.where = error.where or resource.location
            raise

    def leave(self, resource: Resource) -> None:
        """Take a resource that is not to be planned to be as it was recorded."""
        if recorded := self.state.resources.get(resource.address):
            live = self._live(recorded)
            if live is not None:
                self.known_live[resource.address] = self.settled[resource.address] = live

    def outputs(self, definition: Definition, untargeted: frozenset[str]) -> dict[str, Output]:
        """The outputs with their lookups answered, without those of what is not made this time."""
        missing = untargeted - self.settled.keys()
        return {
            name: replace(output, value=self.looked_up(output.value))
            for name, output in definition.outputs.items()
            if not any(each.address in missing for each in references(output.value))
        }

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
            known = found and found.over(recorded.ref, recorded.attributes)
            return known and replace(known, accepted=recorded.accepted)
        properties = {name: unseal(value) for name, value in recorded.properties.items()}
        return Live(recorded.identifier, recorded.ref, properties, recorded.attributes, recorded.accepted)

    def _moved(self, resource: Resource) -> ResourceState | None:
        """What is recorded under an address that the definition has given up for this one."""

        def is_same(held: ResourceState) -> bool:
            return self._is_same(resource, held)

        found = self.moving.claim(resource, is_same)
        if found is None:
            return None
        if found.address in self.live:
            self.live[resource.address] = self.live[found.address]
        moved = readdressed(self.state, {found.address: resource.address})
        return moved.resources[resource.address]

    def _is_same(self, resource: Resource, held: ResourceState) -> bool:
        """Whether the definition says, in all but the address, what was applied; or gives the same name."""
        traits = self.provider.traits(resource.type)
        target = self._target_in_place(resource, held, traits)
        wanted = self._wanted(target)
        applied = {name: unseal(value) for name, value in held.properties.items()}
        found = compare(traits, wanted, held.properties, applied, self.state.secret_key)
        if has_given_name(traits, target) and wanted[traits.name_property] == applied.get(
            traits.name_property
        ):
            return not found.replaces
        return not found.changes

    def _create(self, resource: Resource, recorded: ResourceState | None) -> None:
        generation = max(recorded.generation if recorded else 0, self.taken.get(resource.address, 0))
        target = self.targets[resource.address] = self._target(resource, generation, recorded)
        wanted = self._wanted(target)
        self._clear(resource, wanted)
        changes = tuple(PropertyChange(name, None, value) for name, value in sorted(wanted.items()))
        if recorded:
            self.drift.append(deleted_by_hand(recorded, Fate.RECREATE))
        doubt = self.moving.doubts.get(resource.address)
        impact = Impact(notes=(doubt,)) if doubt else NO_IMPACT
        self._add(resource, Action.CREATE, Reason.GONE if recorded else Reason.NEW, changes, impact)

    def _existing(self, resource: Resource, recorded: ResourceState, live: Live) -> None:
        traits = self.provider.traits(resource.type)
        target = self._target_in_place(resource, recorded, traits)
        if recorded.untagged:
            target = self._left_untagged(target, recorded, live, traits)
        self.targets[resource.address] = target
        self.known_live[resource.address] = live
        wanted = self._wanted(target)
        half_made = self._is_unfinished(recorded)
        ours = wanted.keys() if half_made else self.state.updating.get(self._recorded_at(recorded), ())
        verdict = decide(traits, target, wanted, recorded, live, self.state.secret_key, ours)
        self._note_drift(recorded, live, wanted, verdict)
        match verdict.action:
            case Action.REPLACE if recorded.address in self.adopted:
                raise _cannot_adopt(recorded, verdict)
            case Action.REPLACE:
                self._replace(resource, recorded, verdict)
            case Action.UPDATE:
                self._settle(resource.address, live, traits.volatile)
                interrupts = bool(verdict.comparison.changed & traits.interrupts)
                impact = Impact(interrupts)
                changes = verdict.comparison.changes
                unfinished = Reason.UNFINISHED if verdict.comparison.changed & set(ours) else Reason.NONE
                reason = self._standing(recorded) or unfinished or verdict.reason
                self._add(
                    resource,
                    Action.UPDATE,
                    reason,
                    changes,
                    impact,
                    recorded,
                    self._rollout(resource, changes),
                )
            case _:
                self._settle(resource.address, live, frozenset())
                self._keep(resource, recorded, wanted)

    def _rollout(self, resource: Resource, changes: Iterable[PropertyChange]) -> Rollout | None:
        """How an update goes live, with names as far as they are known; None where that is all at once."""
        rollout = resource.rollout
        if rollout is None or all(each.path != rollout.shifted for each in changes):
            return None

        def shown(name: Value) -> Value:
            known = self.evaluated(name)
            return known if is_known(known) else ", ".join(each.address for each in references(known))

        alarms = tuple(map(shown, rollout.alarms))
        return replace(rollout, alarms=alarms, before=shown(rollout.before), after=shown(rollout.after))

    def _keep(self, resource: Resource, recorded: ResourceState, wanted: Mapping[str, Json]) -> None:
        if reason := self._standing(recorded):
            self._add(resource, Action.ADOPT, reason, recorded=recorded)
        else:
            if not has_unknown(wanted):
                # The recorded ones, where they are the same: a large state is then held once.
                same = wanted == recorded.properties
                self.standing[resource.address] = recorded.properties if same else wanted
            self._add(resource, Action.UNCHANGED, Reason.NONE, recorded=recorded)

    def _note_drift(
        self, recorded: ResourceState, live: Live, wanted: Mapping[str, Json], verdict: Verdict
    ) -> None:
        """What live tells beyond what was recorded; nothing where it was not read, or never finished."""
        unread = recorded.address not in self.live
        same = verdict.action is Action.UNCHANGED and wanted == recorded.properties
        if unread or same or self._is_unfinished(recorded):
            return
        fate = fate_under(verdict.action, verdict.comparison.changes)
        held = self.state.resources[self._recorded_at(recorded)]
        self.drift += drift_of(self.state, held, live, self.provider.traits(held.type), fate)

    def _recorded_at(self, recorded: ResourceState) -> str:
        """The address it has in state, which is another one where it moves."""
        return self.moving.claimed.get(recorded.address, recorded.address)

    def _standing(self, recorded: ResourceState) -> Reason:
        """Why state has to be written for a resource that may need no call; NONE where it need not."""
        if self._is_unfinished(recorded):
            return Reason.UNFINISHED
        if recorded.address in self.adopted:
            return Reason.IMPORTED
        return Reason.MOVED if recorded.address in self.moving.claimed else Reason.NONE

    def _is_unfinished(self, recorded: ResourceState) -> bool:
        pending = self.state.pending.get(recorded.address)
        return pending is not None and pending.generation == recorded.generation

    def _replace(self, resource: Resource, recorded: ResourceState, verdict: Verdict) -> None:
        successor = self.successors[resource.address] = self._target(
            resource, recorded.generation + 1, recorded
        )
        self._clear(resource, self._wanted(successor))
        policy = resource.update_replace_policy
        note = DELETED_FIRST if verdict.delete_first else MADE_FIRST
        counts = {} if keeps(policy) else self.guard.counted([recorded])
        impact = self.guard.impact(recorded, policy, counts, note)
        impact = replace(impact, interrupts=verdict.delete_first)
        if verdict.delete_first:
            self.delete_first.add(resource.address)
        if verdict.delete_first and keeps(policy):
            self.refusals.append(_cannot_retain(resource, recorded))
        elif refusal := self.guard.refusal(recorded, Action.REPLACE, policy, counts, resource):
            self.refusals.append(refusal)
        self._add(resource, Action.REPLACE, verdict.reason, verdict.comparison.changes, impact, recorded)

    def _clear(self, resource: Resource, wanted: Mapping[str, Json]) -> None:
        """What a leftover holds and cannot be had twice, a given name say, has to be freed first."""
        traits = self.provider.traits(resource.type)
        like = (resource.address, resource.type)
        held = [each for each in self.state.leftovers if (each.address, each.type) == like]
        if not traits.replace_deletes_first:
            name = traits.name_property
            held = [each for each in held if name and each.properties.get(name) == wanted.get(name)]
        self.clears[resource.address] = frozenset(each.identifier for each in held)

    def _target(self, resource: Resource, generation: int, recorded: ResourceState | None = None) -> Target:
        """As it should be, with the tags of the address under which it is recorded, if it is."""
        state = self.state
        address = recorded.address if recorded else resource.address
        owner = Owner(state.stack, state.environment, address, generation, state.lineage)
        completed = self.provider.complete(resource, owner)
        properties = {name: self.looked_up(value) for name, value in completed.items()}
        protected = resource.address in self.protect or (recorded is not None and recorded.protected)
        return Target(resource, owner, properties, protected)

    def _target_in_place(self, resource: Resource, recorded: ResourceState, traits: Traits) -> Target:
        """With the generated name it got when it was created, whatever rule makes names today."""
        target = replace(self._target(resource, recorded.generation, recorded), origin=recorded.origin)
        name = recorded.properties.get(traits.name_property)
        if recorded.type != resource.type or not isinstance(name, str) or has_given_name(traits, target):
            return target
        return replace(target, properties={**target.properties, traits.name_property: name})

    def _left_untagged(self, target: Target, recorded: ResourceState, live: Live, traits: Traits) -> Target:
        """Without our tags, where they would be all there is to change."""
        given = target.resource.properties
        properties = {
            name: self.looked_up(given[name]) if name in given else value
            for name, value in target.properties.items()
            if name in given or name == traits.name_property
        }
        bare = replace(target, properties=properties, untagged=True)
        verdict = decide(traits, bare, self._wanted(bare), recorded, live, self.state.secret_key)
        return bare if verdict.action is Action.UNCHANGED else target

    def _wanted(self, target: Target) -> Mapping[str, Json]:
        known = {name: self.evaluated(value) for name, value in target.properties.items()}
        return sealed(known, self.state.secret_key)

    def _known(self, reference: Reference) -> Value:
        return answer_of(reference, self.settled.get(reference.address))

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
        rollout: Rollout | None = None,
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
                self.moving.claimed.get(resource.address, ""),
                rollout,
            )
        )


def sealed(properties: Properties, key: str) -> dict[str, Json]:
    """Properties as state and plans hold them; what is absent is left out."""
    return {name: seal(value, key) for name, value in properties.items() if value is not None}


def _cannot_adopt(recorded: ResourceState, verdict: Verdict) -> WrongInput:
    paths = ", ".join(change.path for change in verdict.comparison.changes if change.replaces)
    return WrongInput(
        "adopt.replaces",
        f"{recorded.address} cannot take over {recorded.identifier}: {paths} would have to change",
        why="that needs another resource in its place, and what is taken over is to stay",
        next=f"let the definition say what is there, or do not take {recorded.identifier} over",
    )


def _cannot_retain(resource: Resource, recorded: ResourceState) -> Refusal:
    sentence = (
        f"{recorded.address} has to be replaced and its UpdateReplacePolicy keeps the old one "
        f"({recorded.identifier}), but both cannot exist under one name; give it another name"
    )
    return Refusal(recorded.address, recorded.type, Action.REPLACE, sentence, resource.location)
