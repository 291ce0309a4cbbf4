"""Parameters of stacks and where their values come from; `[secrets.NAME]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fairway.model.evaluate import text
from fairway.project.names import outputs_in
from fairway.project.reading import Table
from fairway.project.settings import (
    FromFile,
    FromParameterStore,
    FromSecret,
    FromStack,
    FromVariable,
    Generated,
    Given,
    Parameters,
    ParameterSetting,
    Placeholder,
    SecretSettings,
)

SECRET_LENGTHS = (8, 4096)
"""Characters that may be drawn: fewer are guessed; SSM holds no more (BC ssm PutParameter)."""


def parameters(table: Table) -> Parameters:
    """The values of one stack's parameters, or where they come from."""
    return {name: ParameterSetting(_given(table, name), table.at(name)) for name in table.held}


def shared_parameters(table: Table) -> Parameters:
    """As `parameters`, for all stacks: no value may come from one of them, which would wait for itself."""
    found = parameters(table)
    for name, setting in found.items():
        value = setting.value
        if isinstance(value, FromStack) or (isinstance(value, str) and outputs_in(value)):
            message = f"{name} is for every stack and cannot come from one of them"
            table.wrong(name, message, f"say it where a single stack has it: [stacks.NAME.parameters] {name}")
    return found


def _given(table: Table, name: str) -> Given:
    match table.held[name]:
        case str():
            return table.named_text(name)
        case bool() | int() | float() as scalar:
            return text(scalar)
        case list():
            return _listed(table, name)
        case dict():
            return _source(table.table(name))
    table.wrong(name, f"{name} must be text, a number, true or false, a list of texts, or say a source")
    return ""


def _listed(table: Table, name: str) -> str:
    texts = table.named_texts(name)
    if any("," in each for each in texts):
        table.wrong(name, f"{name} holds a text with a comma, which a parameter's list cannot")
    return ",".join(texts)


def _source(table: Table) -> Given:
    kind = table.one_of(tuple(_SOURCES), "a parameter")
    found = _SOURCES[kind](table) if kind else ""
    table.close()
    return found


def _from_stack(table: Table) -> FromStack:
    found = FromStack(table.stack("stack"), table.required("output"))
    table.uses_output("output", found.stack, found.output)
    return found


_SOURCES: Mapping[str, Callable[[Table], Given]] = {
    "stack": _from_stack,
    "env": lambda table: FromVariable(table.required("env")),
    "ssm": lambda table: FromParameterStore(table.required_named("ssm")),
    "secret": lambda table: FromSecret(table.required_named("secret"), table.text("field")),
    "file": lambda table: FromFile(table.required("file")),
}


def secrets(table: Table) -> Mapping[str, SecretSettings]:
    """Each secret by its key."""
    return {key: _secret(key, each) for key, each in table.named().items()}


def _secret(key: str, table: Table) -> SecretSettings:
    store: Any = table.choice("store", ("secretsmanager", "ssm"), "secretsmanager")
    found = SecretSettings(key, table.required_named("name"), store, _first_value(table), table.location)
    table.close()
    return found


def _first_value(table: Table) -> FromVariable | Generated | Placeholder:
    kinds = ("env", "generate", "placeholder")
    kind = table.one_of(kinds, "a secret") if table.has(*kinds) else ""
    least, most = SECRET_LENGTHS
    length = table.whole("generate", Generated.length, least=least, most=most)
    if not table.flag("placeholder", True):
        table.wrong("placeholder", "a secret is created from something", "give env or generate instead")
    match kind:
        case "env":
            return FromVariable(table.required("env"))
        case "generate":
            return Generated(length)
    return Placeholder()
