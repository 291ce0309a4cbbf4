"""How a target is reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fairway.stacks.connect import caller
from fairway.stacks.functions import LONGEST_RUN
from fairway.stacks.request import Target

TARGET = Target("shop", "local", "us-east-1", "state", Path("cache"), "http://127.0.0.1:9", local=True)


@pytest.mark.parametrize("patience", [70.0, LONGEST_RUN])
def test_an_answer_is_waited_for_as_long_as_was_asked(patience: float) -> None:
    client = caller(TARGET, patience=patience).session.client("lambda")
    assert client.meta.config.read_timeout == patience


def test_a_function_is_waited_for_as_long_as_it_may_run() -> None:
    assert LONGEST_RUN > 15 * 60


def test_what_goes_on_in_one_run_shares_its_clients() -> None:
    first, second = caller(TARGET).session, caller(replace(TARGET, stack="other")).session
    assert first.client("lambda") is second.client("lambda")
    other = Target("shop", "local", "us-east-1", "state", Path("cache"), "http://127.0.0.1:9", local=True)
    assert first.client("lambda") is not caller(other).session.client("lambda"), "which is of another run"
