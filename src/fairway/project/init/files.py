"""The files of a repository that people wrote, as far as anything can be learned from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

_MADE = frozenset(
    {"node_modules", "__pycache__", "site-packages", "vendor", "venv", "dist", "build", "coverage", "cdk.out"}
)
"""Folders that tools fill. Those whose names begin with a dot are left out too, but for `_DOTTED`."""
_DOTTED = frozenset({".github"})
MOST = 50_000
"""Files that are looked at."""
LARGEST = 1_000_000
"""Bytes that a template may have (docs:CloudFormation limits); nothing else that is read has more."""


@dataclass(frozen=True)
class Files:
    """A folder and the paths of the files below it, from there; the highest come first.

    `damaged` are those that were asked for and are not what their names say, each with the reason.
    """

    folder: Path
    paths: tuple[PurePosixPath, ...]
    damaged: dict[PurePosixPath, str] = field(default_factory=dict)

    def named(self, *names: str) -> Iterator[PurePosixPath]:
        """Those of these names."""
        return (path for path in self.paths if path.name in names)

    def content(self, path: PurePosixPath) -> bytes:
        """A file's bytes; none of one that is too large, or cannot be read."""
        file = self.folder / path
        try:
            return file.read_bytes() if file.stat().st_size <= LARGEST else b""
        except OSError:
            return b""

    def text(self, path: PurePosixPath) -> str:
        return self.content(path).decode("utf-8-sig", errors="replace")

    def json(self, path: PurePosixPath) -> Mapping[str, Any]:
        """The object in a JSON file; empty where there is none."""
        import json

        return self._parsed(path, json.loads)

    def toml(self, path: PurePosixPath) -> Mapping[str, Any]:
        """The tables of a TOML file; empty where it is none."""
        import tomllib

        return self._parsed(path, tomllib.loads)

    def yaml(self, path: PurePosixPath) -> Mapping[Any, Any]:
        """The map in a YAML file; empty where there is none. In YAML 1.1 the key `on` is True."""
        import yaml

        return self._parsed(path, yaml.safe_load, yaml.YAMLError)

    def _parsed(
        self, path: PurePosixPath, parse: Callable[[str], object], wrong: type[Exception] = ValueError
    ) -> Mapping[Any, Any]:
        try:
            return as_map(parse(self.text(path)))
        except (wrong, ValueError, RecursionError) as error:
            self.damaged[path] = _reason(error)
            return {}


def files_of(folder: Path) -> Files:
    """The files of a folder, without what tools have made there."""
    found = list(islice(_walk(folder), MOST))
    return Files(folder, tuple(sorted(found, key=lambda path: (len(path.parts), path))))


def _reason(error: Exception) -> str:
    """What a parser says, on one line; those of JSON and TOML name theirs themselves."""
    mark = getattr(error, "problem_mark", None)
    said = f"{getattr(error, 'problem', '')}: line {mark.line + 1}" if mark else str(error)
    return " ".join(said.split())


def as_map(value: object) -> Mapping[Any, Any]:
    """What should be a map; empty where it is none."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[Any]:
    """What should be a list, or one item of it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _walk(folder: Path) -> Iterator[PurePosixPath]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_made(name))
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        yield from (inside / name for name in sorted(names))


def _is_made(name: str) -> bool:
    return name in _MADE or (name.startswith(".") and name not in _DOTTED)
