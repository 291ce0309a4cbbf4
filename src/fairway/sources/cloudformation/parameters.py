"""A template's parameters: what it declares, and the values they get.

The rules are those of the CloudFormation User Guide, "Parameters".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fairway.model.errors import WrongInput
from fairway.model.evaluate import apply_function, text
from fairway.model.graph import Parameter
from fairway.model.location import Location
from fairway.model.values import Lookup, Secret, Value, is_known, rewrite, walk
from fairway.sources.cloudformation.language import AWS_PARAMETER_TYPES, PARAMETER_KEYS
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.cloudformation.tree import Located
from fairway.sources.findings import Findings, suggest
from fairway.sources.inputs import Inputs

_ITEM_TYPES = AWS_PARAMETER_TYPES | {"String", "Number"}
_TYPES = _ITEM_TYPES | {"CommaDelimitedList"}
_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LIST = re.compile(r"List<(.+)>")


@dataclass(frozen=True)
class Declaration:
    """One declared parameter. `default` is None when a value must be given; limits are as written."""

    name: str
    type: str
    location: Location
    default: Value = None
    secret: bool = False
    description: str = ""
    allowed_values: tuple[str, ...] = ()
    allowed_pattern: str = ""
    constraint_description: str = ""
    min_length: float | None = None
    max_length: float | None = None
    min_value: float | None = None
    max_value: float | None = None

    @property
    def ssm_type(self) -> str:
        """The type of the stored value, when the parameter names an SSM parameter; else empty."""
        match = _SSM_VALUE.fullmatch(self.type)
        return match.group(1) if match else ""

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, given as text with commas."""
        return _is_list(self.type)


def _is_list(type_name: str) -> bool:
    return type_name == "CommaDelimitedList" or bool(_LIST.fullmatch(type_name))


def declarations(template: Located, findings: Findings) -> Mapping[str, Declaration]:
    """The parameters a template declares; mistakes in the declarations become findings."""
    found = {}
    for name, body in template.section("Parameters").items():
        path = ("Parameters", name)
        if isinstance(body, Mapping):
            found[name] = _declaration(name, body, template, findings)
        else:
            findings.error("template.parameter", f"parameter {name} must be a map", template.locate(path))
    return found


def _declaration(name: str, body: Mapping[str, Value], template: Located, findings: Findings) -> Declaration:
    path = ("Parameters", name)
    for key in body.keys() - PARAMETER_KEYS:
        message = f"{key} is not a key of a parameter"
        findings.error(
            "template.unknown-key", message, template.locate((*path, key)), next=suggest(key, PARAMETER_KEYS)
        )
    declared_type = body.get("Type")
    if not isinstance(declared_type, str):
        findings.error("template.parameter-type", f"parameter {name} has no Type", template.locate(path))
        declared_type = "String"
    elif not _is_known_type(declared_type):
        where = template.locate((*path, "Type"))
        message = f"unknown parameter type {declared_type}"
        findings.error("template.parameter-type", message, where, next=suggest(declared_type, _TYPES))
    allowed = body.get("AllowedValues")
    return Declaration(
        name=name,
        type=declared_type,
        location=template.locate(path),
        default=body.get("Default"),
        secret=_text(body.get("NoEcho")).lower() == "true",
        description=_text(body.get("Description")),
        allowed_values=tuple(_text(item) for item in allowed) if isinstance(allowed, list) else (),
        allowed_pattern=_text(body.get("AllowedPattern")),
        constraint_description=_text(body.get("ConstraintDescription")),
        min_length=_number(body.get("MinLength")),
        max_length=_number(body.get("MaxLength")),
        min_value=_number(body.get("MinValue")),
        max_value=_number(body.get("MaxValue")),
    )


def _is_known_type(name: str) -> bool:
    if match := _SSM_VALUE.fullmatch(name):
        return _is_known_type(match.group(1))
    if match := _LIST.fullmatch(name):
        return match.group(1) in _ITEM_TYPES
    return name in _TYPES


def _text(value: Value) -> str:
    return text(value) if isinstance(value, str | int | float) else ""


def _number(value: Value) -> float | None:
    try:
        return float(_text(value))
    except ValueError:
        return None


def resolve(
    declared: Mapping[str, Declaration], inputs: Inputs, template: Located, findings: Findings
) -> Mapping[str, Parameter]:
    """Every declared parameter with its value; `BROKEN` where there is none that can be used."""
    for name in inputs.parameters.keys() - declared.keys():
        where = inputs.nesting.given or template.locate(("Parameters",))
        findings.error(
            "parameter.unknown", f"the template has no parameter {name}", where, next=suggest(name, declared)
        )
    return {
        name: Parameter(
            name,
            declaration.type,
            _value(declaration, inputs, findings),
            _is_secret(declaration, inputs.parameters.get(name)),
        )
        for name, declaration in declared.items()
    }


