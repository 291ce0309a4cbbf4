"""What the project's file names of its stacks must be in their definitions."""

from __future__ import annotations

from fairway.checks.before.definition import told
from fairway.checks.before.intended import Intended, Reading
from fairway.checks.outcome import Outcome, failed, passed, warned
from fairway.checks.references import Defined, strange_resources
from fairway.checks.subject import Subject
from fairway.model.errors import FairwayError, has_errors
from fairway.project.settings import Project
from fairway.stacks.uses import strange_outputs


def check(project: Project, subject: Subject, reading: Reading) -> Outcome:
    """All of them at once. What a stack has that is not looked at, or has mistakes, is taken to be right."""
    stacks = {*project.stacks, *subject.requests, *subject.ahead}
    read = {stack: found.definition for stack in stacks if (found := _read(reading, stack))}
    defined = Defined(read, is_all=len(read) == len(stacks))
    findings = (*strange_outputs(project), *strange_resources(project, subject.environment, defined))
    if errors := [each for each in findings if each.severity == "error"]:
        what = f"{project.file_name} names what no stack has: {len(errors)}"
        return failed(what, why=told(errors), next="correct the names")
    if findings:
        return warned(f"{project.file_name} names what no stack has", why=told(findings))
    return passed("every output and resource that is named is there")


def _read(reading: Reading, stack: str) -> Intended | None:
    try:
        found = reading.of(stack)
    except (FairwayError, KeyError):
        return None
    return found if found.is_certain and not has_errors(found.findings) else None
