"""Reads a definition: a template file in, a resource graph and everything wrong with it out."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path

from fairway.model.errors import Finding, WrongInput
from fairway.model.evaluate import text
from fairway.model.graph import Definition, Parameter
from fairway.model.values import Value
from fairway.sources.cloudformation.compile import compile_template
from fairway.sources.cloudformation.includes import with_includes
from fairway.sources.cloudformation.language import SERVERLESS
from fairway.sources.cloudformation.loops import with_loops
from fairway.sources.cloudformation.parameters import Declaration, declarations, resolve
from fairway.sources.cloudformation.shape import check_sections, transforms
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import Located
from fairway.sources.findings import Findings
from fairway.sources.inputs import Inputs

__all__ = [
    "Declaration",
    "Inputs",
    "declared_outputs",
    "declared_parameters",
    "find_template",
    "load",
    "possible_outputs",
    "read_parameters",
]

TEMPLATE_NAMES = ("template.yaml", "template.yml", "template.json")


def find_template(source: Path) -> Path:
    """The template file that a file or folder given by the user means. Raises WrongInput for none."""
    if source.is_file():
        return source
    if not source.is_dir():
        raise WrongInput(
            "source.missing", f"{source} does not exist", next="give a template file or its folder"
        )
    for name in TEMPLATE_NAMES:
        if (source / name).is_file():
            return source / name
    raise WrongInput(
        "source.missing",
        f"{source} holds no template",
        why=f"looked for {', '.join(TEMPLATE_NAMES)}",
        next="name the template or its folder, here or as `source` of a stack in fairway.toml;"
        " `fairway init` looks for templates and writes that",
    )


def read_parameters(path: Path) -> Mapping[str, Value]:
    """Parameter values out of a file, JSON or YAML. Raises WrongInput for one that cannot be read.

    Three forms: AWS's list of `{"ParameterKey": …, "ParameterValue": …}`, `{"Parameters": {…}}`, and a
    plain map of names to values.
    """
    try:
        tree, findings = parse(path.read_bytes(), str(path))
    except OSError as error:
        why = error.strerror or ""
        raise WrongInput("parameters.file", f"{path} cannot be read", why=why) from None
    if tree is None or findings:
        first = findings[0]
        raise WrongInput("parameters.file", first.message, where=first.location or "", why=first.why)
    match tree.value:
        case {"Parameters": Mapping() as named}:
            return _texts(named, tree, ("Parameters",))
        case Mapping() as named:
            return _texts(named, tree, ())
        case list() as items:
            return {key: value for index, item in enumerate(items) for key, value in _pair(item, index, tree)}
    raise WrongInput("parameters.file", f"{path} holds neither a map nor a list of parameters")


def _texts(named: Mapping[str, Value], tree: Located, path: tuple[str, ...]) -> Mapping[str, Value]:
    return {name: _value(value, tree, (*path, name)) for name, value in named.items()}


def _value(value: Value, tree: Located, path: tuple[str | int, ...]) -> Value:
    try:
        return [text(item) for item in value] if isinstance(value, list) else text(value)
    except WrongInput:
        message = "a parameter's value must be text or a list of texts"
        raise WrongInput("parameters.file", message, where=tree.locate(path)) from None


def _pair(item: Value, index: int, tree: Located) -> list[tuple[str, Value]]:
    match item:
        case {"ParameterKey": str(name), "ParameterValue": value}:
            return [(name, _value(value, tree, (index, "ParameterValue")))]
        case {"ParameterKey": str(), "UsePreviousValue": True}:
            message = "UsePreviousValue is not supported: give the value"
            raise WrongInput("parameters.file", message, where=tree.locate((index,)))
    message = "an item needs ParameterKey and ParameterValue"
    raise WrongInput("parameters.file", message, where=tree.locate((index,)))


def declared_parameters(template: Path) -> Mapping[str, Declaration]:
    """The parameters a template declares, as far as it can be read: `load` tells its mistakes.

    Raises WrongInput when the file itself cannot be read.
    """
    unheard = Findings()
    tree, _ = parse(_read(template), str(template))
    if tree is None or not isinstance(tree.value, Mapping):
        return {}
    tree = with_includes(tree, unheard)
    return declarations(tree, unheard)


def declared_outputs(template: Path) -> Set[str]:
    """The outputs that a template has whatever its parameters are, as far as it can be read.

    Raises WrongInput when the file itself cannot be read.
    """
    tree, _ = parse(_read(template), str(template))
    if tree is None or not isinstance(tree.value, Mapping):
        return frozenset()
    outputs = with_includes(tree, Findings()).section("Outputs").items()
    return {name for name, body in outputs if isinstance(body, Mapping) and "Condition" not in body}


def possible_outputs(template: Path) -> Set[str] | None:
    """The outputs that a template may have, those with a condition too; None where loops make their names.

    Raises WrongInput when the file itself cannot be read.
    """
    tree, findings = parse(_read(template), str(template))
    if tree is None or findings or not isinstance(tree.value, Mapping):
        return None
    outputs = with_includes(tree, Findings()).section("Outputs").keys()
    return None if any(name.startswith("Fn::") for name in outputs) else frozenset(outputs)


def load(template: Path, inputs: Inputs) -> tuple[Definition, tuple[Finding, ...]]:
    """The definition as far as it can be made, and every finding, in the order of the text.

    Raises WrongInput only when the file itself cannot be read; mistakes in it are findings.
    """
    findings = Findings()
    definition = _definition(template, inputs, findings)
    return definition or Definition("cloudformation", str(template), {}), findings.sorted()


def _definition(template: Path, inputs: Inputs, findings: Findings) -> Definition | None:
    """The definition of a template with those that it nests; None when nothing can be made of its text."""
    tree, found = parse(_read(template), str(template))
    findings.extend(found)
    if tree is None:
        return None
    tree = with_loops(with_includes(tree, findings), inputs, findings)
    if not check_sections(tree, findings):
        return None
    parameters = resolve(declarations(tree, findings), inputs, tree, findings)
    if SERVERLESS in transforms(tree):
        return _compile_sam(tree, parameters, inputs, findings)
    return compile_template(tree, parameters, inputs, "cloudformation", findings, _definition)


def _compile_sam(
    tree: Located, parameters: Mapping[str, Parameter], inputs: Inputs, findings: Findings
) -> Definition:
    from fairway.sources import sam  # costs what only SAM templates should pay

    plain, found = sam.transform(tree, inputs)
    findings.extend(found)
    definition = compile_template(plain, parameters, inputs, "sam", findings, _definition)
    return replace(definition, resources=sam.with_code(definition.resources))


def _read(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        why = error.strerror or ""
        raise WrongInput("source.missing", f"{template} cannot be read", why=why) from None
