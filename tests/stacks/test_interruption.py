"""A request to stop ends a run at once, or lets what is under way finish; asking twice breaks nothing."""

from __future__ import annotations

import pytest

from fairway.stacks.interruption import Interruption


def test_a_request_ends_what_can_be_ended() -> None:
    with pytest.raises(KeyboardInterrupt):
        Interruption().request()


def test_inside_a_deferred_block_it_is_only_noted() -> None:
    interruption = Interruption()
    with interruption.deferred() as stop:
        interruption.request()
        assert stop.is_set()


def test_one_block_that_ends_leaves_the_other_to_finish() -> None:
    """Several stacks are worked on beside each other."""
    interruption = Interruption()
    with interruption.deferred():
        with interruption.deferred():
            pass
        assert interruption.finishes_first
        interruption.request()
    assert not interruption.finishes_first


def test_a_second_request_does_not_break_into_the_cleaning_up() -> None:
    """CI systems send SIGINT, then SIGTERM (aws-behaviour §14)."""
    interruption = Interruption()

    def breaks_in() -> bool:
        try:
            interruption.request()
        except KeyboardInterrupt:
            return True
        return False

    assert [breaks_in(), breaks_in()] == [True, False]
