"""Reads a TOML file table by table; what is wrong or unknown in it is kept with its line."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from fairway.model.errors import InvalidDefinition
from fairway.model.location import Location
from fairway.model.values import Json
from fairway.project.durations import EXAMPLE, seconds
from fairway.project.names import mistakes, outputs_in
from fairway.project.settings import LOCAL, OutputUse
from fairway.sources.findings import Findings, suggest

_T = TypeVar("_T")
_N = TypeVar("_N", int, float)


class Reader:
    """The file's content, its lines, the mistakes found in it, and what of its stacks it names."""

    def __init__(self, file: Path, name: str = "") -> None:
        import tomllib

        from fairway.project.toml_text import lines_of

        self.name = name or _as_typed(file)
        self.findings = Findings()
        self.uses: list[OutputUse] = []
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
        self.stacks, self.environments = self._declared("stacks"), self._declared("environments")

    def at(self, path: tuple[str | int, ...]) -> Location:
        from fairway.project.toml_text import line_of

        return Location(self.name, line_of(self._lines, path))

    def _declared(self, section: str) -> tuple[str, ...]:
        held = self.document.get(section)
        return tuple(held) if isinstance(held, dict) else ()


class Table:
    """One table; every value is taken by name, so that what nobody takes is known to be a mistake."""

    def __init__(self, reader: Reader, path: tuple[str | int, ...], held: Mapping[str, Any]) -> None:
        self.reader, self.path, self.held = reader, path, held
        self._known: set[str] = set()

    @property
    def location(self) -> Location:
        return self.reader.at(self.path)

    def at(self, key: str) -> Location:
        """Where a key of this table is written."""
        return self.reader.at((*self.path, key))

    def text(
        self, key: str, default: str = "", *, form: re.Pattern[str] | None = None, example: str = ""
    ) -> str:
        """A value that is text, of a form where one is given; the default when it is not there or wrong."""
        value = self._take(key, str, f"text: {example}" if example else "text", default)
        if value and form and not form.fullmatch(value):
            self.wrong(key, f"{self._name(key)} cannot be {value!r}", f"write it as {example}")
            return default
        return value

    def named_text(self, key: str, default: str = "") -> str:
        """A text with names (`fairway.project.names`)."""
        return self.checked_names(key, self.text(key, default))

    def required(self, key: str) -> str:
        """A text that must be there."""
        if not (value := self.text(key)) and self.held.get(key, "") == "":
            self.wrong(key, f"{self._name(key)} is missing", f'add {key} = "…"')
        return value

    def required_named(self, key: str) -> str:
        """A text with names that must be there."""
        return self.checked_names(key, self.required(key))

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

    def named_texts(self, key: str) -> tuple[str, ...]:
        """A list of texts with names."""
        return tuple(self.checked_names(key, text) for text in self.texts(key))

    def choices(self, key: str, values: Collection[str]) -> tuple[str, ...]:
        """A list of some of these words."""
        chosen = self.texts(key)
        for value in chosen:
            if value not in values:
                hint = suggest(value, values) or f"it may hold {', '.join(values)}"
                self.wrong(key, f"{self._name(key)} cannot hold {value!r}", hint)
        return chosen

    def stack(self, key: str) -> str:
        """The name of a stack that the file declares; any name where it declares none."""
        return self._declared(key, self.required(key), self.reader.stacks, "stack")

    def stacks(self, key: str) -> tuple[str, ...]:
        """Names of such stacks."""
        return tuple(self._declared(key, name, self.reader.stacks, "stack") for name in self.texts(key))

    def environment(self, key: str) -> str:
        """The name of an environment that the file declares, or `local`; any name where it declares none."""
        name = self.text(key)
        return self._declared(key, name, self.reader.environments, "environment") if name else ""

    def environments(self, key: str) -> tuple[str, ...]:
        """Names of such environments."""
        known = self.reader.environments
        return tuple(self._declared(key, name, known, "environment") for name in self.texts(key))

    def require_stacks(self) -> None:
        """Each key of the table must be the name of a declared stack."""
        for key in self.held:
            self._declared(key, key, self.reader.stacks, "stack")

    def one_of(self, keys: Collection[str], words: str) -> str:
        """The one of these keys that is there; empty after a mistake, for none of them or more than one."""
        found = [key for key in keys if key in self.held]
        self._known |= set(keys)
        if len(found) == 1:
            return found[0]
        what = " and ".join(found) if found else "none of its keys"
        hint = f"give one of {', '.join(keys)}"
        self.wrong(found[-1] if found else "", f"{words} has {what}", hint)
        return ""

    def has(self, *keys: str) -> bool:
        """Whether any of these keys is there."""
        return not self.held.keys().isdisjoint(keys)

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self._take(key, bool, "true or false", default)

    def number(self, key: str, default: float, *, least: float = 0, most: float = math.inf) -> float:
        """A number between two others."""
        return self._limited(key, self._take(key, (int, float), "a number", default), default, least, most)

    def whole(self, key: str, default: int, *, least: int = 0, most: float = math.inf) -> int:
        """A whole number between two others."""
        return self._limited(key, self._take(key, int, "a whole number", default), default, least, most)

    def duration(self, key: str, default: float) -> float:
        """Seconds: a number, or a text such as `30s`."""
        value: Any = self._take(key, (int, float, str), f"a time such as {EXAMPLE}", default)
        try:
            return (
                seconds(value) if isinstance(value, str) else self._limited(key, value, default, 0, math.inf)
            )
        except ValueError:
            self.wrong(key, f"{self._name(key)} cannot be {value!r}", f"write it as {EXAMPLE}")
            return default

    def json(self, key: str) -> Json:
        """Any value that JSON has too."""
        self._known.add(key)
        value = self.held.get(key)
        if not _is_json(value):
            self.wrong(key, f"{self._name(key)} holds a date or time, which JSON does not have", "write text")
            return None
        found: Json = value
        return found

    def named_map(self, key: str) -> Mapping[str, str]:
        """A table of texts with names, whatever their keys."""
        table = self.table(key)
        return {name: table.named_text(name) for name in table.held}

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
        self.reader.findings.error("project.value", message, self.at(key), why=why, next=next)

    def close(self) -> None:
        """Tells of the keys that nobody has taken."""
        for key in self.held.keys() - self._known:
            where = f"[{'.'.join(map(str, self.path))}]" if self.path else "the file"
            message, hint = f"{where} cannot hold {key}", suggest(key, self._known)
            known = f"it holds {', '.join(sorted(self._known))}"
            self.reader.findings.error(
                "project.unknown-key", message, self.reader.at((*self.path, key)), next=hint or known
            )

    def checked_names(self, key: str, text: str) -> str:
        """The text itself, after what is wrong with its names has been kept."""
        for message, hint in mistakes(text, self.reader.stacks):
            self.reader.findings.error(
                "project.name", f"{self._name(key)}: {message}", self.at(key), next=hint
            )
        for stack, output in outputs_in(text):
            self.uses_output(key, stack, output)
        return text

    def uses_output(self, key: str, stack: str, output: str) -> None:
        """Keeps that the value names an output, which the stack's template must have."""
        self.reader.uses.append(OutputUse(stack, output, self._name(key), self.at(key)))

    def _declared(self, key: str, name: str, known: Collection[str], kind: str) -> str:
        """The name itself; where there is nothing of that name, this has been told."""
        if name and known and name not in known and not (kind == "environment" and name == LOCAL):
            hint = suggest(name, known) or f"there are {', '.join(known)}"
            self.wrong(key, f"the file declares no {kind} {name}", hint)
        return name

    def _take(self, key: str, kind: type[_T] | tuple[type[_T], ...], words: str, default: _T) -> _T:
        self._known.add(key)
        value = self.held.get(key, default)
        if isinstance(value, kind) and isinstance(value, bool) == isinstance(default, bool):
            return value  # a bool of Python's is a number as well, one of TOML's is not
        self.wrong(key, f"{self._name(key)} must be {words}")
        return default

    def _limited(self, key: str, value: _N, default: _N, least: float, most: float) -> _N:
        if self.held.get(key) is not value or least <= value <= most:
            return value
        words = f"at least {least:g}" if most == math.inf else f"from {least:g} to {most:g}"
        self.wrong(key, f"{self._name(key)} cannot be {value}", f"it is {words}")
        return default

    def _name(self, key: str) -> str:
        return ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))


def refuse_same_names(tables: Iterable[Table]) -> None:
    """Tells of the blocks of one kind that have the name of an earlier one."""
    seen: set[str] = set()
    for table in tables:
        name = table.held.get("name")
        if isinstance(name, str) and name in seen:
            table.wrong("name", f"another block before this one is named {name!r}", "give it another name")
        elif isinstance(name, str):
            seen.add(name)


def _is_json(value: object) -> bool:
    match value:
        case dict():
            return all(map(_is_json, value.values()))
        case list():
            return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float)


def _as_typed(file: Path) -> str:
    """The file as a user here would type it."""
    return os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
