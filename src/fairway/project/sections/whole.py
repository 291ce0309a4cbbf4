"""The whole file: which sections there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fairway.project.order import cycle
from fairway.project.reading import Table
from fairway.project.sections.checks import manual_steps, prerequisites, verifications
from fairway.project.sections.delivery import ci, hooks, notifications, sites, tests
from fairway.project.sections.environments import environments
from fairway.project.sections.parameters import secrets
from fairway.project.sections.stacks import imports, rollouts, stacks
from fairway.project.sections.state import state
from fairway.project.settings import Project


def project_of(root: Table, file: Path) -> Project:
    """Everything the file says; its mistakes are kept by the reader."""
    declared = root.table("stacks")
    project = Project(
        file=file,
        name=_name(root.table("project")) or file.resolve().parent.name,
        state=state(root.table("state"), file),
        stacks=stacks(declared),
        rollouts=rollouts(declared),
        environments=environments(root.table("environments"), file),
        secrets=secrets(root.table("secrets")),
        tests=tests(root.tables("test")),
        checks=prerequisites(root.tables("checks")),
        verify=verifications(root.tables("verify")),
        manual=manual_steps(root.tables("manual")),
        sites=sites(root.table("sites")),
        notify=notifications(root.table("notify")),
        hooks=hooks(root.table("hooks")),
        ci=ci(root.table("ci")),
        imports=imports(root.tables("import")),
    )
    project = replace(project, uses=tuple(root.reader.uses))
    root.close()
    _refuse_cycles(project, declared)
    return project


def _name(table: Table) -> str:
    name = table.text("name")
    table.close()
    return name


def _refuse_cycles(project: Project, declared: Table) -> None:
    """Each environment may say of its own where a parameter comes from, and so in which order they go."""
    for environment in ("", *project.environments):
        if around := cycle(project, environment):
            among = " → ".join((*around, around[0]))
            place = f" in {environment}" if environment else ""
            hint = "leave one `after` away, or one parameter that comes from another stack"
            declared.wrong(around[0], f"the stacks wait for each other{place}: {among}", hint)
            return
