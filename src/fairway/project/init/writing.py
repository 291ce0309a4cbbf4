"""Writes a first `fairway.toml`, never over one, and keeps `.fairway/` out of commits."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fairway.model.errors import WrongInput, unusable_file

OURS = ".fairway/"
"""Where Fairway keeps state, runs and plans in a project's folder: nothing to commit."""
IGNORING = ".gitignore"
_PATIENCE = 5.0
"""Seconds that git may take."""
_TAKEN = 1
"""What `git check-ignore` exits with for a path that nothing ignores; outside of a repository it is 128
(man:git-check-ignore)."""


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


def is_taken(folder: Path) -> bool:
    """Whether a commit would take what Fairway keeps here. Git itself is asked, as that may be said in
    many places; it is not so outside of a repository."""
    words = ["git", "check-ignore", "--quiet", "--no-index", f"{OURS}state"]
    try:
        asked = subprocess.run(words, cwd=folder, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return asked.returncode == _TAKEN


def ignore(folder: Path) -> None:
    """Have git ignore it. Raises Failed where that cannot be written."""
    file = folder / IGNORING
    try:
        with file.open("a+b") as stream:
            stream.seek(0)
            known = stream.read()
            stream.write(b"" if known.endswith(b"\n") or not known else b"\n")
            stream.write(f"{OURS}\n".encode())
    except OSError as error:
        raise unusable_file(error) from None
