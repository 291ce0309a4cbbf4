"""CloudFormation: what a stack makes, and what its update leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call

_RESOURCE_ITSELF = ("Type", "Properties", "Condition")


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "cloudformation", "CreateStack", create_stack
    yield "cloudformation", "UpdateStack", update_stack


def create_stack(call: Call, forward: Forward) -> Answer:
    """A role's inline policies are text, as PutRolePolicy has them: moto keeps the template's tree."""
    answer = forward()
    _policies_as_text(call.account)
    return answer


def update_stack(call: Call, forward: Forward) -> Answer:
    """Policies and metadata change without the resource (docs:CloudFormation DeletionPolicy attribute): moto
    makes some resources again for them."""
    stack = call.backend().get_stack(str(call.params["StackName"]))
    new = _resources(str(call.params.get("TemplateBody", "")))
    held: dict[str, Any] = stack.resource_map._resource_json_map
    for address in held.keys() & new.keys():
        if all(held[address].get(key) == new[address].get(key) for key in _RESOURCE_ITSELF):
            held[address] = new[address]
    answer = forward()
    _policies_as_text(call.account)
    return answer


def _policies_as_text(account: str) -> None:
    from moto.backends import get_backend

    roles: Mapping[str, Any] = get_backend("iam")[account]["aws"].roles
    for role in list(roles.values()):
        for name, document in role.policies.items():
            if not isinstance(document, str):
                role.policies[name] = json.dumps(document)


def _resources(template: str) -> Mapping[str, Any]:
    """The template's resources, where it is JSON; moto reads any other."""
    try:
        found: Mapping[str, Any] = json.loads(template).get("Resources", {})
    except ValueError:
        return {}
    return found
