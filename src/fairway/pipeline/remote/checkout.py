"""Puts a pushed commit into a folder where its pipeline runs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.pipeline.remote.repository import Repository
from fairway.project.find import read_project
from fairway.project.settings import FILE, Project
from fairway.stacks.git import asked, git

KEPT = ".fairway"


def check_out(repository: Repository, place: Path, commit: str, branch: str) -> None:
    """Make a folder hold a commit, on its branch, and nothing else but what is in a `.fairway`.

    Raises Failed where git cannot do it, WrongInput for a repository with submodules.
    """
    place.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place / ".git", ignore_errors=True)  # nothing that a killed push has left can be in the way
    git(place, "init", "--quiet", "--template=")
    borrowed = place / ".git" / "objects" / "info" / "alternates"
    borrowed.parent.mkdir(exist_ok=True)
    borrowed.write_text(f"{repository.folder / 'objects'}\n")
    git(place, "checkout", "--quiet", "--force", "-B", branch, commit)
    git(place, "clean", "--quiet", "-ffdx", "--exclude", KEPT)
    if (place / ".gitmodules").exists():
        raise WrongInput(
            "remote.submodules",
            "the repository has submodules, which are not part of what is pushed",
            where=".gitmodules",
            next="deploy it from a CI system, or take their files into the repository",
        )


def project_at(repository: Repository, commit: str, scratch: Path) -> Project:
    """The project's settings in a commit, by way of a file in the folder `scratch`.

    Raises InvalidDefinition as `read_project` does.
    """
    path = os.path.normpath(os.path.join(repository.inside, FILE))
    if not asked(repository.folder, "ls-tree", commit, "--", path):
        return Project()
    file = scratch / FILE
    file.write_bytes(git(repository.folder, "show", f"{commit}:{path}"))
    return read_project(file, path)
