"""Loads templates out of text, as the tests of the template language need it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from fairway.model.errors import Finding
from fairway.model.graph import Definition
from fairway.sources.load import Inputs, load

REGION, ACCOUNT = "eu-west-1", "123456789012"


def inputs(**given: Any) -> Inputs:
    return Inputs(**{"stack": "shop", "region": REGION, "account": ACCOUNT, **given})


def read(
    text: str | bytes, folder: Path | None = None, name: str = "template.yaml", **given: Any
) -> tuple[Definition, tuple[Finding, ...]]:
    """What `load` makes of a template with this text; `given` are fields of `Inputs`."""
    content = text if isinstance(text, bytes) else dedent(text).encode()
    with tempfile.TemporaryDirectory() as temporary:
        template = (folder or Path(temporary)) / name
        template.write_bytes(content)
        return load(template, inputs(**given))


def sound(text: str, folder: Path | None = None, **given: Any) -> Definition:
    """The definition of a template that must have no mistakes."""
    definition, findings = read(text, folder, **given)
    assert [finding for finding in findings if finding.severity == "error"] == []
    return definition


def value_of(expression: str, sections: str = "", **given: Any) -> Any:
    """What an expression in YAML's flow style becomes as an output's value."""
    text = f"{dedent(sections)}\n{_WORLD}\nOutputs:\n  Result:\n    Value: {expression}\n"
    return sound(text, **given).outputs["Result"].value


def property_of(expression: str, sections: str = "", **given: Any) -> Any:
    """What an expression becomes as a property that may hold anything."""
    text = f"{dedent(sections)}\n{_WORLD}\n  Thing:\n    Type: Custom::Thing\n    Properties:\n"
    text += f"      ServiceToken: token\n      Value: {expression}\n"
    return sound(text, **given).resources["Thing"].properties.get("Value")


def mistakes(text: str | bytes, **given: Any) -> list[tuple[str, int]]:
    """The codes and lines of the errors in a template."""
    _, findings = read(text, **given)
    return [(f.code, f.location.line if f.location else 0) for f in findings if f.severity == "error"]


def parameters_of(definition: Definition) -> Mapping[str, Any]:
    return {name: parameter.value for name, parameter in definition.parameters.items()}


_WORLD = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Queue:
    Type: AWS::SQS::Queue
"""