def _value(declaration: Declaration, inputs: Inputs, findings: Findings) -> Value:
    given = inputs.parameters.get(declaration.name, declaration.default)
    if given is None:
        _report_missing(declaration, inputs, findings)
        return BROKEN
    if isinstance(given, Lookup):
        return given
    if not is_known(given):
        return _not_known_yet(given, declaration)
    if found := problems(declaration, given):
        for problem in found:
            message, why = f"parameter {declaration.name} {problem}", declaration.constraint_description
            findings.error("parameter.value", message, declaration.location, why=why)
        return BROKEN
    items = _items(given, declaration)
    return _typed(items, declaration, inputs, findings, secret=_is_secret(declaration, given))


def problems(declaration: Declaration, given: Value) -> tuple[str, ...]:
    """What the declaration has against a value, each as the end of a sentence that begins with the parameter.

    The value itself is not told where it is secret.
    """
    if not is_known(given):
        return ()  # nobody knows yet
    secret = _is_secret(declaration, given)
    try:
        items = _items(given, declaration)
    except WrongInput as error:
        return (f"cannot have this value: {error.what}",)
    return tuple(problem for item in items for problem in _problems(item, declaration, secret=secret))


def _is_secret(declaration: Declaration, given: Value) -> bool:
    """What a nested stack is given of a secret stays one, whether it declares NoEcho or not."""
    return declaration.secret or any(isinstance(node, Secret) for node in walk(given))


def _report_missing(declaration: Declaration, inputs: Inputs, findings: Findings) -> None:
    message, nested = f"parameter {declaration.name} has no value", inputs.nesting
    if nested.given:
        ways = f"give it under the Parameters of {nested.name}, or as Default in the nested template"
        findings.error("parameter.missing", message, nested.given, next=ways)
    else:
        findings.error(
            "parameter.missing", message, declaration.location, next=_ways(declaration.name, inputs.stack)
        )


def _ways(name: str, stack: str) -> str:
    """Every way to give a value."""
    return (
        f"give it with --param {name}=VALUE or in a file with --params, in fairway.toml in "
        f"[stacks.{stack}.parameters] or [environments.NAME.parameters], or as Default in the template"
    )


def _not_known_yet(given: Value, declaration: Declaration) -> Value:
    """What a nested stack is given of a resource: no rule can be checked before that exists."""
    if declaration.ssm_type:
        given = Lookup("ssm", given)
    if declaration.is_list or _is_list(declaration.ssm_type):
        return given if isinstance(given, list) else apply_function("Split", (",", given))
    return given


def _items(given: Value, declaration: Declaration) -> list[str]:
    """The value as a list of texts; one text for a parameter that is not a list."""
    given = rewrite(given, lambda node: node.value if isinstance(node, Secret) else node)
    if not declaration.is_list:
        return [text(given)]
    if isinstance(given, list | tuple):
        return [text(item) for item in given]
    whole = text(given)
    return [item.strip() for item in whole.split(",")] if whole else []


def _problems(item: str, declaration: Declaration, *, secret: bool) -> Iterator[str]:
    shown = "its value" if secret else repr(item)
    if declaration.allowed_values and item not in declaration.allowed_values:
        yield f"may be {', '.join(declaration.allowed_values)}, not {shown}"
    if declaration.allowed_pattern and not _fits(declaration.allowed_pattern, item):
        yield f"must match {declaration.allowed_pattern}, which {shown} does not"
    if declaration.min_length is not None and len(item) < declaration.min_length:
        yield f"must have at least {declaration.min_length:g} characters"
    if declaration.max_length is not None and len(item) > declaration.max_length:
        yield f"must have at most {declaration.max_length:g} characters"
    if declaration.type in ("Number", "List<Number>"):
        yield from _number_problems(item, declaration, shown)


def _number_problems(item: str, declaration: Declaration, shown: str) -> Iterator[str]:
    number = _number(item)
    if number is None:
        yield f"must be a number, which {shown} is not"
        return
    if declaration.min_value is not None and number < declaration.min_value:
        yield f"must be at least {declaration.min_value:g}"
    if declaration.max_value is not None and number > declaration.max_value:
        yield f"must be at most {declaration.max_value:g}"


def _fits(pattern: str, item: str) -> bool:
    try:
        return re.fullmatch(pattern, item) is not None
    except re.error:  # a pattern in Java's dialect: AWS has to judge it
        return True


def _typed(
    items: list[str], declaration: Declaration, inputs: Inputs, findings: Findings, *, secret: bool
) -> Value:
    if declaration.ssm_type:
        stored = look_up(Lookup("ssm", items[0]), inputs, declaration.location, findings)
        return apply_function("Split", (",", stored)) if _is_list(declaration.ssm_type) else stored
    values: list[Value] = [Secret(item) if secret else item for item in items]
    return values if declaration.is_list else values[0]


def look_up(lookup: Lookup, inputs: Inputs, where: Location, findings: Findings) -> Value:
    """What AWS answers; the lookup itself when offline."""
    if inputs.lookup is None:
        return lookup
    try:
        return inputs.lookup(lookup)
    except WrongInput as error:
        findings.error(error.code, error.what, where, why=error.why, next=error.next)
        return BROKEN
