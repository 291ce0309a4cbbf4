"""Asks git, as somebody who stands in a folder would: without what a hook of git's has in its environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from fairway.model.errors import Failed

# man:git-rev-parse --local-env-vars; man:githooks, man:git-receive-pack for those of a push.
_OF_ONE_REPOSITORY = frozenset({
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
    "GIT_QUARANTINE_PATH", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
})  # fmt: skip


def outside_of_hooks(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment without what ties git to the repository whose hook runs."""
    return {
        name: value
        for name, value in environ.items()
        if name not in _OF_ONE_REPOSITORY and not name.startswith("GIT_PUSH_OPTION_")
    }


def git(folder: Path, *arguments: str, given: bytes = b"", environ: Mapping[str, str] | None = None) -> bytes:
    """What git answers, asked from a folder; `given` is its standard input.

    Raises Failed where it fails, or is not there. `environ` is the whole environment.
    """
    try:
        asked = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            input=given,
            capture_output=True,
            env=outside_of_hooks() if environ is None else environ,
            check=False,
        )
    except FileNotFoundError:
        raise Failed("git.missing", "git is not installed", next="install it") from None
    if asked.returncode:
        why = asked.stderr.decode(errors="replace").strip()
        raise Failed("git.failed", f"git {arguments[0]} failed", where=str(folder), why=why)
    return asked.stdout


def asked(folder: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    """What git answers, as text without its last line end. Raises as `git`."""
    return git(folder, *arguments, environ=environ).decode(errors="surrogateescape").rstrip("\n")


def config(folder: Path, key: str) -> str:
    """A setting of the repository; empty where there is none."""
    return asked(folder, "config", "--local", "--default", "", "--get", key)
