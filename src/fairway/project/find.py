"""Finds a project's file and reads it."""

from __future__ import annotations

from pathlib import Path

from fairway.model.errors import InvalidDefinition
from fairway.project.reading import Reader, Table
from fairway.project.sections.whole import project_of
from fairway.project.settings import FILE, Project


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


def repository_of(source: Path) -> Path:
    """The repository's top folder, or the source's own where there is no repository."""
    start = source.resolve()
    own = start.parent if start.is_file() else start
    return next((folder for folder in (own, *own.parents) if (folder / ".git").exists()), own)


def read_project(file: Path, name: str = "") -> Project:
    """The settings of a file. Raises InvalidDefinition with every mistake and its line.

    `name` is what the file is called in them, where that is not its path.
    """
    reader = Reader(file, name)
    project = project_of(Table(reader, (), reader.document), file)
    if found := reader.findings.sorted():
        raise InvalidDefinition(found)
    return project
