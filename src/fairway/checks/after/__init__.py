"""Verifications: what must hold after a deploy."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.checks import command
from fairway.checks.after import alarms, arrived, built_in, execution, http, invoke, pytest, table_item
from fairway.checks.kinds import Kind, declared
from fairway.checks.runner import run_all
from fairway.checks.subject import Subject
from fairway.model.checked import Checked
from fairway.model.events import Emit
from fairway.project.checks import Alarms, Command, Execution, Http, Invoke, Pytest, TableItem, Verification
from fairway.project.settings import Project

KINDS: Mapping[type[Verification], Kind] = {
    Http: Kind("http", http.check),
    Invoke: Kind("invoke", invoke.check),
    Execution: Kind("execution", execution.check),
    TableItem: Kind("table", table_item.check),
    Command: Kind("command", command.check),
    Pytest: Kind("pytest", pytest.check),
    Alarms: Kind("alarms", alarms.check),
}


def run(project: Project, subject: Subject, emit: Emit) -> list[Checked]:
    """Every verification of the project that is for this environment, and those that are built in, all at
    once as soon as everything is usable. Raises Interrupted.
    """
    first = run_all(list(arrived.checks(subject)), "verify", subject, emit)
    checks = [*declared(project.verify, KINDS, subject), *built_in.checks(project, subject)]
    return [*first, *run_all(checks, "verify", subject, emit)]
