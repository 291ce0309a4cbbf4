"""What holds for every template, whatever is in it: chance writes the templates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.cloudformation.templates import read

from fairway.model.graph import Definition
from fairway.model.location import Location
from fairway.model.values import Deferred, Lookup, Reference, Secret, walk
from fairway.sources.cloudformation.language import CONDITION_FUNCTIONS, RULE_FUNCTIONS, VALUE_FUNCTIONS

FUNCTIONS = [*sorted(CONDITION_FUNCTIONS | RULE_FUNCTIONS | VALUE_FUNCTIONS), "Fn::ForEach::Loop", "Fn::None"]
NAMES = st.sampled_from(
    ["Queue", "Text", "List", "Secret", "Yes", "Map", "a", "AWS::Region", "AWS::NoValue", "Nobody"]
)
TEXT = st.one_of(
    NAMES,
    st.text(alphabet="ab${}:.!{}", max_size=8),
    st.sampled_from(["${Queue.Arn}", "${Text}", "{{resolve:ssm:a}}", "{{resolve:", "Queue.Arn", "0", "1"]),
)
SCALARS = TEXT | st.integers(-2, 300) | st.booleans() | st.none()


def with_functions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(TEXT, inner, max_size=3),
        st.builds(lambda name: {"Ref": name}, NAMES),
        st.builds(lambda name, argument: {name: argument}, st.sampled_from(FUNCTIONS), inner),
        st.builds(
            lambda name, arguments: {name: arguments},
            st.sampled_from(FUNCTIONS),
            st.lists(inner, min_size=1, max_size=3),
        ),
    )


ANYTHING = st.recursive(SCALARS, with_functions, max_leaves=12)
FIXED = {
    "Transform": "AWS::LanguageExtensions",
    "Parameters": {
        "Text": {"Type": "String", "Default": "text"},
        "List": {"Type": "CommaDelimitedList", "Default": "a,b"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "HIDDEN"},
    },
    "Mappings": {"Map": {"a": {"a": "b", "b": ["c"]}}},
}


def template(condition: Any, properties: Any, value: Any, other: Any) -> dict[str, Any]:
    return {
        **FIXED,
        "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "Other": condition},
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": properties},
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties},
            "Handler": {"Type": "AWS::Lambda::Function", "Properties": {"Code": value}},
            "Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": "t", "Value": value}},
            "Other": other,
        },
        "Outputs": {"Out": {"Value": value, "Condition": "Yes"}, "Other": other},
    }


PROPERTIES = ANYTHING | st.fixed_dictionaries(
    {"Definition": ANYTHING, "DefinitionSubstitutions": st.dictionaries(NAMES, ANYTHING, max_size=2)}
)
TEMPLATES = st.builds(template, ANYTHING, PROPERTIES, ANYTHING, ANYTHING)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEMPLATES)
def test_no_template_raises_or_shows_a_secret(folder: Path, content: dict[str, Any]) -> None:
    definition, findings = read(json.dumps(content), folder)
    assert "HIDDEN" not in repr(findings)
    assert all(finding.location for finding in findings)
    for resource in definition.resources.values():
        shown = [node for node in walk(resource.properties) if isinstance(node, str) and "HIDDEN" in node]
        assert shown == []


def without_places(definition: Definition) -> list[Any]:
    somewhere = Location("", 1)
    return [replace(resource, location=somewhere) for resource in definition.resources.values()]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEMPLATES)
def test_yaml_and_json_mean_the_same(folder: Path, content: dict[str, Any]) -> None:
    from_json, json_findings = read(json.dumps(content), folder, "a.json")
    from_yaml, yaml_findings = read(yaml.safe_dump(content, sort_keys=False), folder, "a.yaml")
    assert without_places(from_json) == without_places(from_yaml)
    assert {f.message for f in json_findings} == {f.message for f in yaml_findings}


KNOWN = st.recursive(
    st.sampled_from(["x", "yy", "1", 7, True, {"Ref": "Text"}, {"Ref": "Secret"}, {"Ref": "AWS::Region"}]),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"Fn::Join": ["-", parts]}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda a, b: {"Fn::If": ["Yes", a, b]}, inner, inner),
        st.builds(lambda a: {"Fn::Sub": ["${V}/${Text}", {"V": a}]}, inner),
        st.builds(lambda a: {"Fn::Base64": a}, inner),
        st.builds(lambda a, b: {"Fn::Select": [1, [a, b]]}, inner, inner),
        st.builds(lambda a: {"Fn::Select": [0, {"Fn::Split": [":", a]}]}, inner),
        st.builds(lambda a: {"Fn::ToJsonString": {"k": [a]}}, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(KNOWN)
def test_what_rests_on_known_values_alone_is_known_right_away(folder: Path, value: Any) -> None:
    definition, _ = read(json.dumps(template({"Condition": "Yes"}, {}, value, None)), folder)
    result = definition.resources["Thing"].properties["Value"]
    assert isinstance(result, str | int | Secret)
    assert not any(isinstance(node, Reference | Deferred | Lookup) for node in walk(result))
