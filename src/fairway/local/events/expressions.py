"""Schedule expressions: `rate(…)`, `at(…)` and `cron(…)`, and when they are next due. Pure functions of time.

Rules: BC EventBridge Scheduler user guide, "Schedule types"; BC EventBridge user guide, "Cron expressions".
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_RATE = re.compile(r"rate\((\d+)\s+(minute|hour|day)s?\)$")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$")
_CRON = re.compile(r"cron\(([^)]*)\)$")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
# Weekdays count from Sunday, which is 1.
_WEEKDAYS = {name: number for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)}
_LAST_YEAR = 2199


class BadExpression(ValueError):
    """The text is no schedule expression."""


@dataclass(frozen=True)
class Rate:
    seconds: int


@dataclass(frozen=True)
class At:
    moment: datetime


@dataclass(frozen=True)
class Cron:
    """The values that minutes, hours, months and years may take; the two day fields stay as written."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int]
    zone: ZoneInfo


Expression = Rate | At | Cron


def parse(text: str, timezone: str = "UTC") -> Expression:
    """Read an expression; `at` and `cron` are in `timezone` (an IANA name). Raises BadExpression."""
    text = text.strip()
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadExpression(f"unknown time zone {timezone}") from error
    if rate := _RATE.match(text):
        return Rate(int(rate[1]) * _SECONDS[rate[2]])
    if at := _AT.match(text):
        return At(datetime.fromisoformat(at[1]).replace(tzinfo=zone))
    if cron := _CRON.match(text):
        return _cron(cron[1].split(), zone)
    raise BadExpression(f"{text} is no rate, at or cron expression")


def _cron(fields: list[str], zone: ZoneInfo) -> Cron:
    if len(fields) != 6:
        raise BadExpression(f"cron has six fields, not {len(fields)}")
    minutes, hours, day_of_month, months, day_of_week, years = fields
    if (day_of_month == "?") == (day_of_week == "?"):
        raise BadExpression("one of cron's day-of-month and day-of-week is '?', the other is not")
    return Cron(
        minutes=tuple(sorted(_values(minutes, 0, 59))),
        hours=tuple(sorted(_values(hours, 0, 23))),
        day_of_month=day_of_month,
        months=frozenset(_values(months, 1, 12, _MONTHS)),
        day_of_week=day_of_week.upper(),
        years=frozenset(_values(years, 1970, _LAST_YEAR)),
        zone=zone,
    )


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> set[int]:
    """The numbers a field of lists, ranges and steps stands for."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, low, high, names or {}, open_ended=bool(step))
        if not low <= first <= high or not low <= last <= high:
            raise BadExpression(f"{part} is not within {low}-{high}")
        found.update(range(first, last + 1, _number(step, {}) if step else 1))
    return found


def _span(span: str, low: int, high: int, names: dict[str, int], *, open_ended: bool) -> tuple[int, int]:
    if span in ("*", "?", ""):
        return low, high
    first, dash, last = span.partition("-")
    start = _number(first, names)
    if dash:
        return start, _number(last, names)
    return start, high if open_ended else start


def _number(text: str, names: dict[str, int]) -> int:
    value = names.get(text.upper())
    if value is not None:
        return value
    if not text.isdigit():
        raise BadExpression(f"{text!r} is not a number")
    return int(text)


def next_due(expression: Expression, after: float, start: float) -> float | None:
    """The first due time (epoch seconds) later than `after`, or None. Rates count from `start`."""
    if isinstance(expression, Rate):
        if after < start:
            return start
        return start + (int((after - start) // expression.seconds) + 1) * expression.seconds
    if isinstance(expression, At):
        moment = expression.moment.timestamp()
        return moment if moment > after else None
    return _next_cron(expression, after)


def _next_cron(cron: Cron, after: float) -> float | None:
    local = datetime.fromtimestamp(after, UTC).astimezone(cron.zone)
    for day in _days(cron, local.date()):
        for hour in cron.hours:
            for minute in cron.minutes:
                moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=cron.zone).timestamp()
                if moment > after:
                    return moment
    return None


def _days(cron: Cron, first: date) -> Iterator[date]:
    year, month = first.year, first.month
    last_year = max(cron.years)
    while year <= last_year:
        if year in cron.years and month in cron.months:
            for number in sorted(_month_days(cron, year, month)):
                day = date(year, month, number)
                if day >= first:
                    yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _month_days(cron: Cron, year: int, month: int) -> set[int]:
    if cron.day_of_week == "?":
        return _days_of_month(cron.day_of_month, year, month)
    return _weekdays(cron.day_of_week, year, month)


def _days_of_month(field: str, year: int, month: int) -> set[int]:
    length = calendar.monthrange(year, month)[1]
    field = field.upper()
    if field == "L":
        return {length}
    if field == "LW":
        return {_nearest_weekday(length, year, month)}
    if field.endswith("W"):
        return {_nearest_weekday(min(_number(field[:-1], {}), length), year, month)}
    return {day for day in _values(field, 1, 31) if day <= length}


def _nearest_weekday(day: int, year: int, month: int) -> int:
    """The weekday next to a day, within the month."""
    length = calendar.monthrange(year, month)[1]
    weekday = date(year, month, day).weekday()
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < length else day - 2
    return day


def _weekdays(field: str, year: int, month: int) -> set[int]:
    length = calendar.monthrange(year, month)[1]
    name, hash_, nth = field.partition("#")
    last = field.endswith("L") and len(field) > 1
    wanted = {7} if field == "L" else _values(name.removesuffix("L") if last else name, 1, 7, _WEEKDAYS)
    days = [day for day in range(1, length + 1) if date(year, month, day).isoweekday() % 7 + 1 in wanted]
    if hash_:
        index = _number(nth, {}) - 1
        return {days[index]} if 0 <= index < len(days) else set()
    return {days[-1]} if last else set(days)
