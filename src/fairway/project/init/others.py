"""What a repository has that Fairway does not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from fairway.project.init.facts import Noted
from fairway.project.init.files import Files

_BY_NAME = {
    "cdk.json": "CDK apps are not read yet",
    "serverless.yml": "the Serverless Framework's own language is not read",
    "serverless.yaml": "the Serverless Framework's own language is not read",
    "Pulumi.yaml": "Pulumi programs are not read",
    "Dockerfile": "images of containers are not built yet",
    "docker-compose.yml": "compose files are not read",
    "docker-compose.yaml": "compose files are not read",
    "compose.yaml": "compose files are not read",
    "compose.yml": "compose files are not read",
}
MOST_PLACES = 12
"""Folders that are each given a place; with more the repository is a collection."""
_TERRAFORM = "Terraform files are not read yet"
_TASK = "task definitions of ECS outside of a template are not read yet"


def noted(files: Files) -> Iterator[Noted]:
    """Each such thing once, by its first file, or its folder where it is made of many."""
    for name, why in _BY_NAME.items():
        yield from _together(list(files.named(name)), why)
    yield from _terraform(files)
    tasks = [
        path
        for path in files.paths
        if path.suffix == ".json" and "containerDefinitions" in _start(files, path)
    ]
    yield from _together(tasks, _TASK)


def _terraform(files: Files) -> Iterator[Noted]:
    """The folders that are applied: those below another one, or named for it, are its modules."""
    roots: list[PurePosixPath] = []
    for folder in dict.fromkeys(path.parent for path in files.paths if path.suffix == ".tf"):
        if "modules" not in folder.parts and not any(root in folder.parents for root in roots):
            roots.append(folder)
    if len(roots) > MOST_PLACES:
        yield from _together([root / "*.tf" for root in roots], _TERRAFORM)
        return
    yield from (Noted(str(root / "*.tf"), _TERRAFORM, place=str(root)) for root in roots)


def _start(files: Files, path: PurePosixPath) -> str:
    return files.text(path) if "task" in path.name.lower() else ""


def _together(paths: list[PurePosixPath], why: str) -> Iterator[Noted]:
    if paths:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield Noted(f"{paths[0]}{more}", why)
