"""The way back: an earlier deployment's definition, and what one deployment did undone.

Both make ordinary plans. What a record does not hold is the text of secrets: most are found in what AWS
answers, by their keyed hash; the others have to be given again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from fairway.aws.provider import Live
from fairway.build.cache import Cache
from fairway.model.deployment import Deployment
from fairway.model.errors import Failed, WrongInput
from fairway.model.graph import Definition, Resource
from fairway.model.plan import Action, Change, Plan, Reason
from fairway.model.sealing import keyed_hash
from fairway.model.state import StackState
from fairway.model.values import Artifact, Deferred, Secret, Value, rewrite, walk
from fairway.plan.desired import Desired, Target
from fairway.stacks.history import History
from fairway.state.artifacts import KeptArtifacts

_NEW = (Action.CREATE, Action.REPLACE)
_MAKING = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.ADOPT)
NOTHING = Definition("cloudformation", "", {})
"""What there was before a stack's first deployment."""


def deployment_to_restore(history: History, number: int | None) -> Deployment:
    """The deployment to go back to: the one of that number, or the last good one before the present.

    The present is the newest good deployment, or where a rollback went; after a deployment that failed it
    is what that one was to change. Raises WrongInput where there is none, or where it cannot be gone back to.
    """
    if number is not None:
        wanted = history.deployment(number)
        if not wanted.good:
            raise _cannot_restore(f"deployment {number} cannot be gone back to", _why_not(wanted))
        return wanted
    last = history.last()
    present = last.root if last and last.good else None
    found = history.last_good(before=present)
    if found is None:
        raise _cannot_restore("there is no earlier good deployment to go back to")
    return found


def _why_not(deployment: Deployment) -> str:
    if deployment.definition is None:
        return f"it was a {deployment.command}, which leaves nothing"
    if deployment.unverified:
        return "a verification after it failed"
    return f"its result was {deployment.result}"


def _cannot_restore(what: str, why: str = "") -> WrongInput:
    return WrongInput("rollback.nowhere", what, why=why, next="choose one of `fairway history` with --to")


@dataclass(frozen=True)
class Texts:
    """The text of secrets by keyed hash."""

    by_hash: Mapping[str, str] = field(default_factory=dict, repr=False)

    def filled(self, definition: Definition) -> Definition:
        """The definition with every secret as text whose text is known."""
        outputs = {
            name: replace(each, value=rewrite(each.value, self._text))
            for name, each in definition.outputs.items()
        }
        return replace(definition.rewritten(self._text), outputs=outputs)

    def _text(self, node: Value) -> Value:
        text = self.by_hash.get(_hash_of(node))
        return node if text is None else Secret(text)


def given_texts(deployment: Deployment, parameters: Mapping[str, Value]) -> Texts:
    """The texts of the secret parameters that are given again, whatever they were then.

    Raises WrongInput for a parameter that is not a secret of this deployment: the others are in the record.
    """
    secret = secret_parameters(deployment.definition or NOTHING)
    names = {name: digest for digest, name in secret.items()}
    for name in parameters:
        if name not in names:
            known = ", ".join(sorted(names)) or "this deployment had none"
            raise WrongInput(
                "rollback.parameter",
                f"{name} cannot be given",
                why="a rollback takes its parameters from the record; only secret ones can be given again",
                next=f"secret parameters: {known}",
            )
    texts = {name: each.value if isinstance(each, Secret) else str(each) for name, each in parameters.items()}
    return Texts({names[name]: text for name, text in texts.items()})


def with_texts(
    definition: Definition, live: Mapping[str, Live | None], parameters: Mapping[str, Value], key: str
) -> Definition:
    """The definition with the secrets whose text is found in what AWS answers, or in this run's parameters.

    `key` is that of the keyed hashes. Raises WrongInput where an unknown text is part of another value, so
    that the value could not even be compared.
    """
    wanted = {_hash_of(node) for node in _nodes(definition)}
    answered = (each.properties for each in live.values() if each)
    strings = (node for tree in (parameters, *answered) for node in walk(tree)) if wanted - {""} else ()
    texts = (node.value if isinstance(node, Secret) else node for node in strings)
    hashes = {keyed_hash(text, key): text for text in texts if isinstance(text, str)}
    filled = Texts({digest: text for digest, text in hashes.items() if digest in wanted}).filled(definition)
    _refuse_joined_secrets(filled)
    return filled


def secret_parameters(definition: Definition) -> Mapping[str, str]:
    """The names of the parameters whose values are secret, by the keyed hash of the value."""
    found = ((_hash_of(each.value), name) for name, each in definition.parameters.items())
    return {digest: name for digest, name in found if digest}


def with_code(definition: Definition, cache: Cache) -> Definition:
    """The definition with its artifacts in the build cache, where `fetch_code` puts those that are needed."""

    def placed(node: Value) -> Value:
        return replace(node, path=str(cache.path_of(node.digest))) if isinstance(node, Artifact) else node

    return definition.rewritten(placed)


def fetch_code(plan: Plan, desired: Desired, cache: Cache, kept: KeptArtifacts) -> None:
    """Have the artifacts that carrying the plan out sends. Raises Failed for one that is not kept."""
    values = (value for target in _sent(plan, desired) for value in target.properties.values())
    nodes = (node for value in values for node in walk(value))
    for digest in sorted({node.digest for node in nodes if isinstance(node, Artifact)}):
        cache.fetched(digest, partial(kept.get, digest))


