"""A command must end with 0, in time; it ends with all that it started."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from tests.checks.deployed import Place, place, told
from tests.local_cloud import Cloud

from fairway.checks import before
from fairway.model.checked import Checked
from fairway.model.errors import Interrupted
from fairway.project.checks import Command


def checked(at: Place, command: str, timeout: float = 60.0) -> Checked:
    (found,) = at.check(Command(name="own", command=command, timeout=timeout))
    return found


@pytest.fixture
def here(tmp_path: Path, local_cloud: Cloud) -> Place:
    return place(tmp_path, local_cloud, {"here.txt": "yes"}, DB_PASSWORD="opensesame")


def test_it_runs_in_the_projects_folder_with_names(here: Place) -> None:
    assert checked(here, 'test "$(cat here.txt)-${environment}" = yes-local').result == "passed"


def test_its_exit_code_and_output_are_told_without_secrets(here: Place) -> None:
    found = checked(here, "echo out with $DB_PASSWORD; echo err >&2; exit 3")
    assert (found.result, found.kind, found.message) == ("failed", "command", "ended with 3")
    assert found.why == "out with (secret)\nerr"


def test_it_is_ended_with_its_children_when_its_time_is_up(here: Place) -> None:
    found = checked(here, "sleep 30 & echo begun; sleep 30; touch late", timeout=0.5)
    assert (found.result, found.message, found.why) == ("failed", "not finished after 0.5 s", "begun")
    assert found.seconds < 10
    assert not (here.folder / "late").exists()


def test_a_stopped_run_ends_it(here: Place) -> None:
    project = here.project(checks=[Command(name="long", command="sleep 30")])
    subject = here.subject(project)
    threading.Timer(0.3, subject.caller.stop.set).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        before.run(project, subject, told)
    assert time.monotonic() - began < 10


def test_one_for_other_environments_does_not_run(here: Place) -> None:
    project = here.project(checks=[Command(name="own", command="touch ran", environments=("prod",))])
    found = before.run(project, here.subject(project), told)
    assert "own" not in {each.name for each in found}
    assert not (here.folder / "ran").exists()
