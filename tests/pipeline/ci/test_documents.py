"""A policy that IAM would not take whole is split; together its parts say the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.errors import Failed
from fairway.pipeline.ci.documents import LIMITS, Statement, documents

ACTION = st.integers(0, 999).map(lambda n: f"service:Action{n:0{1 + n % 40}}")
ACTIONS = st.lists(ACTION, min_size=1, unique=True)
NAMES = st.integers(0, 999).map(lambda n: f"arn:aws:iam::123456789012:role/{n:0{1 + n % 60}}")
RESOURCES = st.one_of(st.just("*"), st.lists(NAMES, min_size=1, max_size=120, unique=True))
CONDITIONS = st.sampled_from([{}, {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}}])


@st.composite
def statements(draw: st.DrawFn) -> Sequence[Statement]:
    return [
        {
            "Sid": f"Statement{letter}",
            "Effect": draw(st.sampled_from(["Allow", "Deny"])),
            "Action": draw(ACTIONS),
            "Resource": draw(RESOURCES),
            **draw(CONDITIONS),
        }
        for letter in "ABCD"[: draw(st.integers(1, 4))]
    ]


def said(found: Iterable[Statement]) -> set[tuple[str, ...]]:
    """What is allowed and denied, one by one."""
    return {
        (each["Effect"], action, resource, json.dumps(each.get("Condition")))
        for each in found
        for action in each["Action"]
        for resource in ([each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"])
    }


@given(statements(), st.integers(2500, 6000))
def test_the_parts_say_what_the_whole_said_and_fit(wanted: Sequence[Statement], limit: int) -> None:
    parts = [json.loads(text)["Statement"] for text in documents(wanted, [limit] * 1000)]
    assert said(each for part in parts for each in part) == said(wanted)
    for part in parts:
        names = [each["Sid"] for each in part]
        assert len(set(names)) == len(names), "IAM refuses two statements of a name"
        text = json.dumps({"Version": "2012-10-17", "Statement": part}, separators=(",", ":"))
        assert len(text) <= limit


def test_what_fits_is_left_whole() -> None:
    wanted = [{"Sid": "A", "Effect": "Allow", "Action": ["a:B"], "Resource": "*"}] * 3
    [text] = documents(wanted)
    assert json.loads(text)["Statement"] == wanted


def test_more_than_a_role_can_have_is_refused() -> None:
    actions = [f"service:Action{n}" for n in range(sum(LIMITS) // 10)]
    with pytest.raises(Failed) as refused:
        documents([{"Sid": "A", "Effect": "Allow", "Action": actions, "Resource": "*"}])
    assert refused.value.code == "ci.policy-size"
    assert "projects" in refused.value.next
