"""A resource that is one policy document on several targets: the same hooks for queues and topics."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.convert import as_text
from fairway.aws.catalogue.declaration import ResourceType
from fairway.aws.failures import CallFailed, Kind

DOCUMENT = "PolicyDocument"


@dataclass(frozen=True)
class AttachedPolicy:
    """`targets` is the property that names them. `put` sets a policy's text on one, `get` answers the text or
    nothing, `remove` takes it away; a target that is gone raises CallFailed of kind NOT_FOUND."""

    targets: str
    put: Callable[[Context, str, str], None]
    get: Callable[[Context, str], str | None]
    remove: Callable[[Context, str], None]

    def resource_type(self, name: str, service: str) -> ResourceType:
        """The declaration of such a type."""
        properties = (DOCUMENT, self.targets)
        return ResourceType(
            name=name,
            service=service,
            identity=("Id",),
            create=self.create,
            read=self.read,
            update_hook=self.update,
            delete=self.delete,
            attributes={"Id": "{unique_name}"},
            carries=properties,
            also_readable=properties,
            unordered=(self.targets,),
            documents=(DOCUMENT,),
            delete_first=True,
        )

    def create(self, context: Context) -> Mapping[str, Any]:
        """Sets the policy everywhere."""
        self.update(context)
        return {}

    def update(self, context: Context) -> None:
        """Sets the policy on every target, and takes it from those that are no longer named."""
        for target in sorted(self._named(context.after)):
            self.put(context, target, as_text(context.after[DOCUMENT]))
        for target in sorted(self._named(context.before) - self._named(context.after)):
            self._remove(context, target)

    def delete(self, context: Context) -> None:
        """Takes the policy from every target that is still there."""
        for target in sorted(self._named(context.after)):
            self._remove(context, target)

    def read(self, context: Context) -> Mapping[str, Any]:
        """The policy, and the targets among those it was set on that still have one."""
        found: dict[str, Any] = {}
        for target in context.after.get(self.targets) or ():
            try:
                policy = self.get(context, target)
            except CallFailed as failure:
                if failure.kind is not Kind.NOT_FOUND:
                    raise
                continue
            if policy:
                found = {DOCUMENT: json.loads(policy), self.targets: [*found.get(self.targets, ()), target]}
        return found

    def _named(self, properties: Mapping[str, Any]) -> set[str]:
        return set(properties.get(self.targets) or ())

    def _remove(self, context: Context, target: str) -> None:
        try:
            self.remove(context, target)
        except CallFailed as failure:
            if failure.kind is not Kind.NOT_FOUND:
                raise
