"""`fairway.toml`: what a project says about itself. docs/fairway.toml shows every key."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from fairway.model.errors import InvalidDefinition
from fairway.model.location import Location
from fairway.pipeline.bucket_names import misnamed
from fairway.sources.findings import Findings, suggest

FILE = "fairway.toml"
LOCAL = "local"
BUCKET = "s3://"
_T = TypeVar("_T")

OnFailure = Literal["hold", "rollback"]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
"""Of a stack or an environment: it becomes part of paths and of AWS names."""
NAME_RULE = "a name starts with a letter and holds letters, digits and hyphens, 128 at most"
# BC dynamodb CreateTable.
TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_S3 = re.compile(r"s3://[^/]+(/.*)?")


def bucket_of(backend: str) -> str:
    """The bucket of `s3://bucket/prefix`."""
    return backend.removeprefix(BUCKET).partition("/")[0]


@dataclass(frozen=True)
class StateSettings:
    """Where state is kept: `s3://bucket/prefix` or a folder; empty where nothing is said.

    `region` is the bucket's and the lock table's own.
    """

    backend: str = ""
    lock_table: str = ""
    region: str = ""


@dataclass(frozen=True)
class EnvironmentSettings:
    """What holds in one environment. `protect` names resources' addresses."""

    on_failure: OnFailure = "hold"
    protect: tuple[str, ...] = ()
    state: StateSettings | None = None


@dataclass(frozen=True)
class Import:
    """A resource that exists already and is to be taken over. Empty `environment`: in every one."""

    stack: str
    address: str
    identifier: str
    location: Location
    environment: str = ""


@dataclass(frozen=True)
class Project:
    """A project's settings; `file` is None where there is no `fairway.toml`."""

    file: Path | None = None
    state: StateSettings = StateSettings()
    environments: Mapping[str, EnvironmentSettings] = field(default_factory=dict)
    imports: tuple[Import, ...] = ()

    def environment(self, name: str) -> EnvironmentSettings:
        """An environment's settings: the defaults where the file does not name it."""
        return self.environments.get(name, EnvironmentSettings())

    def state_of(self, environment: str) -> StateSettings:
        """Where an environment keeps its state, folders absolute.

        The local cloud is on one machine and `[state]` is for all: it takes only what it is given itself.
        """
        own = self.environment(environment).state
        return own or (StateSettings() if environment == LOCAL else self.state)


def find_project(source: Path) -> Project:
    """The project a source belongs to: that of the nearest `fairway.toml` at or above it.

    Nothing above the repository (`.git`) is looked at. Raises InvalidDefinition as `read_project` does.
    """
    start = source.resolve()
    for folder in (start, *start.parents):
        file = folder / FILE
        if file.is_file():
            return read_project(file)
        if (folder / ".git").exists():
            break
    return Project()


def read_project(file: Path) -> Project:
    """The settings of a file. Raises InvalidDefinition with every mistake and its line."""
    reader = _Reader(file)
    project = _project(_Table(reader, (), reader.document), file)
    if found := reader.findings.sorted():
        raise InvalidDefinition(found)
    return project


class _Reader:
    """The file's content, its lines, and the mistakes found in it."""

    def __init__(self, file: Path) -> None:
        import tomllib

        from fairway.pipeline.toml_text import lines_of

        self.name = _as_typed(file)
        self.findings = Findings()
        try:
            text = file.read_bytes().decode("utf-8-sig")
            self.document = tomllib.loads(text)
        except UnicodeDecodeError as error:
            location = Location(self.name, error.object.count(b"\n", 0, error.start) + 1)
            self.findings.error("project.syntax", "the file is not text in UTF-8", location)
            raise InvalidDefinition(self.findings.sorted()) from None
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            location = Location(self.name, int(line[1]) if line else text.count("\n") + 1)
            self.findings.error("project.syntax", "the file is not TOML", location, why=str(error))
            raise InvalidDefinition(self.findings.sorted()) from None
        self._lines = lines_of(text)

    def at(self, path: tuple[str | int, ...]) -> Location:
        from fairway.pipeline.toml_text import line_of

        return Location(self.name, line_of(self._lines, path))


