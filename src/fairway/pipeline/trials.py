"""Commands with which people can try by hand what the verifications tried."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence

from fairway.checks.runner import masks_of
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.values import Json
from fairway.project.checks import Execution, Http, Invoke, Verification
from fairway.project.names import filled
from fairway.project.settings import LOCAL, Project


def commands(project: Project, there: Subject) -> tuple[str, ...]:
    """One for each request, call and execution that fairway.toml declares for this environment.

    What would show a secret, and what names something that is not there, is left out.
    """
    return tuple(dict.fromkeys(_commands(project, there)))


def _commands(project: Project, there: Subject) -> Iterator[str]:
    masks = masks_of(there)
    for each in project.verify:
        if each.environments and there.environment not in each.environments:
            continue
        try:
            command = shlex.join(_words(each, there))
        except WrongInput:
            continue
        if command and masks.blank(command) == command:
            yield command


def _words(declared: Verification, there: Subject) -> Sequence[str]:
    """The command's words; none for what no single command does."""
    match declared:
        case Http():
            return tuple(_curl(declared, there))
        case Invoke():
            return _invoke(declared.invoke, declared.payload, there)
        case Execution():
            return _invoke(declared.execution, declared.input, there)
    return ()


def _curl(declared: Http, there: Subject) -> Iterator[str]:
    yield "curl"
    if declared.method != ("POST" if declared.body else "GET"):  # what curl does by itself
        yield from ("-X", declared.method)
    for name, value in declared.headers.items():
        yield from ("-H", f"{name}: {filled(value, there.names)}")
    if declared.body:
        yield from ("-d", filled(declared.body, there.names))
    yield there.present(filled(declared.http, there.names))


def _invoke(name: str, payload: Json, there: Subject) -> Sequence[str]:
    resource = there.resource(name)
    [stack] = [key for key, state in there.states.items() if resource in state.resources.values()]
    words = ["fairway", "invoke", name.removeprefix(f"{stack}.")]
    if len(there.states) > 1:
        words += ["--stack", stack]
    if there.environment != LOCAL:
        words += ["--env", there.environment]
    return words if payload is None else [*words, "--payload", json.dumps(payload, ensure_ascii=False)]
