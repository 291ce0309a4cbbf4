"""The steps by which something goes live, and the words for them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.rollout import Rollout, Step, canary, linear, words

PERCENTS = st.integers(1, 100)
SECONDS = st.floats(0.01, 3600)
SCHEDULES = st.builds(canary, PERCENTS, SECONDS) | st.builds(linear, PERCENTS, SECONDS)


@given(SCHEDULES)
def test_the_share_grows_and_is_neither_nothing_nor_everything(steps: tuple[Step, ...]) -> None:
    shares = [step.percent for step in steps]
    assert all(0 < share < 100 for share in shares)
    assert all(earlier < later for earlier, later in pairwise(shares))


@given(PERCENTS, SECONDS)
def test_linear_steps_are_equal_but_for_the_last(percent: int, seconds: float) -> None:
    shares = [0, *(step.percent for step in linear(percent, seconds)), 100]
    *equal, last = [later - earlier for earlier, later in pairwise(shares)]
    assert set(equal) <= {percent}
    assert 0 < last <= percent


@given(SCHEDULES, st.integers(0, 100))
def test_what_goes_on_never_takes_traffic_back(steps: tuple[Step, ...], shifted: int) -> None:
    left = Rollout(steps).steps_from(shifted)
    assert left == steps[len(steps) - len(left) :]
    assert all(step.percent >= shifted for step in left)


@pytest.mark.parametrize(
    ("rollout", "told"),
    [
        (Rollout(), "all at once"),
        (Rollout(canary(10, 300)), "shifts 10 % for 5 min, then all"),
        (Rollout(linear(10, 60)), "shifts 10 % more every 1 min"),
        (Rollout(linear(40, 30), ("A", "B")), "shifts 40 % more every 30 s; alarms: A, B"),
        (Rollout((Step(1, 60), Step(50, 90))), "shifts 1 % for 1 min, 50 % for 1.5 min, then all"),
        (Rollout((), (), "Try", "Look"), "all at once; tested before by Try; tested after by Look"),
    ],
)
def test_it_is_said_in_a_line(rollout: Rollout, told: str) -> None:
    assert words(rollout) == told