class _Table:
    """One table; every value is taken by name, so that what nobody takes is known to be a mistake."""

    def __init__(self, reader: _Reader, path: tuple[str | int, ...], held: Mapping[str, Any]) -> None:
        self.reader, self.path, self.held = reader, path, held
        self._known: set[str] = set()

    @property
    def location(self) -> Location:
        return self.reader.at(self.path)

    def text(self, key: str, *, form: re.Pattern[str] | None = None, example: str = "") -> str:
        """A value that is text, of a form where one is given; empty when it is not there or wrong."""
        value = self._take(key, str, "text", "")
        if value and form and not form.fullmatch(value):
            self.wrong(key, f"{self._name(key)} cannot be {value!r}", f"write it as {example}")
            return ""
        return value

    def required(self, key: str) -> str:
        """A text that must be there."""
        if not (value := self.text(key)) and self.held.get(key, "") == "":
            self.wrong(key, f"{self._name(key)} is missing", f'add {key} = "…"')
        return value

    def choice(self, key: str, values: Collection[str], default: str) -> str:
        """One of some words."""
        value = self._take(key, str, "text", default)
        if value not in values:
            self.wrong(key, f"{self._name(key)} cannot be {value!r}", f"it is one of {', '.join(values)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._take(key, list, "a list of texts", [])
        if not all(isinstance(value, str) and value for value in values):
            self.wrong(key, f"{self._name(key)} must be a list of texts")
        return tuple(value for value in values if isinstance(value, str))

    def table(self, key: str) -> _Table:
        """A table below; an empty one when it is not there."""
        return _Table(self.reader, (*self.path, key), self._take(key, dict, "a table", {}))

    def tables(self, key: str) -> tuple[_Table, ...]:
        """An array of tables."""
        held = self._take(key, list, f"[[{key}]]", [])
        if not all(isinstance(each, dict) for each in held):
            self.wrong(key, f"{self._name(key)} must be written as [[{key}]]")
            return ()
        return tuple(_Table(self.reader, (*self.path, key, at), each) for at, each in enumerate(held))

    def named(self) -> Mapping[str, _Table]:
        """Every table below, whatever its name."""
        return {key: self.table(key) for key in self.held}

    def wrong(self, key: str, message: str, next: str = "", *, why: str = "") -> None:
        """Tells of a value that cannot be used."""
        where = self.reader.at((*self.path, key))
        self.reader.findings.error("project.value", message, where, why=why, next=next)

    def close(self) -> None:
        """Tells of the keys that nobody has taken."""
        for key in self.held.keys() - self._known:
            where = f"[{'.'.join(map(str, self.path))}]" if self.path else "the file"
            message, hint = f"{where} cannot hold {key}", suggest(key, self._known)
            known = f"it holds {', '.join(sorted(self._known))}"
            self.reader.findings.error(
                "project.unknown-key", message, self.reader.at((*self.path, key)), next=hint or known
            )

    def _take(self, key: str, kind: type[_T], words: str, default: _T) -> _T:
        self._known.add(key)
        value = self.held.get(key, default)
        if isinstance(value, kind):
            return value
        self.wrong(key, f"{self._name(key)} must be {words}")
        return default

    def _name(self, key: str) -> str:
        return ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))


def _project(root: _Table, file: Path) -> Project:
    project = Project(
        file=file,
        state=_state(root.table("state"), file),
        environments=_environments(root.table("environments"), file),
        imports=tuple(_import(table) for table in root.tables("import")),
    )
    root.close()
    return project


def _state(table: _Table, file: Path) -> StateSettings:
    backend = table.text("backend")
    if re.match(r"\w+:", backend):
        backend = table.text("backend", form=_S3, example="s3://bucket/prefix")
        if backend and (why := misnamed(bucket_of(backend))):
            table.wrong("backend", f"{bucket_of(backend)!r} cannot be the name of a bucket", why=why)
    elif backend:
        backend = str(file.parent / backend)
    lock_table = table.text("lock_table", form=TABLE_NAME, example="3 to 255 letters, digits, _, . or -")
    settings = StateSettings(backend, lock_table, table.text("region"))
    table.close()
    return settings


def _environments(table: _Table, file: Path) -> Mapping[str, EnvironmentSettings]:
    for name in table.held:
        if not NAME.fullmatch(name):
            table.wrong(name, f"{name!r} cannot be the name of an environment", why=NAME_RULE)
    return {name: _environment(each, file) for name, each in table.named().items()}


def _environment(table: _Table, file: Path) -> EnvironmentSettings:
    choice: Any = table.choice("on_failure", ("hold", "rollback"), "hold")
    own = table.table("state")
    state = _state(own, file) if own.held else None
    settings = EnvironmentSettings(choice, table.texts("protect"), state)
    table.close()
    return settings


def _import(table: _Table) -> Import:
    found = Import(
        table.required("stack"),
        table.required("address"),
        table.required("identifier"),
        table.location,
        table.text("environment"),
    )
    table.close()
    return found


def _as_typed(file: Path) -> str:
    """The file as a user here would type it."""
    return os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
