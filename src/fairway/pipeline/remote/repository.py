"""The repository that is pushed to, with all that belongs to it.

hooks/pre-receive          ours: hands every push to `fairway remote receive`
environments/NAME/         the checkout that an environment is deployed from; `.fairway` in it stays
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

HOOK = "hooks/pre-receive"
_OURS = "# Written by `fairway remote add`, and written anew by it."
_FOLDER = "fairway.folder"


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
    def trials(self) -> Path:
        return self.folder / "trials"

    def tip(self, branch: str) -> str:
        """The commit of a branch; empty where there is no such branch."""
        return asked(self.folder, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def has_moved(self, note: str) -> bool:
        """Whether a branch is where a `BRANCH COMMIT` says."""
        branch, _, commit = note.rpartition(" ")
        return self.tip(branch) == commit

    @property
    def environments(self) -> tuple[str, ...]:
        """Those that something was checked out for."""
        places = self.folder.glob("environments/*/.git")
        return tuple(sorted(place.parent.name for place in places))


def open_repository(folder: Path) -> Repository:
    """The repository that was made at a folder. Raises WrongInput where there is none of ours."""
    hook = folder / HOOK
    if hook.is_file() and _OURS in hook.read_text():
        return Repository(folder.resolve(), config(folder, _FOLDER))
    raise WrongInput(
        "remote.not-ours",
        "this is no repository that runs the pipeline",
        where=str(folder),
        next="make one: fairway remote add",
    )


def make_repository(folder: Path, inside: str, home: Path) -> Repository:
    """Make it, or bring its hook up to date; what was pushed and deployed stays.

    Raises WrongInput for a folder that holds something else.
    """
    hook = folder / HOOK
    if hook.exists() and _OURS not in hook.read_text():
        raise WrongInput(
            "remote.hook", "the repository has a hook of its own", where=str(hook), next=_ELSEWHERE
        )
    if not (folder / "HEAD").exists():
        if folder.exists() and any(folder.iterdir()):
            raise WrongInput("remote.occupied", "the folder is not empty", where=str(folder), next=_ELSEWHERE)
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--bare", "--template=")
    _configure(folder, inside)
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_hook(home))
    hook.chmod(0o755)
    return Repository(folder.resolve(), inside)


_ELSEWHERE = "choose another place with --path"


def _configure(folder: Path, inside: str) -> None:
    settings = {
        _FOLDER: inside,
        "core.hooksPath": str(folder.resolve() / "hooks"),  # whatever the user's own settings say
        "gc.pruneExpire": "never",  # the checkouts borrow its objects
    }
    for key, value in settings.items():
        git(folder, "config", key, value)


def _hook(home: Path) -> str:
    """With -P nothing that lies in the repository can be taken for a module."""
    place, python = shlex.quote(str(home.resolve())), shlex.quote(sys.executable)
    return f"#!/bin/sh\n{_OURS}\nFAIRWAY_HOME={place} exec {python} -P -m fairway remote receive\n"


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
