"""Two runs at once: in one folder they take turns, and what somebody deployed meanwhile is planned for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event as ThreadEvent

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.errors import Failed
from fairway.model.events import Waiting
from fairway.model.plan import Plan
from fairway.pipeline.runner import run
from fairway.project.settings import SecretSettings, StackSettings
from fairway.stacks.deploy import deploy
from fairway.stacks.inspect import history

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: %d}}}\n"


@pytest.fixture
def name() -> str:
    return unique("beside")


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud, name: str) -> Workshop:
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.write({"template.yaml": TEMPLATE % 1})
    return made


class Slow:
    """Somebody who says yes after `meanwhile` has been done. Fulfils `People` with a workshop's somebody."""

    def __init__(self, made: Workshop, meanwhile: Callable[[], None]) -> None:
        self._made = made
        self._meanwhile = meanwhile
        self.asked: list[Sequence[Plan]] = []

    def confirm(self, plans: Sequence[Plan]) -> bool:
        self.asked.append(plans)
        if len(self.asked) == 1:
            self._meanwhile()
        return True

    def approve(self, plans: Sequence[Plan]) -> str:
        return self._made.somebody.approve(plans) if self.confirm(plans) else ""

    def secret(self, secret: SecretSettings) -> str | None:
        return self._made.somebody.secret(secret)


def deployed(made: Workshop, stack: str, delay: int) -> None:
    """By another process, from a folder of its own."""
    other = made.folder / "other"
    other.mkdir(exist_ok=True)
    (other / "template.yaml").write_text(TEMPLATE % delay)
    request = replace(made.request(stack), source=other)
    assert deploy(request, made.delivery().ports).result == "succeeded"


def test_a_run_in_the_same_folder_waits_and_leaves_its_plan_alone(made: Workshop, name: str) -> None:
    waits, later = ThreadEvent(), list[Future[str]]()

    def second() -> str:
        delivery = made.delivery("build", "plan")
        told = replace(delivery.ports, emit=lambda event: waits.set() if isinstance(event, Waiting) else None)
        return run(replace(delivery, ports=told))

    with ThreadPoolExecutor(1) as pool:

        def meanwhile() -> None:
            made.write({"template.yaml": TEMPLATE % 2})
            later.append(pool.submit(second))
            assert waits.wait(20)
            made.write({"template.yaml": TEMPLATE % 1})

        assert run(replace(made.delivery(), people=Slow(made, meanwhile))) == "succeeded"
        assert later[0].result(timeout=60) == "succeeded"
    [record] = history(made.target(name)).newest_first()
    assert record.definition
    assert record.definition.resources["Queue"].properties["DelaySeconds"] == 1


def test_it_waits_as_long_as_it_is_told_to(made: Workshop) -> None:
    refused: list[Failed] = []

    def meanwhile() -> None:
        delivery = made.delivery("build", "plan")
        with pytest.raises(Failed) as raised:
            run(replace(delivery, ports=replace(delivery.ports, patience=0.0)))
        refused.append(raised.value)

    run(replace(made.delivery(), people=Slow(made, meanwhile)))
    assert [each.code for each in refused] == ["run.under-way"]


def test_what_was_deployed_meanwhile_from_elsewhere_is_planned_for_and_asked_about(
    made: Workshop, name: str
) -> None:
    assert made.run() == "succeeded"
    made.write({"template.yaml": TEMPLATE % 2})
    people = Slow(made, lambda: deployed(made, name, 3))
    made.events.clear()
    assert run(replace(made.delivery(), people=people)) == "succeeded"
    assert len(people.asked) == 2
    shown = [[each.before for each in plan.effective[0].properties] for [plan] in people.asked]
    assert shown == [[1], [3]]


def test_where_nothing_is_left_to_do_nobody_is_asked_again(made: Workshop, name: str) -> None:
    people = Slow(made, lambda: deployed(made, name, 1))
    assert run(replace(made.delivery(), people=people)) == "unchanged"
    assert len(people.asked) == 1


def test_another_plan_than_the_one_that_was_approved_is_refused(made: Workshop, name: str) -> None:
    made.set_environment(approval=True)
    made.somebody.approves = "ada@example"
    with pytest.raises(Failed) as raised:
        run(replace(made.delivery(), people=Slow(made, lambda: deployed(made, name, 3))))
    assert raised.value.code == "plan.stale"
