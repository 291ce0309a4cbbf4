"""Schedule expressions: what they mean, and when they are next due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.local.events.expressions import BadExpression, next_due, parse


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def due(expression: str, after: str, timezone: str = "UTC") -> str | None:
    found = next_due(parse(expression, timezone), moment(after), 0.0)
    return None if found is None else datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("expression", "after", "wanted"),
    [
        ("cron(0 10 * * ? *)", "2026-03-01T09:59:59", "2026-03-01T10:00"),
        ("cron(0 10 * * ? *)", "2026-03-01T10:00:00", "2026-03-02T10:00"),
        ("cron(15 12 * * ? *)", "2026-12-31T13:00:00", "2027-01-01T12:15"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-20T18:00:00", "2026-11-23T18:00"),
        ("cron(0/15 * * * ? *)", "2026-01-01T00:14:00", "2026-01-01T00:15"),
        ("cron(0/10 * ? * MON-FRI *)", "2026-11-21T00:00:00", "2026-11-23T00:00"),
        ("cron(0 8 1 * ? *)", "2026-01-01T09:00:00", "2026-02-01T08:00"),
        ("cron(0 0 L * ? *)", "2028-02-01T00:00:00", "2028-02-29T00:00"),
        ("cron(0 9 ? * 2#1 *)", "2026-11-21T00:00:00", "2026-12-07T09:00"),
        ("cron(0 9 ? * 6L *)", "2026-11-01T00:00:00", "2026-11-27T09:00"),
        ("cron(0 9 15W * ? *)", "2026-11-01T00:00:00", "2026-11-16T09:00"),
        ("cron(0 9 LW * ? *)", "2026-10-01T00:00:00", "2026-10-30T09:00"),
        ("cron(30 6 1,15 JAN,jul ? 2026-2027)", "2026-07-15T07:00:00", "2027-01-01T06:30"),
        ("cron(0 0 31 2 ? 2026)", "2026-01-01T00:00:00", None),
        ("cron(0 0 1 1 ? 2020)", "2026-01-01T00:00:00", None),
        ("at(2026-05-01T10:00:00)", "2026-01-01T00:00:00", "2026-05-01T10:00"),
        ("at(2026-05-01T10:00:00)", "2026-06-01T00:00:00", None),
    ],
)
def test_the_next_time_is_the_documented_one(expression: str, after: str, wanted: str | None) -> None:
    assert due(expression, after) == wanted


def test_times_are_local_to_the_schedules_time_zone() -> None:
    assert due("cron(0 9 * * ? *)", "2026-07-01T00:00:00", "Europe/Berlin") == "2026-07-01T07:00"
    assert due("cron(0 9 * * ? *)", "2026-12-01T00:00:00", "Europe/Berlin") == "2026-12-01T08:00"
    assert due("at(2026-07-01T09:00:00)", "2026-01-01T00:00:00", "America/New_York") == "2026-07-01T13:00"


@given(
    seconds=st.sampled_from([("1 minute", 60), ("5 minutes", 300), ("2 hours", 7200), ("1 day", 86400)]),
    start=st.integers(0, 10**9),
    after=st.integers(0, 2 * 10**9),
)
def test_a_rate_is_due_at_multiples_from_its_start(seconds: tuple[str, int], start: int, after: int) -> None:
    found = next_due(parse(f"rate({seconds[0]})"), after, start)
    assert found is not None
    assert found > after
    assert found >= start
    assert (found - start) % seconds[1] == 0
    assert found == start or found - seconds[1] <= after


@given(minute=st.integers(0, 59), hour=st.integers(0, 23), after=st.integers(0, 4 * 10**9))
def test_a_daily_cron_is_due_within_a_day_at_its_time(minute: int, hour: int, after: int) -> None:
    found = next_due(parse(f"cron({minute} {hour} * * ? *)"), after, 0.0)
    assert found is not None
    assert after < found <= after + 86400
    assert (found % 86400) == hour * 3600 + minute * 60


@pytest.mark.parametrize(
    "text",
    [
        "every day",
        "rate(5)",
        "rate(5 seconds)",
        "cron(0 10 * * *)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(61 10 * * ? *)",
        "cron(x 10 * * ? *)",
        "at(tomorrow)",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        parse(text)


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(BadExpression):
        parse("rate(1 minute)", "Mars/Olympus")
