"""Reads a TOML file table by table; what is wrong or unknown in it is kept with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from fairway.model.errors import InvalidDefinition
from fairway.model.location import Location
from fairway.sources.findings import Findings, suggest

_T = TypeVar("_T")


class Reader:
    """The file's content, its lines, and the mistakes found in it."""

    def __init__(self, file: Path) -> None:
        import tomllib

        from fairway.project.toml_text import lines_of

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
        from fairway.project.toml_text import line_of

        return Location(self.name, line_of(self._lines, path))


class Table:
    """One table; every value is taken by name, so that what nobody takes is known to be a mistake."""

    def __init__(self, reader: Reader, path: tuple[str | int, ...], held: Mapping[str, Any]) -> None:
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

    def table(self, key: str) -> Table:
        """A table below; an empty one when it is not there."""
        return Table(self.reader, (*self.path, key), self._take(key, dict, "a table", {}))

    def tables(self, key: str) -> tuple[Table, ...]:
        """An array of tables."""
        held = self._take(key, list, f"[[{key}]]", [])
        if not all(isinstance(each, dict) for each in held):
            self.wrong(key, f"{self._name(key)} must be written as [[{key}]]")
            return ()
        return tuple(Table(self.reader, (*self.path, key, at), each) for at, each in enumerate(held))

    def named(self) -> Mapping[str, Table]:
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


def _as_typed(file: Path) -> str:
    """The file as a user here would type it."""
    return os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
