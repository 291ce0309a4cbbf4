"""Every mistake of a project that can be known without AWS."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fairway.checks.references import Defined, strange_resources
from fairway.model.errors import Finding, InvalidDefinition, WrongInput, has_errors
from fairway.model.graph import Definition
from fairway.model.location import Location
from fairway.project.settings import Project
from fairway.stacks.offline import is_certain
from fairway.stacks.request import Request
from fairway.stacks.uses import strange_outputs
from fairway.stacks.validate import validate


def mistakes(
    project: Project,
    environment: str,
    stacks: Sequence[str],
    request: Callable[[str], Request],
    *,
    is_all: bool,
) -> tuple[Finding, ...]:
    """Those of the stacks' definitions, and of what the file names of them; warnings too.

    `request` makes a stack's request without AWS. The file's names count where the stacks `is_all` of it.
    Raises WrongInput for the only stack where it has no definition.
    """
    findings: list[Finding] = []
    definitions: dict[str, Definition] = {}
    for stack in stacks:
        try:
            definition, found = validate(request(stack))
        except InvalidDefinition as error:
            findings += error.findings
        except WrongInput as error:
            if len(stacks) == 1:
                raise
            findings.append(_as_finding(error, project, stack))
        else:
            findings += found
            if is_certain(found) and not has_errors(found):
                definitions[stack] = definition
    if is_all:
        defined = Defined(definitions, is_all=len(definitions) == len(stacks))
        findings += (*strange_outputs(project), *strange_resources(project, environment, defined))
    return tuple(dict.fromkeys(findings))


def _as_finding(error: WrongInput, project: Project, stack: str) -> Finding:
    where = error.where if isinstance(error.where, Location) else project.stacks[stack].location
    return Finding(error.code, f"{stack}: {error.what}", where, error.why, error.next)
