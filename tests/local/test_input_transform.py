"""What an EventBridge target gets: constants, parts, filled templates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.local.events.transform import fill, target_payload

EVENT: dict[str, Any] = {
    "source": "shop",
    "detail-type": "sold",
    "detail": {"who": 'Ann "A"', "items": [{"n": 1}, {"n": 2}], "none": None},
}
RULE = "arn:aws:events:us-east-1:123456789012:rule/bus/name"


def payload(**target: Any) -> str:
    return target_payload(target, EVENT, RULE, "2026-01-01T00:00:00Z")


def templated(template: str, **paths: str) -> str:
    return payload(InputTransformer={"InputPathsMap": paths, "InputTemplate": template})


def test_without_settings_it_is_the_event() -> None:
    assert json.loads(payload()) == EVENT


def test_a_constant_is_sent_as_it_is() -> None:
    assert payload(Input='{"a" :  1}') == '{"a" :  1}'


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("$", EVENT),
        ("$.detail.items[1].n", 2),
        ("$.detail-type", "sold"),
        ("$.detail['who']", 'Ann "A"'),
        ("$.detail.nothing", None),
        ("$.detail.items[7]", None),
    ],
)
def test_a_path_selects_a_part(path: str, wanted: Any) -> None:
    assert json.loads(payload(InputPath=path)) == wanted


def test_placeholders_are_values_outside_of_strings_and_text_inside() -> None:
    filled = templated(
        '{"who": <who>, "text": "by <who>", "all": <items>}', who="$.detail.who", items="$.detail.items"
    )
    assert json.loads(filled) == {"who": 'Ann "A"', "text": 'by Ann "A"', "all": [{"n": 1}, {"n": 2}]}


def test_what_is_missing_leaves_valid_json() -> None:
    filled = templated(
        '{"gone": <gone>, "text": "<gone>!", "null": <null>}', gone="$.detail.x", null="$.detail.none"
    )
    assert json.loads(filled) == {"gone": "", "text": "!", "null": None}


def test_reserved_names_are_filled() -> None:
    filled = json.loads(templated('{"rule": <aws.events.rule-name>, "event": <aws.events.event.json>}'))
    assert filled == {"rule": "name", "event": EVENT}


def test_what_is_no_placeholder_stays() -> None:
    assert templated('"<b>bold</b> <unknown>"') == '"<b>bold</b> <unknown>"'


@given(st.text() | st.integers() | st.lists(st.text()) | st.dictionaries(st.text(), st.booleans()))
def test_a_filled_template_is_always_json(value: Any) -> None:
    filled = json.loads(fill('{"a": <v>, "b": "x <v> y"}', {"v": value}))
    assert filled["a"] == value
    assert filled["b"].startswith("x ")