def refuse_unknown_secrets(plan: Plan, desired: Desired, definition: Definition) -> None:
    """Raises WrongInput where a secret would have to be sent whose text is not known."""
    for target in _sent(plan, desired):
        nodes = (node for value in target.properties.values() for node in walk(value))
        for digest in filter(None, map(_hash_of, nodes)):
            raise _unknown_text(target.resource, digest, definition)


def _sent(plan: Plan, desired: Desired) -> Iterator[Target]:
    """What is created or changed, as it will be sent."""
    for change in plan.effective:
        if change.action in _MAKING:
            chosen = desired.successors if change.action is Action.REPLACE else desired.targets
            yield chosen[change.address]


def _refuse_joined_secrets(definition: Definition) -> None:
    for resource in definition.resources.values():
        parts = (node for value in resource.properties.values() for node in walk(value))
        joined = (node for part in parts if isinstance(part, Deferred) for node in walk(part))
        for digest in filter(None, map(_hash_of, joined)):
            raise _unknown_text(resource, digest, definition)


def _unknown_text(resource: Resource, digest: str, definition: Definition) -> WrongInput:
    name = secret_parameters(definition).get(digest)
    what = f"the parameter {name}" if name else "a secret"
    return WrongInput(
        "rollback.secret",
        f"{resource.address} needs the text of {what}, which is not known any more",
        where=resource.location,
        why="records hold only keyed hashes of secrets",
        next=f"give it: --param {name}=…" if name else "check out that deployment's commit and deploy it",
    )


def _nodes(definition: Definition) -> Iterator[Value]:
    resources = definition.resources.values()
    values = (value for resource in resources for value in resource.properties.values())
    return (node for value in values for node in walk(value))


def _hash_of(node: Value) -> str:
    """The keyed hash of a sealed secret; empty for anything else."""
    match node:
        case {"$secret": str(digest), **rest} if not rest:
            return digest
    return ""


@dataclass(frozen=True)
class Deeds:
    """What a failed deployment did: the addresses whose operations were begun, and those it made."""

    touched: frozenset[str]
    made: frozenset[str]

    @classmethod
    def of(cls, deployment: Deployment) -> Deeds:
        """The deeds of a recorded deployment. What it adopted was there before, and is nobody's to undo."""
        begun = [each for each in deployment.operations if each.result != "skipped"]
        adopted = {each.address for each in begun if each.action is Action.ADOPT}
        touched = frozenset(each.address for each in begun) - adopted
        return cls(touched, frozenset(each.address for each in begun if each.action in _NEW) - adopted)

    def undone_by(self, plan: Plan) -> Plan:
        """The part of a plan that undoes them, and nothing else."""
        kept = _fit([change for change in plan.changes if self._undoes(change)], plan)
        refusals = tuple(each for each in plan.refusals if each.address in self.touched)
        return replace(plan, changes=tuple(kept), refusals=refusals)

    def _undoes(self, change: Change) -> bool:
        if change.action is Action.UNCHANGED:
            return True
        if change.address not in self.touched:
            return False
        removes = change.action in (Action.DELETE, Action.FORGET) and change.reason is not Reason.LEFTOVER
        return change.address in self.made if removes else True


def _fit(kept: Sequence[Change], plan: Plan) -> Sequence[Change]:
    """Those that can be carried out without the rest: what uses something that is not made stays as it is.

    An alias must not go to the version that its failed rollout has just taken the traffic from.
    """
    missing = {each.address for each in plan.changes if each.action in _NEW} - {each.address for each in kept}
    fit = [each for each in kept if each.action not in _MAKING or missing.isdisjoint(each.dependencies)]
    return fit if len(fit) == len(kept) else _fit(fit, plan)


@dataclass(frozen=True)
class WayBack:
    """What undoes the last deployment: the last good definition, and the part of it that is concerned.

    `undoes` is the number of the deployment that is undone, `restores` of the one that is gone back to.
    """

    definition: Definition
    deeds: Deeds
    restores: int
    undoes: int


def way_back(history: History) -> WayBack:
    """The way back from the last deployment. Raises WrongInput when it is not in the history."""
    failed, good = history.last(), history.last_standing()
    if failed is None or failed.good:
        raise _cannot_restore("what was done cannot be undone", "this deployment is missing in the history")
    return _way(failed, good)


def way_before(history: History, number: int) -> WayBack:
    """The way back from the last deployment, which has this number. Raises Failed when it is another one."""
    last = history.last()
    if last is None or last.number != number:
        raise Failed(
            "rollback.overtaken",
            f"deployment {number} is not the last one any more, and is not undone",
            next="see `fairway history`; `fairway rollback` goes back from what is there now",
        )
    return _way(last, history.last_standing(before=number))


def _way(left: Deployment, good: Deployment | None) -> WayBack:
    if good is None or good.definition is None:
        return WayBack(NOTHING, Deeds.of(left), 0, left.number)
    return WayBack(good.definition, Deeds.of(left), good.root, left.number)


def is_empty(state: StackState) -> bool:
    """Whether a stack has nothing any more."""
    return not (state.resources or state.pending or state.leftovers)
