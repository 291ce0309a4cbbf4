"""Whether the stacks' templates have the outputs that the project's file names."""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path

from fairway.model.errors import Finding, WrongInput
from fairway.project.settings import Project
from fairway.sources.findings import suggest
from fairway.sources.load import find_template, possible_outputs
from fairway.stacks.choose import source_of, stack_name


def strange_outputs(project: Project) -> tuple[Finding, ...]:
    """Every output that the file names and its stack's template does not have, whatever is deployed.

    Of a template that cannot be read nothing is said here: it has mistakes of its own.
    """
    sources = {name: source_of(project, name) for name in project.stacks}
    sources = sources or {stack_name(project.folder): project.folder}
    used = {use.stack for use in project.uses} & sources.keys()
    known = {stack: _possible(sources[stack]) for stack in used}
    return tuple(_strange(project, known))


def _strange(project: Project, known: Mapping[str, Set[str] | None]) -> list[Finding]:
    found = []
    for use in project.uses:
        outputs = known.get(use.stack)
        if outputs is not None and use.output not in outputs:
            message = f"{use.key}: the template of {use.stack} has no output {use.output}"
            there = f"it has {', '.join(sorted(outputs))}" if outputs else "add it to the template's Outputs"
            hint = suggest(use.output, outputs) or there
            found.append(Finding("project.output", message, use.location, next=hint))
    return found


def _possible(source: Path) -> Set[str] | None:
    try:
        return possible_outputs(find_template(source))
    except WrongInput:
        return None
