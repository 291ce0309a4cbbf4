"""The repository that is pushed to, with all that belongs to it.

hooks/                     ours: they hand every push to `fairway remote hook`
environments/NAME/         the checkout that an environment is deployed from; `.fairway` in it stays
state/                     the state of environments that keep it in a folder, theirs and the pusher's
queue/NAME/                the pushes that wait for an environment
trials/                    checkouts of other branches, as long as their tests run
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from fairway.model.errors import Failed, WrongInput
from fairway.stacks.git import asked, config, git

HOOKS = ("pre-receive", "proc-receive")
_OURS = "# Written by `fairway remote add`, and written anew by it."
_ELSEWHERE = "choose another place with --path"
_FOLDER = "fairway.folder"
_HELD = "refs/environments"


@dataclass(frozen=True)
class Repository:
    """A bare repository. `inside` is the project's folder in what is checked out."""

    folder: Path
    inside: str

    def checkout(self, environment: str) -> Path:
        """What an environment is deployed from."""
        return self.folder / "environments" / environment

    def project(self, checkout: Path) -> Path:
        """The project's folder in a checkout."""
        return checkout / self.inside

    def queue(self, environment: str) -> Path:
        """Where pushes to an environment wait."""
        return self.folder / "queue" / environment

    @property
    def state(self) -> Path:
        """Where all that is deployed from here keeps its state, if that is in a folder."""
        return self.folder / "state"

    @property
    def trials(self) -> Path:
        return self.folder / "trials"

    def tip(self, branch: str) -> str:
        """The commit of a branch; empty where there is no such branch."""
        return asked(self.folder, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def move(self, branch: str, before: str, commit: str) -> None:
        """Let a branch be at a commit. Raises Failed where it is not at `before`, which is empty for none."""
        git(self.folder, "update-ref", f"refs/heads/{branch}", commit, before)

    def hold(self, environment: str, commit: str) -> None:
        """Keep git from removing a commit that is in an environment's checkout, on a branch or not."""
        git(self.folder, "update-ref", f"{_HELD}/{environment}", commit)

    def contains(self, commit: str, earlier: str) -> bool:
        """Whether a commit comes after an earlier one, or is that."""
        return asked(self.folder, "merge-base", "--all", commit, earlier).split() == [earlier]

    @property
    def environments(self) -> tuple[str, ...]:
        """Those that something was checked out for."""
        places = self.folder.glob("environments/*/.git")
        return tuple(sorted(place.parent.name for place in places))


def open_repository(folder: Path) -> Repository:
    """The repository that was made at a folder. Raises WrongInput where there is none of ours."""
    hook = folder / "hooks" / HOOKS[0]
    if hook.is_file() and _OURS in hook.read_text():
        return Repository(folder.resolve(), config(folder, _FOLDER))
    raise WrongInput(
        "remote.not-ours",
        "this is no repository that runs the pipeline",
        where=str(folder),
        next="make one: fairway remote add",
    )


def make_repository(folder: Path, inside: str, home: Path, branch: str) -> Repository:
    """Make it, its main branch called `branch`, or bring it up to date; what was pushed and deployed stays.

    Raises WrongInput for a folder that holds something else.
    """
    _refuse_others(folder)
    if not (folder / "HEAD").exists():
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}")
    hooks = folder.resolve() / "hooks"
    settings = {
        _FOLDER: inside,
        "core.hooksPath": str(hooks),  # whatever the user's own settings say
        "receive.procReceiveRefs": "am:refs/heads",  # branches that are added or modified
        "transfer.hideRefs": _HELD,
    }
    for key, value in settings.items():
        git(folder, "config", key, value)
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        (hooks / name).write_text(_hook(name, home))
        (hooks / name).chmod(0o755)
    return Repository(folder.resolve(), inside)


def _refuse_others(folder: Path) -> None:
    hooks = [hook for name in HOOKS if (hook := folder / "hooks" / name).exists()]
    if others := [hook for hook in hooks if _OURS not in hook.read_text()]:
        what = "the repository has a hook of its own"
        raise WrongInput("remote.hook", what, where=str(others[0]), next=_ELSEWHERE)
    if not (folder / "HEAD").exists() and folder.exists() and any(folder.iterdir()):
        raise WrongInput("remote.occupied", "the folder is not empty", where=str(folder), next=_ELSEWHERE)


def _hook(name: str, home: Path) -> str:
    """With -P nothing that lies in the repository can be taken for a module."""
    place, python = shlex.quote(str(home.resolve())), shlex.quote(sys.executable)
    return f"#!/bin/sh\n{_OURS}\nFAIRWAY_HOME={place} exec {python} -P -m fairway remote hook {name}\n"


def url_of(working: Path, name: str) -> str:
    """Where a git remote of a working repository leads; empty where there is none of that name."""
    return config(working, f"remote.{name}.url")


def add_remote(working: Path, name: str, repository: Repository) -> bool:
    """Make the repository a remote; False where it is one already. Raises WrongInput for a taken name."""
    url, wanted = url_of(working, name), str(repository.folder)
    if url == wanted:
        return False
    if url:
        raise WrongInput(
            "remote.taken",
            f"the git remote {name} leads somewhere else",
            why=url,
            next="give another name: fairway remote add NAME",
        )
    try:
        git(working, "remote", "add", name, wanted)
    except Failed as error:
        raise WrongInput(
            "remote.name", f"{name!r} cannot be the name of a git remote", why=error.why
        ) from None
    return True
