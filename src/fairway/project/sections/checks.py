"""`[[checks]]`, `[[verify]]` and `[[manual]]`: blocks of which one key says the kind.

A block without a name is called by the value of that key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict, TypeVar

from fairway.model.location import Location
from fairway.project.checks import (
    Alarms,
    BedrockModel,
    Command,
    Execution,
    Http,
    Invoke,
    Patient,
    Prerequisite,
    Pytest,
    Quota,
    TableItem,
    Tool,
    Verification,
)
from fairway.project.reading import Table, refuse_same_names
from fairway.project.settings import ManualStep

_Check = TypeVar("_Check", Prerequisite, Verification)


class Common(TypedDict):
    """What every kind has."""

    name: str
    environments: tuple[str, ...]
    location: Location


def prerequisites(tables: tuple[Table, ...]) -> tuple[Prerequisite, ...]:
    """What must hold before a deploy."""
    refuse_same_names(tables)
    return tuple(found for table in tables if (found := _one(table, PREREQUISITES, "a check")))


def verifications(tables: tuple[Table, ...]) -> tuple[Verification, ...]:
    """What must hold after a deploy."""
    refuse_same_names(tables)
    return tuple(found for table in tables if (found := _one(table, VERIFICATIONS, "a verification")))


def manual_steps(tables: tuple[Table, ...]) -> tuple[ManualStep, ...]:
    """What people have to do; a verification's kind among the keys says when it is done."""
    refuse_same_names(tables)
    return tuple(map(_manual, tables))


def _manual(table: Table) -> ManualStep:
    name, words = table.required("name"), table.named_text("text")
    environments = table.environments("environments")
    if table.has(*VERIFICATIONS):
        return ManualStep(name, words, _one(table, VERIFICATIONS, "a manual step"), environments)
    table.close()
    return ManualStep(name, words, None, environments)


def _one(table: Table, kinds: Mapping[str, Callable[[Table, Common], _Check]], words: str) -> _Check | None:
    if not (kind := table.one_of(tuple(kinds), words)):
        return None
    common = Common(
        name=table.text("name") or _value_of(table, kind),
        environments=table.environments("environments"),
        location=table.location,
    )
    found = kinds[kind](table, common)
    table.close()
    return found


def _value_of(table: Table, kind: str) -> str:
    value = table.held[kind]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _tool(table: Table, common: Common) -> Tool:
    version = table.text("version")
    if version and not _is_specifier(version):
        table.wrong("version", f"version cannot be {version!r}", 'write it as ">=20,<23" or "==3.11.*"')
    return Tool(**common, tool=table.required("tool"), version=version)


def _is_specifier(version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(version)
    except InvalidSpecifier:
        return False
    return True


def _command(table: Table, common: Common) -> Command:
    timeout = table.duration("timeout", Command.timeout)
    return Command(**common, command=table.required_named("command"), timeout=timeout)


def _bedrock(table: Table, common: Common) -> BedrockModel:
    return BedrockModel(**common, bedrock=table.required_named("bedrock"))


def _quota(table: Table, common: Common) -> Quota:
    if "at_least" not in table.held:
        table.wrong("quota", "a quota must be at least something", "add at_least = 1000")
    return Quota(**common, quota=table.required("quota"), at_least=table.number("at_least", 0.0))


def _within(table: Table) -> float:
    return table.duration("within", Patient.within)


def _http(table: Table, common: Common) -> Http:
    return Http(
        **common,
        within=_within(table),
        http=table.required_named("http"),
        method=table.text("method", Http.method).upper(),
        headers=table.named_map("headers"),
        body=table.named_text("body"),
        status=table.whole("status", Http.status, least=100, most=599),
        contains=table.named_text("contains"),
        json=table.json("json"),
        latency=table.duration("latency", 0.0) if table.has("latency") else None,
    )


def _invoke(table: Table, common: Common) -> Invoke:
    return Invoke(
        **common,
        within=_within(table),
        invoke=table.required("invoke"),
        payload=table.json("payload"),
        expect=table.json("expect"),
    )


def _execution(table: Table, common: Common) -> Execution:
    return Execution(
        **common,
        within=_within(table),
        execution=table.required("execution"),
        input=table.json("input"),
        status=table.choice("status", ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"), Execution.status),
        expect=table.json("expect"),
    )


def _table_item(table: Table, common: Common) -> TableItem:
    table.table("key")  # a map of any JSON
    key = table.json("key")
    return TableItem(
        **common,
        within=_within(table),
        table=table.required("table"),
        key=key if isinstance(key, Mapping) else {},
        expect=table.json("expect"),
        absent=table.flag("absent"),
    )


def _pytest(table: Table, common: Common) -> Pytest:
    timeout = table.duration("timeout", Pytest.timeout)
    return Pytest(**common, pytest=table.required("pytest"), timeout=timeout)


def _alarms(table: Table, common: Common) -> Alarms:
    quiet = table.number("quiet_minutes", Alarms.quiet_minutes)
    return Alarms(**common, alarms=table.named_texts("alarms"), quiet_minutes=quiet)


PREREQUISITES: Mapping[str, Callable[[Table, Common], Prerequisite]] = {
    "tool": _tool,
    "command": _command,
    "bedrock": _bedrock,
    "quota": _quota,
}
VERIFICATIONS: Mapping[str, Callable[[Table, Common], Verification]] = {
    "http": _http,
    "invoke": _invoke,
    "execution": _execution,
    "table": _table_item,
    "command": _command,
    "pytest": _pytest,
    "alarms": _alarms,
}
