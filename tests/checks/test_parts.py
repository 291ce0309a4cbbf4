"""A document holds a part when every key that is named is equal, whatever else there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from fairway.checks.part import difference
from fairway.model.values import Json

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
DOCUMENTS = st.recursive(
    LEAVES, lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4)
)


@given(DOCUMENTS)
def test_every_document_holds_itself(document: Json) -> None:
    assert difference(document, document) == ""


@given(DOCUMENTS, st.data())
def test_a_document_holds_what_is_left_when_keys_are_taken_away(document: Json, data: st.DataObject) -> None:
    def taken(value: Json) -> Json:
        match value:
            case Mapping():
                return {key: taken(each) for key, each in value.items() if data.draw(st.booleans())}
            case Sequence() if not isinstance(value, str):
                return [taken(each) for each in value]
        return value

    assert difference(taken(document), document) == ""


@given(DOCUMENTS, DOCUMENTS)
def test_what_differs_is_said_and_only_that(expected: Json, found: Json) -> None:
    both = difference(expected, found) == "" and difference(found, expected) == ""
    assert both == _same(expected, found)


def _same(one: Json, other: Json) -> bool:
    """Equal as JSON, where true is not 1."""
    match one, other:
        case (Mapping(), Mapping()):
            return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
        case (list(), list()):
            return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def test_the_place_is_named() -> None:
    found: Json = {"a": [{"b": 1}, {"b": 2}], "c": "x", "d": None}
    assert difference({"a": [{}, {"b": 3}]}, found) == "$.a[1].b is 2, expected 3"
    assert difference({"a": []}, found) == "$.a has 2 elements, expected 0"
    assert difference({"c": {"e": 1}}, found) == '$.c is "x", expected an object'
    assert difference({"c": ["x"]}, found) == '$.c is "x", expected a list'
    assert difference({"e": {}}, found) == "$.e is missing, expected {}"
    assert difference({"d": False}, found) == "$.d is null, expected false"
    assert difference(1, True) == "$ is true, expected 1"
