"""The secrets that a project declares, in one environment: what is there, and making what is not.

Values come from a variable, a generator or a person and go to the store: they are in no event and no file.
"""

from __future__ import annotations

import os
import secrets
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from fairway.aws.calls import Caller
from fairway.aws.failures import DENIED, CallFailed, Kind
from fairway.aws.secret_stores import STORES, SecretDeleted, Store
from fairway.model.errors import Finding, InvalidDefinition
from fairway.model.events import SecretCreated
from fairway.project.names import filled
from fairway.project.placeholders import PLACEHOLDER, placeholders
from fairway.project.settings import FromVariable, Generated, Placeholder, Project, SecretSettings
from fairway.stacks.connect import caller
from fairway.stacks.interruption import Interruption
from fairway.stacks.known import Known, outputs_at
from fairway.stacks.request import Target
from fairway.stacks.run import Ports

ALPHABET = string.ascii_letters + string.digits
"""Of generated values: 62 characters, 5.95 bits each, none of which a URL, a shell or a file has to quote."""
AT_ONCE = 8
"""Secrets that are asked for at once."""

Condition = Literal["there", "placeholder", "empty", "missing", "deleted", "unreadable"]
"""`empty`: it has no value yet; `unreadable`: it is there, and these credentials may not read it."""
AskSecret = Callable[[SecretSettings], str | None]
"""Asks somebody for a secret's value; None where there is no answer."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class SecretStatus:
    """A declared secret as it is; `changed` is when, in seconds since the epoch."""

    key: str
    name: str
    store: str
    condition: Condition
    changed: float | None = None


@dataclass(frozen=True)
class NewSecret:
    """A secret that is to be made, under `name`; `source` is as in SecretCreated."""

    settings: SecretSettings
    name: str
    source: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class Secrets:
    """The secrets of an environment. Raises WrongInput for a name that cannot be filled."""

    project: Project
    environment: str
    caller: Caller
    names: Mapping[str, str]
    environ: Mapping[str, str]

    def statuses(self) -> Sequence[SecretStatus]:
        """Each as it is."""
        return self._of_each(self._status)

    def put(self, secret: SecretSettings, value: str) -> bool:
        """Have this value there; whether the secret is new."""
        store, name = STORES[secret.store], self._name(secret)
        there = store.changed(self.caller, name) is not None
        if not there and store.create(self.caller, name, value, self._about(secret)):
            return True
        store.put(self.caller, name, value)
        return False

    def missing(self) -> Sequence[SecretSettings]:
        """Those that are not there. Raises Failed for one that was deleted, and keeps its name yet."""
        return [secret for secret in self._of_each(self._if_missing) if secret]

    def new(self, ask: AskSecret | None = None) -> Sequence[NewSecret]:
        """Those that are not there, with the values that they will get.

        Raises as `missing`, and InvalidDefinition with every variable that is not set, where nobody says a
        value instead.
        """
        found = [NewSecret(each, self._name(each), *self._first_value(each, ask)) for each in self.missing()]
        if unset := tuple(_unset(each.settings) for each in found if not each.value):
            raise InvalidDefinition(unset)
        return found

    def create(self, new: Iterable[NewSecret], ports: Ports) -> None:
        """Make them and tell of each; one that somebody else has made meanwhile stays as it is."""
        for each in new:
            key, kept = each.settings.key, each.settings.store
            if STORES[kept].create(self.caller, each.name, each.value, self._about(each.settings)):
                ports.emit(SecretCreated(ports.clock(), key, each.name, kept, each.source))

    def _of_each(self, work: Callable[[SecretSettings], _T]) -> list[_T]:
        with ThreadPoolExecutor(AT_ONCE, "secret") as pool:
            return list(pool.map(work, self.project.secrets.values()))

    def _name(self, secret: SecretSettings) -> str:
        return filled(secret.name, self.names)

    def _about(self, secret: SecretSettings) -> str:
        return f"[secrets.{secret.key}] of {self.project.name or self.project.folder.resolve().name}"

    def _if_missing(self, secret: SecretSettings) -> SecretSettings | None:
        return secret if STORES[secret.store].changed(self.caller, self._name(secret)) is None else None

    def _first_value(self, secret: SecretSettings, ask: AskSecret | None) -> tuple[str, str]:
        """Where the value comes from, and the value: empty where nobody has one."""
        match secret.value:
            case FromVariable(variable) if not unset(secret, self.environ):
                return "variable", self.environ[variable]
            case FromVariable():
                return "typed", (ask(secret) if ask else None) or ""
            case Generated(length):
                return "generated", generated(length)
            case Placeholder():
                return "placeholder", PLACEHOLDER

    def _status(self, secret: SecretSettings) -> SecretStatus:
        store, name = STORES[secret.store], self._name(secret)
        try:
            changed = store.changed(self.caller, name)
        except SecretDeleted:
            return SecretStatus(secret.key, name, secret.store, "deleted")
        condition = "missing" if changed is None else _condition(store, self.caller, name)
        return SecretStatus(secret.key, name, secret.store, condition, changed)


def secrets_at(
    project: Project,
    target: Target,
    interruption: Interruption | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Secrets:
    """The secrets of the environment in which the target is; whose stack it is does not matter."""
    aws = caller(target, interruption)
    names = Known(project, target.environment, aws.session, outputs_at(target), environ)
    return Secrets(project, target.environment, aws, names, environ)


def unset(secret: SecretSettings, environ: Mapping[str, str]) -> str:
    """The variable from which the secret would be created, and which is not set; else empty.

    CI systems set a variable to an empty text where they have none of their own secrets for it.
    """
    variable = secret.value.name if isinstance(secret.value, FromVariable) else ""
    return "" if environ.get(variable) else variable


def generated(length: int) -> str:
    """A value drawn from the operating system's randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _condition(store: Store, aws: Caller, name: str) -> Condition:
    try:
        return "placeholder" if placeholders(store.read(aws, name)) else "there"
    except CallFailed as failure:
        if failure.aws_code in DENIED:
            return "unreadable"
        if failure.kind is not Kind.NOT_FOUND:
            raise
        return "empty"


def _unset(secret: SecretSettings) -> Finding:
    assert isinstance(secret.value, FromVariable)
    return Finding(
        "secrets.variable",
        f"the secret {secret.key} does not exist, and {secret.value.name} is not set",
        secret.location,
        why="it is created from that environment variable",
        next=f"set {secret.value.name}, or put a value in with `fairway secrets set {secret.key}`",
    )
