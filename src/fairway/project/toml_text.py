"""TOML files as text: where things stand in one, and how a table is written into one that people wrote."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys, and positions in arrays of tables."""

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*'|\s)+?)\s*=""")


def lines_of(text: str) -> Mapping[Path, int]:
    """The line, from 1, of each table and key. Best effort: inside of values nothing is found."""
    found: dict[Path, int] = {}
    for path, line in _places(text):
        for length in range(1, len(path) + 1):
            found.setdefault(path[:length], line)
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of what is there, or else of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def with_table(text: str, table: tuple[str, ...], values: Mapping[str, str]) -> str:
    """The text with those values in that table; comments, order and everything else stay as they are.

    Raises ValueError where the text is written in a way that this cannot change.
    """
    lines = text.splitlines()
    wanted = {key: f"{key} = {quoted(value)}" for key, value in values.items()}
    found = {path: at - 1 for path, at in _places(text) if path[:-1] == table or path == table}
    for key in [key for key in wanted if (*table, key) in found]:
        lines[found[(*table, key)]] = wanted.pop(key) + _comment(lines[found[(*table, key)]])
    if table in found:
        lines[found[table] + 1 : found[table] + 1] = wanted.values()
    elif wanted:
        lines += [*([""] if lines else []), f"[{'.'.join(map(_key, table))}]", *wanted.values()]
    written = "\n".join(lines) + "\n"
    _require_only(text, written, table, values)
    return written


def _require_only(before: str, after: str, table: tuple[str, ...], values: Mapping[str, str]) -> None:
    """Raises ValueError when the values are not what changed, or not all of it."""
    wanted = tomllib.loads(before)
    node = wanted
    for key in table:
        node = node.setdefault(key, {})
    node.update(values)
    if tomllib.loads(after) != wanted:
        raise ValueError(f"[{'.'.join(table)}] is written in a way that cannot be changed here")


def quoted(value: str) -> str:
    """A text as a TOML string."""
    import json

    return json.dumps(value, ensure_ascii=False)  # a basic string of TOML has JSON's escapes


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else quoted(name)


def _comment(line: str) -> str:
    """The comment behind a text, with the blanks before it."""
    match = re.search(r"""=\s*(?:"(?:[^"\\]|\\.)*"|'[^']*')(\s*#.*)$""", line)
    return match[1] if match else ""


def _places(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    arrays: Counter[Path] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _keys(header[2])
            if header[1] == "[[":
                arrays[table] += 1
                table = (*table, arrays[table] - 1)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_keys(key[1])), number


def _keys(dotted: str) -> Path:
    """The parts of `a."b.c"`, as TOML itself reads them; none for what only looks like a key."""
    try:
        node: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    keys = []
    while isinstance(node, dict):
        (key, node), *_ = node.items()
        keys.append(key)
    return tuple(keys)
