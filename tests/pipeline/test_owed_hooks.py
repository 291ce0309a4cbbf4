"""The hooks of after_apply run until they succeed, also where nothing else is left to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import ENVIRONMENT, Workshop, workshop

from fairway.model.errors import Failed
from fairway.model.events import Event, HookFinished, OperationStarted, Warned
from fairway.pipeline.folder import RunFolder
from fairway.pipeline.runner import run
from fairway.project.settings import HookSettings, StackSettings

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: %d}}}\n"


@pytest.fixture
def name() -> str:
    return unique("owing")


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud, name: str) -> Workshop:
    """Its hook succeeds once there is a file `ok`."""
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.set(hooks=HookSettings(after_apply=("echo ran >> ran; test -f ok",)))
    made.write({"template.yaml": TEMPLATE % 1})
    return made


def fails(made: Workshop) -> bool:
    with pytest.raises(Failed) as raised:
        made.run()
    return raised.value.code == "hook.failed"


def times_run(made: Workshop) -> int:
    ran = made.folder / "ran"
    return len(ran.read_text().split()) if ran.exists() else 0


def test_a_failed_one_is_run_again_until_it_succeeds_and_then_no_more(made: Workshop, name: str) -> None:
    assert fails(made)
    assert fails(made), "nothing was corrected"
    [told] = [each.finding for each in made.of(Warned) if each.finding.code == "hook.owed"]
    assert name in told.message
    made.write({"ok": ""})
    assert made.run() == "succeeded"
    assert [each.code for each in made.of(HookFinished)] == [0]
    assert made.run() == "unchanged"
    assert times_run(made) == 3


def test_it_is_owed_before_anything_is_changed(made: Workshop, name: str) -> None:
    """So that a run that is killed between its apply and its hooks leaves them to the next."""
    owed: list[tuple[str, ...]] = []
    delivery = made.delivery()

    def emit(event: Event) -> None:
        if isinstance(event, OperationStarted):
            owed.append(delivery.folder.record().owed)

    made.write({"ok": ""})
    assert run(replace(delivery, ports=replace(delivery.ports, emit=emit))) == "succeeded"
    assert owed == [(name,)]
    assert delivery.folder.record().owed == ()


def test_what_was_undone_owes_none(made: Workshop) -> None:
    made.write({"ok": ""})
    assert made.run() == "succeeded"
    (made.folder / "ok").unlink()
    made.set_environment(on_failure="rollback")
    made.write({"template.yaml": TEMPLATE % 2})
    assert fails(made)
    made.write({"template.yaml": TEMPLATE % 1})
    assert made.run() == "unchanged"


def test_a_run_that_deploys_nothing_owes_none(made: Workshop) -> None:
    made.somebody.agrees = False
    assert made.run() == "declined"
    made.write({"template.yaml": TEMPLATE % 3})
    assert made.run("test", "plan") == "succeeded"
    assert RunFolder(made.folder, ENVIRONMENT).record().owed == ()
    assert times_run(made) == 0
