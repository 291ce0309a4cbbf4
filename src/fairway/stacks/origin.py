"""Where a run comes from: who started it, which CI run it is part of, which commit its folder is at.

Leases, journals and history all say it in these words.
"""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from fairway.model.deployment import Origin

_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CIRCLE_USERNAME", "BUILDKITE_BUILD_CREATOR", "BUILD_USER_ID")
_RUN_URLS = ("CI_JOB_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL", "BUILD_URL")
"""The environment variables in which CI systems name who started a run and the run's page.

Of GitHub Actions, GitLab, CircleCI, Buildkite and Jenkins, by their manuals.
"""
_BRANCHES = ("CI_COMMIT_BRANCH", "CIRCLE_BRANCH", "BUILDKITE_BRANCH", "BRANCH_NAME")
"""Where those but GitHub's name the branch: they check out a commit and no branch."""
_REF, _GITDIR, _HEADS = "ref: ", "gitdir: ", "refs/heads/"
_NOT_OURS = ":(exclude,glob)**/.fairway/**"
_GIT_PATIENCE = 5.0
"""Seconds that `git status` may take: in a very large repository nobody waits for one word."""


def origin(folder: Path, environ: Mapping[str, str] = os.environ) -> Origin:
    """The origin of a run that works from a folder, without what only `git` can tell (see `is_dirty`)."""
    who = next(filter(None, map(environ.get, _ACTORS)), "") or f"{_user()}@{socket.gethostname()}"
    return Origin(who, _run_url(environ), _commit(folder))


def branch(folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """The branch that is checked out or, where that is a commit alone, the one a CI system names; or none."""
    with suppress(OSError, UnicodeDecodeError):
        git = _git(folder)
        if git and (head := _head_text(git)).startswith(_REF + _HEADS):
            return head.removeprefix(_REF + _HEADS)
    ref = environ.get("GITHUB_REF", "")
    named = ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""
    return named or next(filter(None, map(environ.get, _BRANCHES)), "")


def is_dirty(folder: Path) -> bool | None:
    """Whether a folder holds more than its commit; None where nobody can tell. Asks `git`."""
    import subprocess

    options = ("--porcelain", "--untracked-files=normal")
    command = ["git", "--no-optional-locks", "status", *options, "--", ".", _NOT_OURS]
    try:
        asked = subprocess.run(command, cwd=folder, capture_output=True, timeout=_GIT_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return bool(asked.stdout.strip())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return str(os.getuid())


def _run_url(environ: Mapping[str, str]) -> str:
    if run := environ.get("GITHUB_RUN_ID"):
        server = environ.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{environ.get('GITHUB_REPOSITORY', '')}/actions/runs/{run}"
    return next(filter(None, map(environ.get, _RUN_URLS)), "")


def _commit(folder: Path) -> str:
    """The commit that is checked out, empty where there is none (man:gitrepository-layout)."""
    try:
        git = _git(folder)
        return _head(git) if git else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _git(folder: Path) -> Path | None:
    """Git's own folder; in a worktree or submodule `.git` is a file that names it."""
    start = folder.resolve()
    for parent in (start, *start.parents):
        git = parent / ".git"
        if git.is_file():
            return parent / git.read_text().removeprefix(_GITDIR).strip()
        if git.exists():
            return git
    return None


def _head_text(git: Path) -> str:
    return (git / "HEAD").read_text().strip()


def _head(git: Path) -> str:
    """The commit that HEAD stands for."""
    head = _head_text(git)
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
