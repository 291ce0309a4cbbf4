"""What is stored of a value comes back as it was, but for the text of secrets."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fairway.model.codec import decode_definition, decode_value, encode_definition, encode_value
from fairway.model.graph import Definition, Output, Parameter, Resource
from fairway.model.location import Location
from fairway.model.values import Artifact, Deferred, Lookup, Reference, Secret, Value

NAMES = st.sampled_from(["Name", "$reference", "$deferred", "$lookup", "$literal", "$artifact", "$ref"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.builds(Reference, st.sampled_from(["Table", "Queue"]), st.sampled_from(["", "Arn"])),
    st.builds(Artifact, st.just("ab" * 32)),
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=2),
        st.builds(lambda *parts: Deferred("Join", parts), inner, inner),
        st.builds(Lookup, st.just("ssm"), inner),
    ),
    max_leaves=8,
)


PLACES = st.builds(Location, st.just("template.yaml"), st.integers(1, 99), st.integers(0, 9))
POLICIES = st.sampled_from(["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"])
RESOURCES = st.builds(
    Resource,
    st.just(""),
    st.sampled_from(["AWS::SQS::Queue", "AWS::SNS::Topic"]),
    st.dictionaries(NAMES, VALUES, max_size=2),
    PLACES,
    st.lists(st.sampled_from(["Table", "Queue"]), max_size=2).map(tuple),
    POLICIES,
    POLICIES,
)
OUTPUTS = st.builds(Output, st.just(""), VALUES, st.text(max_size=5), VALUES, st.none() | PLACES)
PARAMETERS = st.builds(Parameter, st.just(""), st.just("String"), VALUES, st.booleans())


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Definitions of whatever resources, outputs and parameters, under their names."""
    resources = draw(st.dictionaries(NAMES, RESOURCES, max_size=2))
    outputs = draw(st.dictionaries(NAMES, OUTPUTS, max_size=2))
    parameters = draw(st.dictionaries(NAMES, PARAMETERS, max_size=2))
    return Definition(
        draw(st.sampled_from(["sam", "cloudformation"])),
        "template.yaml",
        {name: replace(each, address=name) for name, each in resources.items()},
        {name: replace(each, name=name) for name, each in outputs.items()},
        {name: replace(each, name=name) for name, each in parameters.items()},
        draw(st.text(max_size=5)),
    )


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Value) -> None:
    stored = json.loads(json.dumps(encode_value(value, "key")))
    assert decode_value(stored) == value


@given(definitions())
def test_a_definition_comes_back_as_it_was(definition: Definition) -> None:
    stored = json.loads(json.dumps(encode_definition(definition, "key")))
    assert decode_definition(stored) == definition


def test_a_secret_is_stored_as_its_hash_and_stays_sealed() -> None:
    stored = encode_value({"Password": Secret("hunter2")}, "key")
    assert "hunter2" not in json.dumps(stored)
    assert encode_value(decode_value(stored), "key") == stored
