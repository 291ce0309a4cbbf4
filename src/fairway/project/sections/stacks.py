"""`[stacks.NAME]` with its rollout, and `[[import]]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.project.reading import Table
from fairway.project.sections.parameters import parameters
from fairway.project.settings import NAME, NAME_RULE, Import, RolloutSettings, StackSettings


def stacks(table: Table) -> Mapping[str, StackSettings]:
    """Each stack by its name."""
    for name in table.held:
        if not NAME.fullmatch(name):
            table.wrong(name, f"{name!r} cannot be the name of a stack", why=NAME_RULE)
    return {name: _stack(name, each) for name, each in table.named().items()}


def _stack(name: str, table: Table) -> StackSettings:
    found = StackSettings(
        name=name,
        source=table.text("source", StackSettings.source),
        after=table.stacks("after"),
        parameters=parameters(table.table("parameters")),
        location=table.location,
    )
    table.table("rollout")  # read by `rollouts`
    table.close()
    return found


def rollouts(table: Table) -> Mapping[str, RolloutSettings]:
    """How the stacks that say so go live."""
    said = {name: each.table("rollout") for name, each in table.named().items()}
    return {name: _rollout(each) for name, each in said.items() if each.held}


def _rollout(table: Table) -> RolloutSettings:
    kind: Any = table.choice("kind", ("all-at-once", "canary", "linear"), RolloutSettings.kind)
    found = RolloutSettings(
        kind=kind,
        percent=table.whole("percent", RolloutSettings.percent, least=1, most=99),
        minutes=table.number("minutes", RolloutSettings.minutes),
        alarms=table.named_texts("alarms"),
        location=table.location,
    )
    table.close()
    return found


def imports(tables: tuple[Table, ...]) -> tuple[Import, ...]:
    """What exists already and is to be taken over."""
    return tuple(map(_import, tables))


def _import(table: Table) -> Import:
    found = Import(
        stack=table.stack("stack"),
        address=table.required("address"),
        identifier=table.required("identifier"),
        environment=table.environment("environment"),
        location=table.location,
    )
    table.close()
    return found
