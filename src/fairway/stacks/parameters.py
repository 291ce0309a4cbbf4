"""The values of a stack's parameters: found where the file says that they come from, and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fairway.aws.calls import Caller
from fairway.aws.lookups import MISSING, look_up, stored_parameter
from fairway.model.errors import Finding, WrongInput
from fairway.model.values import Lookup, Value
from fairway.project.names import ENV, filled, names_in
from fairway.project.settings import (
    FromFile,
    FromParameterStore,
    FromSecret,
    FromStack,
    FromVariable,
    Given,
    Parameters,
)
from fairway.sources.cloudformation.parameters import Declaration, problems
from fairway.stacks.known import Known

AT_ONCE = 8
"""Values that are asked for at once."""
_KNOWN_OFFLINE = frozenset({"environment", "project", "region", "commit"})

Ask = Callable[[Declaration, str], str | None]
"""Asks somebody for a value; the text is what was wrong with the answer before. None: no answer."""


@dataclass(frozen=True)
class Sources:
    """Where values come from. Without a `caller` (offline) what AWS or a state holds stays unknown."""

    folder: Path
    known: Known
    caller: Caller | None

    def value(self, given: Given) -> Value:
        """A parameter's value: secret where it comes from a secret. Raises WrongInput where there is none."""
        if self.caller is None and not self._is_known_offline(given):
            return Lookup("parameter", str(given))
        match given:
            case str():
                return filled(given, self.known)
            case FromStack(stack, output):
                return self.known.output(stack, output)
            case FromVariable(name):
                return self._variable(name)
            case FromFile(file):
                return self._text(file)
        assert self.caller
        match given:
            case FromParameterStore(name):
                return self._stored("ssm", filled(name, self.known))
            case FromSecret(name, part):
                return self._stored("secretsmanager", filled(name, self.known), part)

    def _stored(self, store: str, name: str, part: str = "") -> Value:
        assert self.caller
        try:
            if store == "ssm":
                return stored_parameter(self.caller, name)
            return look_up(self.caller, Lookup("secretsmanager", f"{name}:SecretString:{part}".rstrip(":")))
        except WrongInput as error:
            if error.code == MISSING and (key := self._declared(store, name)):
                raise _not_made(key, name, self.known.environment) from None
            raise

    def _declared(self, store: str, name: str) -> str:
        """The key of the project's secret of that name."""
        own = (each for each in self.known.project.secrets.values() if each.store == store)
        return next((each.key for each in own if filled(each.name, self.known) == name), "")

    def _is_known_offline(self, given: Given) -> bool:
        match given:
            case str():
                return all(self._is_name_known(name) for name in names_in(given))
            case FromVariable(name):
                return name in self.known.environ
        return isinstance(given, FromFile)

    def _is_name_known(self, name: str) -> bool:
        kind, _, rest = name.partition(".")
        return name in _KNOWN_OFFLINE or (kind == ENV and rest in self.known.environ)

    def _variable(self, name: str) -> str:
        if name in self.known.environ:
            return self.known.environ[name]
        raise WrongInput("parameter.source", f"the environment variable {name} is not set", next="set it")

    def _text(self, file: str) -> str:
        """The file's text without the line break at its end, as a shell would give it."""
        try:
            return (self.folder / file).read_text().removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", "") or "it is not text in UTF-8"
            raise WrongInput("parameter.source", f"the file {file} cannot be read", why=why) from None


def _not_made(key: str, name: str, environment: str) -> WrongInput:
    return WrongInput(
        MISSING,
        f"the secret {name} is not made yet: [secrets.{key}] declares it",
        why="a run makes declared secrets when it applies, and the plan before that needs this one's value",
        next=f"make it first: `fairway secrets create --env {environment}`",
    )


def found_values(given: Parameters, sources: Sources) -> tuple[Mapping[str, Value], tuple[Finding, ...]]:
    """The values that there are, and a finding with its line for each that there is not."""

    def found(name: str) -> Value | Finding:
        try:
            return sources.value(given[name].value)
        except WrongInput as error:
            message = f"parameter {name}: {error.what}"
            return Finding(error.code, message, given[name].location, error.why, error.next)

    with ThreadPoolExecutor(AT_ONCE, "parameters") as pool:
        results = dict(zip(given, pool.map(found, given), strict=True))
    mistakes = tuple(each for each in results.values() if isinstance(each, Finding))
    return {name: each for name, each in results.items() if not isinstance(each, Finding)}, mistakes


def wrong_values(
    values: Mapping[str, Value], given: Parameters, declared: Mapping[str, Declaration]
) -> Iterator[Finding]:
    """What the template says against values, at the lines where the file gives them."""
    for name in values.keys() & declared.keys():
        for problem in problems(declared[name], values[name]):
            message, why = f"parameter {name} {problem}", declared[name].constraint_description
            yield Finding("parameter.value", message, given[name].location, why)


def asked_values(
    declared: Mapping[str, Declaration], values: Mapping[str, Value], ask: Ask
) -> Mapping[str, Value]:
    """Answers for the parameters that have no value; nobody is asked any more after one without answer."""
    answers: dict[str, Value] = {}
    for name, declaration in declared.items():
        if name in values or declaration.default is not None:
            continue
        answer = _asked(declaration, ask)
        if answer is None:
            break
        answers[name] = answer
    return answers


def _asked(declaration: Declaration, ask: Ask) -> str | None:
    trouble = ""
    while (answer := ask(declaration, trouble)) is not None:
        trouble = "; ".join(problems(declaration, answer))
        if not trouble:
            return answer
    return None
