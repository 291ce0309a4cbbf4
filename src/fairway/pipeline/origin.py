"""Where a run comes from: who started it, which CI run it is part of, which commit the folder is at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from fairway.model.deployment import Origin
from fairway.pipeline.whoami import whoami

_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CIRCLE_USERNAME", "BUILD_USER_ID")
_RUN_URLS = ("CI_JOB_URL", "CIRCLE_BUILD_URL", "BUILD_URL")
"""The environment variables in which CI systems name who started a run and the run's page (their manuals)."""
_REF, _GITDIR = "ref: ", "gitdir: "
_NOT_OURS = ":(exclude,glob)**/.fairway/**"
_GIT_PATIENCE = 5.0
"""Seconds that `git status` may take: in a very large repository nobody waits for one word."""


def origin(folder: Path, environ: Mapping[str, str] = os.environ) -> Origin:
    """The origin of a run that deploys from a folder. Asks `git` only for what the files do not say."""
    commit = _commit(folder)
    return Origin(
        next(filter(None, map(environ.get, _ACTORS)), "") or whoami(),
        _run_url(environ),
        commit,
        _dirty(folder) if commit else None,
    )


def _run_url(environ: Mapping[str, str]) -> str:
    if "GITHUB_RUN_ID" in environ:
        names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
        server, repository, run = (environ.get(name, "") for name in names)
        return f"{server}/{repository}/actions/runs/{run}"
    return next(filter(None, map(environ.get, _RUN_URLS)), "")


def _commit(folder: Path) -> str:
    """The commit that is checked out, empty where there is none (man:gitrepository-layout)."""
    start = folder.resolve()
    for parent in (start, *start.parents):
        if (parent / ".git").exists():
            try:
                return _head(parent / ".git")
            except (OSError, UnicodeDecodeError):
                return ""
    return ""


def _head(git: Path) -> str:
    """What HEAD stands for; in a worktree or submodule `.git` is a file that names the folder."""
    if git.is_file():
        git = git.parent / git.read_text().removeprefix(_GITDIR).strip()
    head = (git / "HEAD").read_text().strip()
    if not head.startswith(_REF):
        return head
    name, shared = head.removeprefix(_REF), _shared(git)
    for place in (git, shared):
        if (place / name).is_file():
            return (place / name).read_text().strip()
    return _packed(shared / "packed-refs", name)


def _shared(git: Path) -> Path:
    common = git / "commondir"
    return git / common.read_text().strip() if common.is_file() else git


def _packed(file: Path, name: str) -> str:
    lines = file.read_text().splitlines() if file.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), "")


def _dirty(folder: Path) -> bool | None:
    import subprocess

    command = [
        "git",
        "--no-optional-locks",
        "status",
        "--porcelain",
        "--untracked-files=normal",
        "--",
        ".",
        _NOT_OURS,
    ]
    try:
        asked = subprocess.run(command, cwd=folder, capture_output=True, timeout=_GIT_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return bool(asked.stdout.strip())
