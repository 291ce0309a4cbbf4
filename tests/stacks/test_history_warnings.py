"""What goes wrong with a deployment's record is told as a warning, whatever it is, and stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairway.model.errors import Failed
from fairway.model.events import Event, Warned
from fairway.stacks.history import Subject, remembered
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run
from fairway.state.document import new_state
from fairway.state.folder import FolderObjects
from fairway.state.lease import LeaseLost
from fairway.state.store import Store

TARGET = Target("shop", "dev", "eu-west-1", "state", Path("cache"))


class Broken(FolderObjects):
    """A folder whose writes end as they are told to."""

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(folder)
        self._error = error

    def put(self, *_: object, **__: object) -> str:
        raise self._error


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(13, "Permission denied"), "[Errno 13] Permission denied"),
        (Failed("state.denied", "the state bucket may not be used"), "the state bucket may not be used"),
        (RuntimeError("the words may hold hunter2"), "RuntimeError"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_failure_on_the_thread_of_the_history_is_a_warning_with_its_reason(
    error: Exception, why: str, tmp_path: Path
) -> None:
    told: list[Event] = []
    run = Run("deploy", TARGET, Ports(emit=told.append, confirm=lambda _: True), tmp_path)
    with remembered(run, Store(Broken(tmp_path, error)), dict, Subject(new_state("shop", "dev"))):
        run.finish("succeeded", None, calls={})
    (warned,) = [event for event in told if isinstance(event, Warned)]
    assert (warned.finding.code, warned.finding.why) == ("history.not-written", why)


LOST = LeaseLost("somebody else has it")


def test_a_run_that_ends_by_its_lost_lease_says_so_once(tmp_path: Path) -> None:
    told: list[Event] = []
    run = Run("deploy", TARGET, Ports(emit=told.append, confirm=lambda _: True), tmp_path)
    store = Store(Broken(tmp_path, LOST))
    with pytest.raises(Failed), remembered(run, store, dict, Subject(new_state("shop", "dev"))):
        raise LOST
    assert not [event for event in told if isinstance(event, Warned)]


def test_a_lease_that_is_lost_in_the_very_end_is_told_by_the_history(tmp_path: Path) -> None:
    told: list[Event] = []
    run = Run("deploy", TARGET, Ports(emit=told.append, confirm=lambda _: True), tmp_path)
    with remembered(run, Store(Broken(tmp_path, LOST)), dict, Subject(new_state("shop", "dev"))):
        run.finish("succeeded", None, calls={})
    assert [event.finding.code for event in told if isinstance(event, Warned)] == ["history.not-written"]
