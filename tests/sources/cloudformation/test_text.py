"""YAML and JSON are read as CloudFormation reads them, with the place of everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.location import Location
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import Located


def tree_of(text: str) -> Located:
    tree, findings = parse(text.encode(), "t.yaml")
    assert tree is not None
    assert findings == ()
    return tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("3.10", "3.10"),
        ("22:22", "22:22"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("5", 5),
        ("-5", -5),
        ("1.5", 1.5),
        ("yes", True),
        ("Off", False),
        ("'yes'", "yes"),
        ("~", None),
        ("=", "="),
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
        ("!GetAtt [A, B]", {"Fn::GetAtt": ["A", "B"]}),
        ("{'Fn::GetAtt': A.B}", {"Fn::GetAtt": ["A", "B"]}),
        ("!Condition A", {"Condition": "A"}),
        ("!GetAZs ''", {"Fn::GetAZs": ""}),
        ("!Sub '012'", {"Fn::Sub": "012"}),
        ("!Join ['', [!Ref A]]", {"Fn::Join": ["", [{"Ref": "A"}]]}),
    ],
)
def test_a_node_has_its_value(text: str, value: Any) -> None:
    assert tree_of(f"key: {text}").value == {"key": value}


def test_keys_are_text_as_written() -> None:
    assert tree_of("012: a\nyes: b\n2012-10-17: c\n").value == {"012": "a", "yes": "b", "2012-10-17": "c"}


def test_anchors_and_merge_keys_stand_for_what_they_name() -> None:
    tree = tree_of("base: &b {a: 1, c: 2}\nmerged:\n  <<: *b\n  a: 3\nsame: *b\n")
    assert tree.value == {"base": {"a": 1, "c": 2}, "merged": {"a": 3, "c": 2}, "same": {"a": 1, "c": 2}}


def test_every_key_and_item_has_its_place() -> None:
    tree = tree_of("a:\n  b: 1\n  c:\n    - x\n    - !Sub y\n")
    assert tree.locate(("a", "c", 1)) == Location("t.yaml", 5, 7)
    assert tree.locate(("a", "b")) == Location("t.yaml", 2, 3)
    assert tree.locate(("a", "nothing")) == Location("t.yaml", 1, 1)


def test_json_may_have_tabs_and_escaped_pairs() -> None:
    assert tree_of('{\n\t"a":\t"\\ud83d\\ude00",\n\t"b": "\\/"\n}').value == {"a": "😀", "b": "/"}


PLAIN = st.recursive(
    st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=6), children, max_size=4)
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(max_size=6).filter(lambda key: key != "<<"), PLAIN, max_size=5),
    st.sampled_from([None, 2, "\t"]),
)
def test_any_json_is_read_as_what_it_says(value: Any, indent: Any) -> None:
    tree, findings = parse(json.dumps(value, indent=indent).encode(), "t.json")
    assert findings == ()
    assert tree is not None
    assert tree.value == value


def test_brackets_in_text_make_nothing_deeper() -> None:
    value = {"a": "[" * 5_000, "b": ['\\"' + "{" * 5_000, "}" * 5_000, "'"]}
    tree, findings = parse(json.dumps(value).encode(), "t.json")
    assert findings == ()
    assert tree is not None
    assert tree.value == value


def test_a_key_that_stands_twice_with_one_value_is_only_a_warning() -> None:
    _, same = parse(b"a: 1\na: 1\n", "t.yaml")
    _, different = parse(b"a: 1\na: 2\n", "t.yaml")
    assert [(f.severity, f.location) for f in same] == [("warning", Location("t.yaml", 2, 1))]
    assert [(f.severity, f.location) for f in different] == [("error", Location("t.yaml", 2, 1))]
