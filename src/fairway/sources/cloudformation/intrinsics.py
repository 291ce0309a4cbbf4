"""The intrinsic functions of values, one each: argument node in, value out.

Each raises WrongInput for arguments it cannot take. Source: CloudFormation User Guide, "Intrinsic
function reference"; `Fn::Length`, `Fn::ToJsonString` and FindInMap's default: "AWS::LanguageExtensions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairway.model.errors import WrongInput
from fairway.model.evaluate import apply_function, text
from fairway.model.graph import PropertyPath
from fairway.model.sealing import is_sealed_secret
from fairway.model.values import FunctionName, Lookup, Reference, Value, is_known
from fairway.sources.cloudformation.json_text import json_text
from fairway.sources.cloudformation.result import BROKEN, Absent, Result
from fairway.sources.cloudformation.tree import Node
from fairway.sources.findings import suggest

if TYPE_CHECKING:
    from fairway.sources.cloudformation.evaluator import Evaluator

SUB_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Call:
    """A function's use: its argument with the argument's path, and where its result goes (see Evaluator)."""

    evaluator: Evaluator
    argument: Node
    path: PropertyPath
    out: PropertyPath | None


Intrinsic = Callable[[Call], Result]


def _ref(call: Call) -> Result:
    if not isinstance(call.argument, str):
        raise WrongInput("template.reference", "Ref needs a name")
    return _named(call.evaluator, call.argument)


def _named(evaluator: Evaluator, name: str) -> Result:
    """What a name stands for. An unknown one is `BROKEN` here: `names.check_names` reports it."""
    if name in evaluator.names:
        return evaluator.names[name]
    return _of_resource(evaluator, name, "")


def _of_resource(evaluator: Evaluator, address: str, attribute: str) -> Value:
    if address not in evaluator.resources:
        return BROKEN
    if not evaluator.included(address):
        condition = evaluator.template.get("Resources", address, "Condition")
        raise WrongInput(
            "template.not-created",
            f"{address} is not created: its condition {condition} is false",
            next="use the reference only under the same condition, with Fn::If",
        )
    if evaluator.nested and address in evaluator.nested:
        return evaluator.nested.attribute(address, attribute)
    return Reference(evaluator.address(address), attribute)


def _get_att(call: Call) -> Result:
    match call.argument:
        case [str(address), attribute]:
            name = call.evaluator.plain(attribute, (*call.path, 1))
            if isinstance(name, str):
                return _of_resource(call.evaluator, address, name)
    raise WrongInput("template.reference", "Fn::GetAtt needs a resource and one of its attributes")


def _sub(call: Call) -> Result:
    template, variables = _sub_arguments(call.argument)
    parts: list[Value] = []
    position = 0
    for match in SUB_VARIABLE.finditer(template):
        parts.append(template[position : match.start()])
        parts.append(_variable(call, match.group(1).strip(), variables))
        position = match.end()
    joined = apply_function("Join", ("", [*parts, template[position:]]))
    return call.evaluator.text(joined, call.path, call.out)


def _sub_arguments(argument: Node) -> tuple[str, Mapping[str, Node]]:
    match argument:
        case str(template):
            return template, {}
        case [str(template), Mapping() as variables]:
            return template, variables
    raise WrongInput("template.sub", "Fn::Sub needs a string, or a string and a map of variables")


def _variable(call: Call, name: str, variables: Mapping[str, Node]) -> Value:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in variables:
        return call.evaluator.plain(variables[name], (*call.path, 1, name))
    if "." in name:
        address, attribute = name.split(".", 1)
        return _of_resource(call.evaluator, address, attribute)
    value = _named(call.evaluator, name)
    if isinstance(value, Absent):
        raise WrongInput("template.sub", f"{name} cannot stand in text")
    return value


def _if(call: Call) -> Result:
    match call.argument:
        case [str(condition), when_true, when_false]:
            if call.evaluator.conditions.holds(condition):
                return call.evaluator.value(when_true, (*call.path, 1), call.out)
            return call.evaluator.value(when_false, (*call.path, 2), call.out)
    raise WrongInput("template.if", "Fn::If needs a condition's name and two values")


def _find_in_map(call: Call) -> Result:
    if not isinstance(call.argument, list) or len(call.argument) not in (3, 4):
        raise WrongInput("template.find-in-map", "Fn::FindInMap needs a mapping and two keys")
    keys = [call.evaluator.plain(key, (*call.path, index)) for index, key in enumerate(call.argument[:3])]
    if any(key is BROKEN for key in keys):
        return BROKEN
    if not all(is_known(key) for key in keys):
        raise WrongInput("template.find-in-map", "the keys of Fn::FindInMap must be known before deployment")
    found: Node = call.evaluator.template.section("Mappings")
    for key in map(text, keys):
        if not isinstance(found, Mapping) or key not in found:
            return _map_default(call, key, found)
        found = found[key]
    return found


def _map_default(call: Call, key: str, searched: Node) -> Result:
    match call.argument:
        case [_, _, _, {"DefaultValue": default}]:
            return call.evaluator.value(default, (*call.path, 3, "DefaultValue"))
    known = list(searched) if isinstance(searched, Mapping) else []
    raise WrongInput("template.find-in-map", f"Fn::FindInMap finds no key {key}", next=suggest(key, known))


def _import_value(call: Call) -> Result:
    name = call.evaluator.plain(call.argument, call.path)
    if name is BROKEN:
        return BROKEN
    if not isinstance(name, str):
        raise WrongInput("template.import", "the name of Fn::ImportValue must be known before deployment")
    exports = call.evaluator.exports
    if name not in exports:
        next_step = suggest(name, exports) or "deploy the stack that exports it first"
        raise WrongInput("template.import", f"no stack here exports {name}", next=next_step)
    if is_sealed_secret(exports[name]):
        next_step = "refer to where the secret is kept, with {{resolve:…}}"
        raise WrongInput(
            "template.import", f"the export {name} is a secret, which no state holds", next=next_step
        )
    return exports[name]


def _get_azs(call: Call) -> Result:
    region = call.evaluator.plain(call.argument, call.path) or call.evaluator.inputs.region
    return call.evaluator.look_up(Lookup("availability-zones", region), call.path)


def _to_json(call: Call) -> Result:
    return json_text(call.evaluator.plain(call.argument, call.path))


def _transform(call: Call) -> Result:
    name = call.argument.get("Name") if isinstance(call.argument, Mapping) else call.argument
    next_step = "only AWS::Include of local files can be used here"
    raise WrongInput("template.macro", f"the macro {name} is not supported", next=next_step)


def _on_list(function: FunctionName) -> Intrinsic:
    """A function of values alone, whose arguments stand in a list."""

    def apply(call: Call) -> Result:
        arguments = call.evaluator.plain(call.argument, call.path)
        if not isinstance(arguments, list):
            raise WrongInput("template.function", f"Fn::{function} needs a list of arguments")
        return call.evaluator.text(apply_function(function, tuple(arguments)), call.path, call.out)

    return apply


def _on_one(function: FunctionName) -> Intrinsic:
    """A function of one value."""
    return lambda call: apply_function(function, (call.evaluator.plain(call.argument, call.path),))


INTRINSICS: Mapping[str, Intrinsic] = {
    "Ref": _ref,
    "Fn::Base64": _on_one("Base64"),
    "Fn::Cidr": _on_list("Cidr"),
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _on_list("Join"),
    "Fn::Length": _on_one("Length"),
    "Fn::Select": _on_list("Select"),
    "Fn::Split": _on_list("Split"),
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
}
