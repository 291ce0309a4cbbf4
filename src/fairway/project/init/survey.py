"""Looks at a repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from fairway.project.init.components import fronts, suites
from fairway.project.init.facts import Noted, Survey
from fairway.project.init.files import MOST, Files, files_of
from fairway.project.init.others import noted
from fairway.project.init.samconfig import configured
from fairway.project.init.templates import templates
from fairway.project.init.workflows import deploying
from fairway.project.names import name_from

_PATIENCE = 5.0
"""Seconds that git may take."""


def survey(folder: Path) -> Survey:
    """What is found below a folder. Nothing there is run, but for `git`."""
    files = files_of(folder)
    taken, left = templates(files)
    return Survey(
        name=_name(folder),
        branch=_git(folder, "symbolic-ref", "--short", "HEAD"),
        known_as=name_from(folder.name) if (folder / ".fairway" / "state").is_dir() else "",
        templates=taken,
        configured=tuple(configured(files)),
        deploying=tuple(deploying(files)),
        suites=tuple(suites(files)),
        fronts=tuple(fronts(files)),
        noted=(*left, *noted(files), *_too_many(files), *_damaged(files)),
    )


def _name(folder: Path) -> str:
    """The repository's name where it is hosted, or else the folder's."""
    hosted = re.search(r"([^/:]+?)(\.git)?/?$", _git(folder, "config", "--get", "remote.origin.url"))
    return name_from(hosted[1] if hosted else folder.name)


def _git(folder: Path, *words: str) -> str:
    """What git answers, of a repository whose top folder this is; else nothing."""
    if not (folder / ".git").exists():
        return ""
    try:
        asked = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()


def _damaged(files: Files) -> tuple[Noted, ...]:
    """Those of which the others would have learned something."""
    return tuple(
        Noted(str(path), f"it cannot be read, so nothing was learned from it: {why}")
        for path, why in files.damaged.items()
    )


def _too_many(files: Files) -> tuple[Noted, ...]:
    if len(files.paths) < MOST:
        return ()
    return (Noted(f"more than {MOST} files", "the rest of them was not looked at"),)
