"""From a project, an environment and a stack to a request: everything settled before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from fairway.model.errors import Finding, InvalidDefinition
from fairway.model.location import Location
from fairway.model.values import Value
from fairway.project.order import parameters_of
from fairway.project.settings import Parameters, Project
from fairway.sources.findings import suggest
from fairway.sources.load import Declaration, declared_parameters, find_template
from fairway.stacks.choose import source_of, state_folder
from fairway.stacks.connect import caller
from fairway.stacks.known import Known, outputs_at
from fairway.stacks.parameters import Ask, Sources, asked_values, found_values, wrong_values
from fairway.stacks.request import Request, Target
from fairway.stacks.targets import Chosen, concurrency, target_for


def request_for(
    project: Project,
    environment: str,
    stack: str,
    chosen: Chosen,
    *,
    source: Path | None = None,
    parameters: Mapping[str, Value] | None = None,
    ask: Ask | None = None,
    offline: bool = False,
) -> Request:
    """The request to plan or deploy a stack as the file says it; the rest of it is set by `replace`.

    `source` is the definition, where it is not the declared one. `parameters` are over those of the file.
    `ask` is asked for what has no value; without it that is a finding of the definition. With `offline`
    nothing is started, and what AWS or another stack holds stays unknown.
    Raises InvalidDefinition with every mistake in the file's parameters, else as `target_for`.
    """
    source = source_of(project, stack) if source is None else source
    find_template(source)  # before anything is started for a source that is not there
    folder = state_folder(project, source)
    target = target_for(project, environment, stack, folder, chosen, connect=not offline, offline=offline)
    settings = project.environment(environment)
    return Request(
        source=source,
        target=target,
        parameters=_parameters(project, target, source, chosen, parameters or {}, ask, offline=offline),
        protect=frozenset(settings.protect),
        concurrency=concurrency(project, environment, chosen),
        on_failure=chosen.on_failure or settings.on_failure,
        imports=project.imports,
        rollout=project.rollouts.get(stack),
        needs_approval=settings.approval,
    )


def declared_values(
    project: Project, target: Target, chosen: Chosen
) -> Callable[[Collection[str]], Mapping[str, Value]]:
    """Answers the values that the file gives the target's stack now, of the parameters that are named.

    What has no value there now is left out.
    """

    def values(names: Collection[str]) -> Mapping[str, Value]:
        shared = project.environment(target.environment).parameters
        settings = {**shared, **parameters_of(project, target.environment, target.stack)}
        given = {name: settings[name] for name in names if name in settings}
        return found_values(given, _sources(project, target, chosen))[0] if given else {}

    return values


def _sources(project: Project, target: Target, chosen: Chosen, *, offline: bool = False) -> Sources:
    calls = caller(target)
    known = Known(project, target.environment, calls.session, outputs_at(target), chosen.environ)
    return Sources(project.folder, known, None if offline else calls)


def _parameters(
    project: Project,
    target: Target,
    source: Path,
    chosen: Chosen,
    over: Mapping[str, Value],
    ask: Ask | None,
    *,
    offline: bool,
) -> Mapping[str, Value]:
    """Every value that somebody gives: the nearer wins."""
    own = parameters_of(project, target.environment, target.stack)
    shared = project.environment(target.environment).parameters
    if not own and not shared and not ask:
        return over
    declared = declared_parameters(find_template(source))
    unknown = [*_unknown(own, declared), *_nobodys(project, shared.keys() - declared.keys(), shared)]
    wanted = {**{name: shared[name] for name in shared.keys() & declared.keys()}, **own}
    given = {name: setting for name, setting in wanted.items() if name in declared and name not in over}
    values, missing = found_values(given, _sources(project, target, chosen, offline=offline))
    findings = [*unknown, *missing, *wrong_values(values, given, declared)]
    if findings:
        raise InvalidDefinition(tuple(sorted(findings, key=lambda each: each.location or Location("", 0))))
    found = {**values, **over}
    return {**found, **asked_values(declared, found, ask)} if ask else found


def _unknown(own: Parameters, declared: Mapping[str, Declaration]) -> list[Finding]:
    return [
        _no_such(f"the template has no parameter {name}", name, setting.location, declared)
        for name, setting in own.items()
        if name not in declared
    ]


def _nobodys(project: Project, names: Collection[str], shared: Parameters) -> list[Finding]:
    """Parameters that an environment gives to all stacks and none has: a slip, by which nothing is given."""
    left, known = set(names), set[str]()
    for stack in project.stacks if left else ():
        known |= declared_parameters(find_template(source_of(project, stack))).keys()
        left -= known
        if not left:
            break
    return [_no_such(f"no stack has a parameter {name}", name, shared[name].location, known) for name in left]


def _no_such(what: str, name: str, where: Location, known: Collection[str]) -> Finding:
    return Finding("parameter.unknown", what, where, next=suggest(name, known))
