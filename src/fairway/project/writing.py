"""Writes settings into a project's file; what people wrote there stays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

from fairway.model.errors import Failed, unusable_file
from fairway.project.find import find_project, repository_of
from fairway.project.settings import FILE
from fairway.project.toml_text import with_table

Did = Literal["created", "set", "already so"]


def write_settings(source: Path, table: tuple[str, ...], settings: Mapping[str, str]) -> tuple[Path, Did]:
    """Have these settings in that table of the project's file, which is made where there is none.

    Raises Failed for a file that cannot be changed.
    """
    project = find_project(source)
    file = project.file or repository_of(source) / FILE
    before = file.read_text() if project.file else ""
    try:
        after = with_table(before, table, settings)
    except ValueError as error:
        raise _not_written(file, table, settings, str(error)) from None
    if after == before:
        return file, "already so"
    replace_file(file, after)
    return file, "set" if project.file else "created"


def replace_file(file: Path, text: str) -> None:
    """Write a file that is whole at any moment. Raises Failed where that cannot be."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text)
        if file.exists():
            fresh.chmod(file.stat().st_mode)
        os.replace(fresh, file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise unusable_file(error) from None


def _not_written(file: Path, table: tuple[str, ...], settings: Mapping[str, str], why: str) -> Failed:
    lines = "; ".join(f'{key} = "{value}"' for key, value in settings.items())
    return Failed(
        "bootstrap.project-file",
        f"{file.name} could not be changed",
        where=str(file),
        why=why,
        next=f"everything else is done; write into [{'.'.join(table)}]: {lines}",
    )
