"""Which IAM actions a change needs: those of the calls that its type declares.

What a hook of the catalogue calls beside them is not known here, so that this is the least that is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fairway.aws.actions import PASS_ROLE, actions_named
from fairway.aws.catalogue.declaration import Call, Facet
from fairway.aws.catalogue.derive import Derived
from fairway.model.plan import Action

_ROLES = ("Role", "RoleArn", "ExecutionRoleArn")
"""Properties that pass a role to a service, which takes iam:PassRole (docs:IAM, passing a role)."""


def actions(derived: Derived, action: Action, names: Collection[str]) -> frozenset[str]:
    """The actions of a change of one resource, for which these properties are sent."""
    found = {
        name
        for call in _calls(derived, action, names)
        for name in actions_named((call.service or derived.type.service, call.operation), derived.models)
    }
    passes_role = action not in (Action.DELETE, Action.FORGET) and any(name in _ROLES for name in names)
    return frozenset(found | ({PASS_ROLE} if passes_role else set()))


def _calls(derived: Derived, action: Action, names: Collection[str]) -> Iterator[Call]:
    declared = derived.type
    wanted: list[object] = [declared.read]
    match action:
        case Action.CREATE | Action.REPLACE:
            wanted += [declared.create, *_puts(derived, set(names) - derived.create_targets.keys())]
        case Action.UPDATE | Action.ADOPT:
            wanted += [call for call in declared.update if derived.update_targets(call).keys() & set(names)]
            wanted += _puts(derived, set(names))
    if action in (Action.DELETE, Action.REPLACE):
        wanted.append(declared.delete)
    yield from (call for call in wanted if isinstance(call, Call))


def _puts(derived: Derived, names: Collection[str]) -> Iterator[object]:
    """What sends the properties that have calls of their own."""
    facets: dict[int, Facet] = {id(facet): facet for name, facet in derived.facet_of.items() if name in names}
    for facet in facets.values():
        yield from (facet.put, facet.get)
    if derived.tag_property in names and derived.type.tags:
        yield from (derived.type.tags.tag, derived.type.tags.list)
