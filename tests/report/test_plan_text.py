"""A plan as people read it."""

from __future__ import annotations

import io

from fairway.model.location import Location
from fairway.model.plan import Action, Change, Impact, Plan, PropertyChange, Reason, Refusal
from fairway.report.plan_text import property_line, render_plan, summary, value_text
from fairway.report.style import Style, seconds, style_for


def plan(*changes: Change, refusals: tuple[Refusal, ...] = ()) -> Plan:
    return Plan("shop", "local", changes, refusals)


def test_a_change_shows_what_why_and_where() -> None:
    change = Change(
        "Orders",
        "AWS::SQS::Queue",
        Action.UPDATE,
        Reason.CHANGED,
        (PropertyChange("VisibilityTimeout", 30, 60),),
        location=Location("template.yaml", 12),
    )
    text = render_plan(plan(change), Style(), detailed=False)
    assert "  ~ Orders  AWS::SQS::Queue  the definition changed  template.yaml:12" in text
    assert "      VisibilityTimeout: 30 → 60" in text
    assert text.endswith("Plan: 1 to update")


def test_names_types_and_places_stand_in_columns_and_reasons_only_where_they_say_something() -> None:
    created = Change("A", "AWS::SQS::Queue", Action.CREATE, Reason.NEW, location=Location("t.yaml", 3))
    again = Change("Longer", "AWS::S3::Bucket", Action.CREATE, Reason.GONE, location=Location("t.yaml", 5))
    removed = Change("Old", "AWS::SNS::Topic", Action.DELETE, Reason.DESTROY)
    lines = render_plan(plan(created, again, removed), Style(), detailed=False).splitlines()
    assert lines[2:5] == [
        "  + A       AWS::SQS::Queue  t.yaml:3",
        "  + Longer  AWS::S3::Bucket  deleted outside Fairway  t.yaml:5",
        "  - Old     AWS::SNS::Topic",
    ]


def test_where_it_would_be_too_wide_nothing_says_where_it_is_defined() -> None:
    created = Change("A", "AWS::SQS::Queue", Action.CREATE, Reason.NEW, location=Location("t.yaml", 3))
    again = Change("Longer", "AWS::S3::Bucket", Action.CREATE, Reason.GONE, location=Location("t.yaml", 5))
    widest = len("  + Longer  AWS::S3::Bucket  deleted outside Fairway  t.yaml:5")
    fits = render_plan(plan(created, again), Style(), detailed=False, width=widest)
    assert fits == render_plan(plan(created, again), Style(), detailed=False)
    narrow = render_plan(plan(created, again), Style(), detailed=False, width=widest - 1)
    assert narrow.splitlines()[2:4] == [
        "  + A       AWS::SQS::Queue",
        "  + Longer  AWS::S3::Bucket  deleted outside Fairway",
    ]


def test_properties_of_creations_are_shown_on_request() -> None:
    change = Change(
        "Orders", "AWS::SQS::Queue", Action.CREATE, Reason.NEW, (PropertyChange("Name", None, "orders"),)
    )
    assert "Name" not in render_plan(plan(change), Style(), detailed=False)
    assert '      Name: "orders"' in render_plan(plan(change), Style(), detailed=True)


def test_impact_and_refusals_stand_out() -> None:
    change = Change(
        "Data", "AWS::DynamoDB::Table", Action.REPLACE, impact=Impact(True, True, ("its data is lost",))
    )
    refusal = Refusal("Data", "AWS::DynamoDB::Table", Action.REPLACE, "that would destroy data")
    text = render_plan(plan(change, refusals=(refusal,)), Style(), detailed=False)
    assert "interrupts its users" in text
    assert "its data is lost" in text
    assert "Refused: that would destroy data\n" in text
    assert text.endswith("--allow-data-loss ADDRESS")


def test_where_a_difference_comes_from_and_what_it_forces() -> None:
    assert property_line(PropertyChange("A", 1, 2, drift=True)) == "A: 1 → 2  (changed outside Fairway)"
    assert property_line(PropertyChange("A", 1, 2, replaces=True)) == "A: 1 → 2  (forces a replacement)"
    assert property_line(PropertyChange("A", 1, None)) == "A: 1 → (removed)"


def test_what_is_unknown_secret_or_built_is_said_in_words() -> None:
    assert value_text({"$unknown": "Queue.Arn"}) == "(known after Queue.Arn)"
    assert value_text({"$secret": "abc"}) == "(secret)"
    assert value_text({"$artifact": "0123456789abcdef"}) == "(artifact 0123456789ab)"
    assert value_text({"Variables": {"KEY": {"$secret": "abc"}}}) == '{"Variables": {"KEY": "(secret)"}}'


def test_long_values_take_one_line() -> None:
    assert len(value_text("x" * 500)) == 72


def test_the_summary_counts_what_happens() -> None:
    changes = [Change(name, "T", Action.CREATE) for name in "ab"] + [Change("c", "T", Action.UNCHANGED)]
    assert summary(plan(*changes)) == "2 to create, 1 unchanged"
    assert summary(plan()) == "nothing to do"


def test_colour_only_where_it_is_wanted() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert style_for(Terminal(), {}).colour
    assert not style_for(Terminal(), {"NO_COLOR": "1"}).colour
    assert not style_for(Terminal(), {"TERM": "dumb"}).colour
    assert not style_for(io.StringIO(), {}).colour


def test_durations_are_readable() -> None:
    assert [seconds(value) for value in (0.04, 1.44, 9.96, 59.4, 65, 3600)] == [
        "0.04 s",
        "1.4 s",
        "10.0 s",
        "59 s",
        "1 min 05 s",
        "60 min 00 s",
    ]
