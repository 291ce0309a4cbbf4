"""The project's tests, all at once: one that fails stops the run before anything is built."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from fairway.checks.command import ENVIRONMENT
from fairway.checks.shell import with_own_programs
from fairway.model.errors import Failed, WrongInput
from fairway.model.events import TestFinished
from fairway.model.masking import masks_for
from fairway.model.results import Ending
from fairway.model.values import Secret
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.programs import Program, Programs, Ran
from fairway.pipeline.subject import names
from fairway.project.names import filled
from fairway.project.settings import FromVariable, Project, TestSettings
from fairway.stacks.known import Known


def run(delivery: Delivery) -> Ending:
    """Raises Failed when one of them fails, after all have ended."""
    tests = delivery.project.tests
    if not tests:
        return "nothing"
    known = names(delivery)
    programs = [_program(delivery, each, known) for each in tests]

    def ended(ran: Ran) -> None:
        tail = ran.tail if ran.code != 0 else ""
        log = str(ran.program.log)
        delivery.emit(TestFinished(delivery.now, ran.program.name, ran.seconds, ran.code, log, tail))

    masks = masks_for((), os.environ, _given(delivery.project))
    here = {**os.environ, ENVIRONMENT: delivery.environment}  # and nothing of what is deployed there
    environ = with_own_programs(here)
    results = Programs(environ, masks, delivery.ports.clock).run_all(programs, os.cpu_count() or 1, ended)
    if failed := [(test, ran) for test, ran in zip(tests, results, strict=True) if ran.code != 0]:
        raise _failed(failed)
    return "done"


def _program(delivery: Delivery, test: TestSettings, known: Known) -> Program:
    folder = delivery.project.folder / test.folder
    if not folder.is_dir():
        raise WrongInput(
            "test.folder",
            f"{test.name} runs in {test.folder}, which is no folder",
            where=test.location,
            next="correct `folder`; it is relative to fairway.toml",
        )
    command = filled(test.run, known)
    return Program(test.name, command, folder, test.timeout, delivery.folder.log(test.name))


def _given(project: Project) -> Iterator[Secret]:
    """The variables that declared secrets are made from, whatever their names are."""
    for each in project.secrets.values():
        if isinstance(each.value, FromVariable):
            yield Secret(os.environ.get(each.value.name, ""))


def _failed(failed: Sequence[tuple[TestSettings, Ran]]) -> Failed:
    """The commands as they are written: what their names stand for may be secret."""
    return Failed(
        "test.failed",
        f"{', '.join(test.name for test, _ in failed)} failed",
        why="; ".join(f"`{test.run}` {ran.words}" for test, ran in failed),
        next="nothing was built or deployed; correct it and run it again",
    )
