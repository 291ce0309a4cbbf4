"""Properties are checked against the registry schema, as leniently as CloudFormation does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fairway.model.values import Reference, Secret
from fairway.registry.schema import Schema, schema, type_names
from fairway.sources.cloudformation.properties import mistakes

THING = Schema(
    "Test::Thing",
    {
        "properties": {
            "Text": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z0-9]+$"},
            "Unicode": {"type": "string", "pattern": "^[\\p{L}]+$"},
            "Choice": {"type": "string", "enum": ["ON", "OFF"]},
            "Flag": {"type": "boolean"},
            "Count": {"type": "integer", "minimum": 1, "maximum": 10},
            "Ratio": {"type": "number"},
            "Document": {"type": ["object", "string"]},
            "Names": {
                "type": "array",
                "items": {"type": "string"},
                "minItems": 1,
                "maxItems": 2,
                "uniqueItems": True,
            },
            "Free": {"type": "object"},
            "Mapped": {
                "type": "object",
                "patternProperties": {"^[a-z]+$": {"type": "integer"}},
                "additionalProperties": False,
            },
            "Part": {"$ref": "#/definitions/Part"},
            "Either": {
                "oneOf": [{"type": "object", "required": ["A"]}, {"type": "object", "required": ["B"]}]
            },
            "Given": {"type": "string"},
            "Arn": {"type": "string"},
        },
        "definitions": {
            "Part": {
                "type": "object",
                "properties": {
                    "Name": {"type": "string"},
                    "Other": {"type": "string"},
                    "Id": {"type": "string"},
                },
                "required": ["Name", "Id"],
                "additionalProperties": False,
                "dependentExcluded": {"Other": ["Id"]},
            }
        },
        "additionalProperties": False,
        "readOnlyProperties": ["/properties/Arn", "/properties/Part/Id"],
        "dependentRequired": {"Given": ["Text"]},
        "if": {"properties": {"Choice": {"const": "OFF"}}, "required": ["Choice"]},
        "then": {"required": ["Ratio"]},
    },
)


def codes(properties: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = mistakes(properties, THING)
    return [(mistake.code.removeprefix("property."), ".".join(map(str, mistake.path))) for mistake in found]


@pytest.mark.parametrize(
    "properties",
    [
        {"Text": "abc"},
        {"Text": 12},
        {"Unicode": "123"},
        {"Choice": "ON"},
        {"Choice": "OFF", "Ratio": 1},
        {"Choice": Reference("X")},
        {"Flag": "true"},
        {"Flag": False},
        {"Count": "5"},
        {"Count": 5.0},
        {"Ratio": "0.5"},
        {"Document": {"a": 1}},
        {"Document": "{}"},
        {"Names": ["a", "b"]},
        {"Free": {"anything": [1]}},
        {"Mapped": {"a": 1}},
        {"Part": {"Name": "a"}},
        {"Either": {"A": 1}},
        {"Given": "a", "Text": "abc"},
        {"Count": Reference("X"), "Part": Reference("X", "Y"), "Names": [Reference("X"), Reference("X")]},
    ],
)
def test_what_cloudformation_takes_is_right(properties: Mapping[str, Any]) -> None:
    assert codes(properties) == []


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"Txt": "a"}, [("unknown", "Txt")]),
        ({"Text": ["a"]}, [("type", "Text")]),
        ({"Text": "a"}, [("size", "Text")]),
        ({"Text": "abcde"}, [("size", "Text")]),
        ({"Text": "A!"}, [("pattern", "Text")]),
        ({"Text": Secret("A!")}, [("pattern", "Text")]),
        ({"Choice": "on"}, [("value", "Choice")]),
        ({"Flag": "yes please"}, [("type", "Flag")]),
        ({"Count": "many"}, [("type", "Count")]),
        ({"Count": 1.5}, [("type", "Count")]),
        ({"Count": True}, [("type", "Count")]),
        ({"Count": "11"}, [("range", "Count")]),
        ({"Ratio": "x"}, [("type", "Ratio")]),
        ({"Names": "a"}, [("type", "Names")]),
        ({"Names": []}, [("size", "Names")]),
        ({"Names": ["a", "b", "c"]}, [("size", "Names")]),
        ({"Names": ["a", "a"]}, [("repeated", "Names.1")]),
        ({"Names": ["a", {}]}, [("type", "Names.1")]),
        ({"Free": "a"}, [("type", "Free")]),
        ({"Mapped": {"A": 1}}, [("unknown", "Mapped.A")]),
        ({"Mapped": {"a": "x"}}, [("type", "Mapped.a")]),
        ({"Part": {}}, [("missing", "Part")]),
        ({"Part": {"Name": "a", "Nam": "b"}}, [("unknown", "Part.Nam")]),
        ({"Part": {"Name": "a", "Other": "b", "Id": "c"}}, [("excluded", "Part.Id")]),
        ({"Either": {"C": 1}}, [("missing", "Either")]),
        ({"Given": "a"}, [("missing", "")]),
        ({"Choice": "OFF"}, [("missing", "")]),
        ({"Arn": "a"}, [("read-only", "Arn")]),
    ],
)
def test_what_is_wrong_is_found_at_its_path(properties: Mapping[str, Any], expected: Any) -> None:
    assert codes(properties) == expected


def test_a_secret_is_checked_and_not_shown() -> None:
    [mistake] = mistakes({"Text": Secret("A!")}, THING)
    assert "A!" not in mistake.message


def test_every_registry_schema_can_be_walked() -> None:
    for name in type_names():
        found = schema(name)
        assert found is not None
        list(mistakes(sample(found.document, found, 0), found))


def sample(node: Mapping[str, Any], owner: Schema, depth: int) -> Any:
    """Some value that gives every property, three levels deep."""
    node = owner.resolve(node)
    if "properties" in node and depth < 4:
        return {name: sample(child, owner, depth + 1) for name, child in node["properties"].items()}
    if node.get("type") == "array" and depth < 4:
        return [sample(node.get("items", {}), owner, depth + 1)]
    return "x"
