"""A plan as Markdown for a pull request."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.plans import SECRET_HASH, large, mixed

from fairway.model.plan import Action, Change, Plan, PropertyChange
from fairway.report.plan_markdown import GITHUB_LIMIT, render_plan_markdown


def test_it_begins_with_what_happens_and_what_is_lost() -> None:
    lines = render_plan_markdown([mixed()]).splitlines()
    assert lines[0] == ("### shop in prod: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 unchanged")
    assert "- **Refused: replacing Orders would destroy &lt;data&gt;**" in lines
    assert "- **Orders loses its data: 12 items**" in lines


def test_each_change_is_a_row_and_its_properties_a_folded_diff() -> None:
    text = render_plan_markdown([mixed()])
    assert (
        "| `~` update | <code>Greeter</code> | <code>AWS::Lambda::Function</code> "
        "| the definition changed | template.yaml:7 |" in text
    )
    assert "<details>\n<summary>update <code>Greeter</code>: 3 values</summary>" in text
    assert "- Timeout: 3\n+ Timeout: 10\n" in text
    assert "  # forces a replacement" in text


def test_what_was_changed_by_hand_is_told_apart() -> None:
    _, _, drift = render_plan_markdown([mixed()]).partition("**Changed outside Fairway**")
    assert "<code>Role</code>" in drift.splitlines()[2]
    assert "set back by a deploy" in drift.splitlines()[2]


def test_it_shows_no_secret_nor_its_hash() -> None:
    text = render_plan_markdown([mixed()])
    assert "(secret)" in text
    assert SECRET_HASH not in text


@pytest.mark.parametrize("plans", [[large(300)], [large(300), large(300)], [large(3000)]])
def test_it_is_never_too_long_to_post_and_says_what_was_left_out(plans: list[Plan]) -> None:
    text = render_plan_markdown(plans)
    assert GITHUB_LIMIT * 0.9 < len(text) <= GITHUB_LIMIT
    counted = re.search(r"_Left out.*: (?:(\d+) changes?, )?(\d+) property lists?\.", text)
    assert counted
    total = sum(len(plan.changes) for plan in plans)
    assert text.count("<details>") == text.count("</details>") == total - int(counted[2])
    assert text.count("| `+` create") == total - int(counted[1] or 0)


def test_the_gravest_stays_when_room_is_short() -> None:
    changes = (*large(300).changes, *mixed().changes)
    text = render_plan_markdown([Plan("shop", "prod", changes)])
    assert "<summary>replace <code>Orders</code>: 1 value</summary>" in text
    assert "loses its data" in text


@given(st.text(alphabet=st.sampled_from(list("`|<>&*_\\#\n\r@[]ab ~\"'")), max_size=40))
def test_no_text_breaks_out_of_its_place(wild: str) -> None:
    change = Change(wild or "A", wild, Action.UPDATE, properties=(PropertyChange("P", wild, wild + "x"),))
    lines = render_plan_markdown([Plan("shop", "prod", (change,))]).splitlines()
    rows = [line for line in lines if line.startswith("| `~`")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6
    fences = [line for line in lines if re.fullmatch(r"`{3,}(diff)?", line)]
    assert len(fences) == 2
    assert fences[0] == fences[1] + "diff"
    assert all(
        len(run) < len(fences[1]) for line in lines if line[:1] in "+-" for run in re.findall("`+", line)
    )
