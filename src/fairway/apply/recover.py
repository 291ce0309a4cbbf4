"""Picks up what a deploy that was cut off may have sent and did not record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fairway.apply import folds, scheduler
from fairway.apply.order import acyclic
from fairway.aws.provider import Live, Owner, Provider
from fairway.model.codec import decode_value
from fairway.model.errors import FairwayError
from fairway.model.evaluate import answer_of, evaluate
from fairway.model.sealing import UNPROVED, seal
from fairway.model.state import PendingCreate, ResourceState, StackState
from fairway.model.values import Properties, Reference, Value, is_known, references

CONCURRENCY = 48
"""Lookups at once. What AWS's rates allow is kept below, call by call."""


def recover(state: StackState, provider: Provider) -> StackState:
    """State as if the run that was cut off had recorded what it did. Makes reading calls only.

    `state` has the journal folded in. Creates that may have been sent are looked up, those before that
    they refer to. What is found stays in `pending` too, by which a plan shows it as adopted; what is not
    was never created. What an update may or may not have set is unproved, where no read can tell; it stays
    in `updating`, by which a plan does not take it for somebody else's change. Call it before live is read
    and the plan is made; a deploy saves the result where it differs.
    """
    lookups = _Lookups(with_unproved_updates(state, provider), provider)
    after = lookups.order()
    if after:
        scheduler.run(
            after, dict.fromkeys(after, 1.0), lookups.look, concurrency=CONCURRENCY, stopped=lambda: False
        )
    return lookups.recovered()


def with_unproved_updates(state: StackState, provider: Provider) -> StackState:
    """Without trust in what an update that was cut off was to set, where only the record could tell."""
    there = {address: names for address, names in state.updating.items() if address in state.resources}
    marked = {
        address: _unproved(state.resources[address], frozenset(names), provider)
        for address, names in there.items()
    }
    return replace(state, resources={**state.resources, **marked}, updating=there)


def _unproved(held: ResourceState, names: frozenset[str], provider: Provider) -> ResourceState:
    traits = provider.traits(held.type)
    hidden = names - traits.readable - traits.create_only
    return replace(held, properties={**held.properties, **dict.fromkeys(hidden, UNPROVED)})


@dataclass
class _Lookups:
    """Looks pending creates up, each after those it uses. `found` are those that are there, by address."""

    state: StackState
    provider: Provider
    found: dict[str, ResourceState] = field(default_factory=dict)

    def order(self) -> dict[str, frozenset[str]]:
        """What has to be looked up, each with what comes before it."""
        unfinished = {each.address for each in self.state.pending.values() if not self._is_recorded(each)}
        return acyclic(
            {
                address: frozenset(self.state.pending[address].dependencies) & unfinished - {address}
                for address in sorted(unfinished)
            }
        )

    def look(self, address: str) -> bool:
        """Look one up; what refers to something that is not there cannot have been sent."""
        pending = self.state.pending[address]
        properties = {name: decode_value(value) for name, value in pending.properties.items()}
        if not self._are_there(properties):
            return True
        state = self.state
        owner = Owner(state.stack, state.environment, address, pending.generation, state.lineage)
        answered = {name: self._answered(value) for name, value in properties.items()}
        known = {name: value for name, value in answered.items() if is_known(value)}
        live = self.provider.find(pending.type, known, owner)
        if live and not self._is_old_one(pending, live):
            self.found[address] = self._resource(pending, answered, live)
        return True

    def recovered(self) -> StackState:
        """The state with what was found, and without what was never created."""
        folding = folds.Folding(self.state)
        for address, pending in self.state.pending.items():
            if address in self.found:
                folding.adopt(pending, self.found[address])
            elif not self._is_recorded(pending):
                folding.drop(pending)
        return folding.state

    def _is_recorded(self, pending: PendingCreate) -> bool:
        """Whether an earlier recovery has found it."""
        held = self.state.resources.get(pending.address)
        return held is not None and (held.type, held.generation) == (pending.type, pending.generation)

    def _is_old_one(self, pending: PendingCreate, live: Live) -> bool:
        """Whether it is what was to be replaced. Where both have one name, the old one's end is recorded
        before the new one is sent."""
        held = self.state.resources.get(pending.address)
        return held is not None and (held.type, held.identifier) == (pending.type, live.identifier)

    def _are_there(self, properties: Properties) -> bool:
        used = {each.address for value in properties.values() for each in references(value)}
        return used <= self.state.resources.keys() | self.found.keys()

    def _answered(self, value: Value) -> Value:
        """The value as it was sent; with a reference in it where that cannot be told any more."""
        try:
            return evaluate(value, self._known, self.provider.look_up)
        except FairwayError:  # of a secret only the hash is kept, which no function can take
            return value

    def _known(self, reference: Reference) -> Value:
        held = self.found.get(reference.address) or self.state.resources.get(reference.address)
        return answer_of(reference, held)

    def _resource(self, pending: PendingCreate, answered: Properties, live: Live) -> ResourceState:
        """The entry of what was found; what may never have been set is unproved, so that the plan sets it."""
        doubtful = self.provider.traits(pending.type).unproved
        key = self.state.secret_key
        return ResourceState(
            pending.address,
            pending.type,
            live.identifier,
            live.ref,
            {
                name: UNPROVED if name in doubtful or not is_known(value) else seal(value, key)
                for name, value in answered.items()
            },
            live.attributes,
            pending.dependencies,
            pending.deletion_policy,
            pending.update_replace_policy,
            pending.generation,
            pending.protected,
            accepted=True,
        )
