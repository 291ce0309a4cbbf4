"""Whether the stacks' definitions have the resources that verifications and manual steps name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fairway.aws.alarms import TYPES as ALARMS
from fairway.checks.after.invoke import ALIAS
from fairway.checks.after.table_item import TABLE
from fairway.model.errors import Finding
from fairway.model.graph import Definition, Resource
from fairway.project.checks import Alarms, Execution, Invoke, TableItem, Verification
from fairway.project.names import names_in
from fairway.project.settings import Project
from fairway.sources.findings import suggest
from fairway.stacks.functions import FUNCTION, STATE_MACHINE


@dataclass(frozen=True)
class Defined:
    """The resources of the stacks whose definitions are known; `is_all` where they are all of the project."""

    definitions: Mapping[str, Definition]
    is_all: bool

    def named(self, name: str) -> tuple[Resource, ...]:
        """Those that `STACK.ADDRESS` or ADDRESS means."""
        stack, _, address = name.partition(".")
        if stack in self.definitions and address in self.definitions[stack].resources:
            return (self.definitions[stack].resources[address],)
        each = (definition.resources.get(name) for definition in self.definitions.values())
        return tuple(found for found in each if found)

    def is_nowhere(self, name: str) -> bool:
        """Whether it can be told that no stack has a resource of this name."""
        is_known = self.is_all or name.partition(".")[0] in self.definitions
        return is_known and not self.named(name)

    def suggestion(self, name: str, types: Collection[str]) -> str:
        """The nearest name of a resource of one of these types."""
        known = [
            full
            for stack, definition in self.definitions.items()
            for address, each in definition.resources.items()
            if each.type in types
            for full in (address, f"{stack}.{address}")
        ]
        return suggest(name, known)


def strange_resources(project: Project, environment: str, defined: Defined) -> tuple[Finding, ...]:
    """Every resource that is named and is not there, or is none of its kind, or has another key.

    Alarms may also be named as they are in the account: of those that no stack has there is a warning.
    """
    return tuple(
        finding
        for each in _verifications(project)
        if not each.environments or environment in each.environments
        for finding in _strange(each, defined)
    )


def _verifications(project: Project) -> Iterable[Verification]:
    return (*project.verify, *(step.done for step in project.manual if step.done))


def _strange(each: Verification, defined: Defined) -> Iterator[Finding]:
    match each:
        case Invoke(invoke=name):
            yield from _not_of_kind(each, name, (FUNCTION, ALIAS), "function", defined)
        case Execution(execution=name):
            yield from _not_of_kind(each, name, (STATE_MACHINE,), "state machine", defined)
        case TableItem(table=name):
            yield from _not_of_kind(each, name, (TABLE,), "table", defined)
            yield from _other_key(each, defined.named(name))
        case Alarms(alarms=names):
            yield from _unknown_alarms(each, names, defined)


def _not_of_kind(
    each: Verification, name: str, types: Collection[str], kind: str, defined: Defined
) -> Iterator[Finding]:
    if defined.is_nowhere(name):
        hint = defined.suggestion(name, types) or f"name a {kind} of a stack"
        yield Finding("checks.address", f"no stack has a resource {name}", each.location, next=hint)
    for found in defined.named(name):
        if found.type not in types:
            hint = defined.suggestion(name, types) or f"name a {kind}"
            yield Finding("checks.kind", f"{name} is {found.type}, no {kind}", each.location, next=hint)


def _other_key(each: TableItem, tables: Iterable[Resource]) -> Iterator[Finding]:
    """The names of an item's key are those of the table's (BC dynamodb GetItem)."""
    for table in tables:
        schema = table.properties.get("KeySchema")
        parts = schema if isinstance(schema, list | tuple) else ()
        names = {part.get("AttributeName") for part in parts if isinstance(part, Mapping)}
        if names and all(isinstance(name, str) for name in names) and names != each.key.keys():
            there, given = (", ".join(sorted(map(str, some))) for some in (names, each.key))
            message = f"the key of {each.table} is {there}, not {given or 'empty'}"
            yield Finding("checks.key", message, each.location, next=f"give {there}, and nothing else")


def _unknown_alarms(each: Alarms, names: Iterable[str], defined: Defined) -> Iterator[Finding]:
    own = {
        resource.properties.get("AlarmName")
        for definition in defined.definitions.values()
        for resource in definition.resources.values()
        if resource.type in ALARMS
    }
    for name in names:
        if defined.is_nowhere(name) and defined.is_all and name not in own and not names_in(name):
            hint = defined.suggestion(name, ALARMS) or "an alarm of that name must be in the account"
            message = f"no stack has an alarm {name}"
            yield Finding("checks.address", message, each.location, next=hint, severity="warning")
