"""Writes a first `fairway.toml`, and never over one."""

from __future__ import annotations

from pathlib import Path

from fairway.model.errors import WrongInput, unusable_file


def refuse_existing(file: Path) -> None:
    """Raises WrongInput where the file is there."""
    if file.exists():
        raise WrongInput(
            "init.exists",
            f"{file} is there already",
            why="what people wrote is not written over",
            next="change that file; every key is in docs/fairway.toml",
        )


def write_first(file: Path, text: str) -> None:
    """Write it. Raises WrongInput where it is there by now, and Failed where it cannot be written."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        refuse_existing(file)
    except OSError as error:
        raise unusable_file(error) from None
