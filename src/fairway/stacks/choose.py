"""Which stack of a project is meant, and where its definition is."""

from __future__ import annotations

import os
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.project.names import name_from
from fairway.project.settings import Project, StackSettings
from fairway.sources.findings import suggest


def defined_stack(project: Project, name: str, source: Path | None) -> tuple[str, Path]:
    """The stack to plan or deploy and its definition: empty `name`, no `source` where nobody said.

    Raises WrongInput where the file declares several and none is named, or none of that name.
    """
    if source is not None:
        return name or _declared_at(project, source) or stack_name(source), source
    if not project.stacks:
        return name or stack_name(Path()), Path()
    if name and name not in project.stacks:
        message = f"{project.file_name} declares no stack {name}"
        raise WrongInput("arguments.stack", message, next=suggest(name, project.stacks) or _name_one(project))
    chosen = name or _only(project)
    return chosen, source_of(project, chosen)


def deployed_stack(project: Project, name: str) -> str:
    """The stack that a command on what is deployed means; it need not be declared any more.

    Raises WrongInput where the file declares several and none is named.
    """
    return name or (_only(project) if project.stacks else stack_name(Path()))


def any_stack(project: Project, name: str, source: Path | None) -> str:
    """A stack's name for what concerns all of them."""
    return name or next(iter(project.stacks), "") or stack_name(source or Path())


def source_of(project: Project, stack: str) -> Path:
    """A stack's definition, as a user here would type it: the project's folder where none is declared."""
    declared = project.stacks.get(stack, StackSettings(stack))
    return Path(os.path.relpath(project.folder / declared.source))


def state_folder(project: Project, source: Path | None) -> Path:
    """Where `.fairway` is: one for all stacks that a file declares, else beside the definition."""
    return project.folder.resolve() if project.stacks else _folder(source or Path())


def stack_name(source: Path) -> str:
    """The source folder's name, in the letters that names of AWS resources allow."""
    return name_from(_folder(source).name)


def _declared_at(project: Project, source: Path) -> str:
    """The only declared stack with that definition."""
    found = [name for name in project.stacks if source_of(project, name).resolve() == source.resolve()]
    return found[0] if len(found) == 1 else ""


def _only(project: Project) -> str:
    if len(project.stacks) == 1:
        return next(iter(project.stacks))
    message = f"{project.file_name} declares {len(project.stacks)} stacks, and this is for one"
    raise WrongInput("arguments.stack", message, next=_name_one(project))


def _name_one(project: Project) -> str:
    return f"name one with --stack: {', '.join(project.stacks)}"


def _folder(source: Path) -> Path:
    resolved = source.resolve()
    return resolved.parent if resolved.is_file() else resolved
