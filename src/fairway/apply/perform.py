"""Carries single operations out: what it decides just before acting, what it sends, what it records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from fairway.apply.golive import GoLive, Update, at_once
from fairway.apply.ledger import Ledger
from fairway.apply.tasks import Key, Task, keeps_old
from fairway.aws.provider import Live, Progress, Provider
from fairway.model.errors import Failed
from fairway.model.evaluate import answer_of, evaluate
from fairway.model.journal import Done, Forgotten, Gone
from fairway.model.plan import Action
from fairway.model.rollout import Rollout
from fairway.model.sealing import UNPROVED, unseal
from fairway.model.state import ResourceState
from fairway.model.until import Until
from fairway.model.values import Json, Properties, Reference, Secret, Value, is_known, references, walk
from fairway.plan.decide import Verdict, decide
from fairway.plan.desired import Desired, Target
from fairway.plan.planner import sealed

Step: TypeAlias = tuple[Action, Callable[[Progress], str]]
"""What is really done, and the call that does it and returns the identifier."""


@dataclass
class Performer:
    """Knows no resource type. `live` is what references are answered from, kept up as operations end.

    `go_live` carries out what is not to go live all at once. Operations are waited for `until` they are so
    far, those whose keys are in `relied_on` at least until they are ready.
    """

    desired: Desired
    provider: Provider
    ledger: Ledger
    go_live: GoLive = at_once
    until: Until = "ready"
    relied_on: frozenset[Key] = frozenset()
    live: dict[str, Live] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set, repr=False)

    def step(self, task: Task) -> Step:
        """What a task comes to now that the values it waited for are known. Makes no changing call."""
        change = task.change
        match change.action:
            case Action.CREATE:
                target = self.desired.targets[change.address]
                properties = self.resolved(target)
                return Action.CREATE, partial(self._create, target, properties, replaces=False)
            case Action.UPDATE | Action.REPLACE | Action.ADOPT:
                return self._change(task)
            case Action.FORGET:
                return Action.FORGET, partial(self._forget, change.address)
            case _ if task.deletes_leftover:
                return self._leftover(task)
        return Action.DELETE, partial(self._delete, change.address)

    def resolved(self, target: Target) -> Properties:
        """The target's properties with every reference and lookup answered.

        Raises Failed for a reference to what the other resource does not have.
        """
        answers = self._answered(target.properties.values(), target)
        properties = dict(zip(target.properties, answers, strict=True))
        self.secrets.update(
            node.value for value in properties.values() for node in walk(value) if isinstance(node, Secret)
        )
        return {name: value for name, value in properties.items() if value is not None}

    def _answered(self, values: Iterable[Value], target: Target) -> list[Value]:
        """Values of a target with every reference and lookup in them answered. Raises Failed."""
        answers = [self.evaluated(value) for value in values]
        for value in answers:
            if not is_known(value):
                wanted = ", ".join(str(reference) for reference in references(value)) or "a value"
                raise Failed(
                    "reference.unresolved",
                    f"{wanted} is not known",
                    where=target.resource.location,
                    why="the other resource has no attribute of that name, or it was not deployed",
                )
        return answers

    def without_secrets(self, words: str) -> str:
        """Words for people, in case what went wrong quotes what was sent."""
        for secret in sorted(filter(None, tuple(self.secrets)), key=len, reverse=True):
            words = words.replace(secret, "(secret)")
        return words

    def evaluated(self, value: Value) -> Value:
        """The value with everything filled in that is live now."""
        return evaluate(value, self._known, self.provider.look_up)

    def record(self, target: Target, properties: Properties, live: Live) -> ResourceState:
        """The state entry of a resource that is as its target says."""
        return self.entry(target, sealed(properties, self._key), live)

    def unchanged(self, address: str) -> ResourceState:
        """The state entry of a resource that needed no operation."""
        target, live = self.desired.targets[address], self.desired.live[address]
        standing = self.desired.standing.get(address)
        if standing is None:
            return self.record(target, self.resolved(target), live)
        return self.entry(target, standing, live)

    def entry(self, target: Target, properties: Mapping[str, Json], live: Live) -> ResourceState:
        """The same of properties that have been sealed."""
        resource = target.resource
        return ResourceState(
            resource.address,
            resource.type,
            live.identifier,
            live.ref,
            properties,
            live.attributes,
            tuple(sorted(resource.dependencies)),
            resource.deletion_policy,
            resource.update_replace_policy,
            target.owner.generation,
            target.protected,
            target.origin,
            target.untagged,
            live.accepted,
        )

    def _until(self, address: str) -> Until:
        """How far what is made or changed at an address is waited for."""
        if self.until == "configured" and (address, "") in self.relied_on:
            return "ready"
        return self.until

    @property
    def _key(self) -> str:
        return self.ledger.secret_key

    def _known(self, reference: Reference) -> Value:
        return answer_of(reference, self.live.get(reference.address))

    def _change(self, task: Task) -> Step:
        """Decide again: a value that was unknown when planning may turn out to be the recorded one."""
        address = task.change.address
        target = self.desired.targets[address]
        properties = self.resolved(target)
        recorded = self.ledger.held(address)
        traits = self.provider.traits(target.resource.type)
        live = self.desired.live[address]
        verdict = decide(traits, target, sealed(properties, self._key), recorded, live, self._key)
        match verdict.action:
            case Action.UPDATE:
                return Action.UPDATE, partial(self._update, target, properties, recorded, live, verdict)
            case Action.REPLACE if task.change.action is Action.REPLACE:
                successor = self.desired.successors[address]
                return Action.REPLACE, partial(self._replace, successor, recorded, verdict)
            case Action.REPLACE:
                raise Failed(
                    "plan.stale",
                    f"{address} turns out to need a replacement, which the plan did not show",
                    where=target.resource.location,
                    next="plan and deploy again",
                )
        done = Action.ADOPT if task.change.action is Action.ADOPT else Action.UNCHANGED
        return done, partial(self._keep, target, properties, live)

    def _create(self, target: Target, properties: Properties, progress: Progress, *, replaces: bool) -> str:
        """Create it; `replaces` says that an old one beside it has to be deleted afterwards."""
        resource = target.resource
        until = self._until(resource.address)
        live = self.provider.create(resource.type, properties, target.owner, progress, until)
        self.live[resource.address] = live
        self.ledger.commit(Done(self.record(target, properties, live), replaces))
        return live.identifier

    def _update(
        self,
        target: Target,
        properties: Properties,
        recorded: ResourceState,
        live: Live,
        verdict: Verdict,
        progress: Progress,
    ) -> str:
        def send(each: Update) -> Live:
            until = self._until(recorded.address)
            return self.provider.update(
                recorded.type, each.live, each.before, each.after, each.changed, progress, until
            )

        before, changed = unsealed(recorded.properties), verdict.comparison.changed
        update = Update(recorded.address, live, before, properties, changed)
        rollout = self._rollout(target, changed)
        updated = self.go_live(rollout, update, send, progress) if rollout else send(update)
        return self._keep(target, properties, updated.over(live.ref, live.attributes), progress)

    def _rollout(self, target: Target, changed: frozenset[str]) -> Rollout | None:
        """How the update goes live, with the names it uses; None where that is all at once."""
        rollout = target.resource.rollout
        if rollout is None or rollout.shifted not in changed:
            return None
        before, after, *alarms = self._answered((rollout.before, rollout.after, *rollout.alarms), target)
        return replace(rollout, alarms=tuple(alarms), before=before, after=after)

    def _keep(self, target: Target, properties: Properties, live: Live, progress: Progress) -> str:
        del progress
        self.live[target.resource.address] = live
        self.ledger.commit(Done(self.record(target, properties, live)))
        return live.identifier

    def _replace(
        self, successor: Target, recorded: ResourceState, verdict: Verdict, progress: Progress
    ) -> str:
        properties = self.resolved(successor)
        if not verdict.delete_first:
            replaces = not keeps_old(recorded.address, self.desired)
            return self._create(successor, properties, progress, replaces=replaces)
        # Written down before the new one is sent: until then what is found under its name is the old one.
        self._remove(recorded, progress, durable=True)
        return self._create(successor, properties, progress, replaces=False)

    def _delete(self, address: str, progress: Progress) -> str:
        return self._remove(self.ledger.held(address), progress)

    def _remove(self, held: ResourceState, progress: Progress, *, durable: bool = False) -> str:
        self.provider.delete(held.type, held.identifier, unsealed(held.properties), progress, self.until)
        self.ledger.commit(Gone(held.address, held.type, held.identifier), durable=durable)
        return held.identifier

    def _forget(self, address: str, progress: Progress) -> str:
        del progress
        identifier = self.ledger.held(address).identifier
        self.ledger.commit(Forgotten(address))
        return identifier

    def _leftover(self, task: Task) -> Step:
        """The replacement may have turned out not to be needed, or to leave nothing."""
        held = self.ledger.leftover(*task.key)
        if held is None:
            return Action.UNCHANGED, lambda _: task.change.identifier
        return Action.DELETE, partial(self._remove, held)


def unsealed(properties: Mapping[str, Json]) -> dict[str, Value]:
    """Recorded properties as values, without what is unproved. Secrets stay sealed: their text is gone."""
    return {name: unseal(value) for name, value in properties.items() if value != UNPROVED}
