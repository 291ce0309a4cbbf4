"""What a push asks for, and what is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairway.model.errors import WrongInput
from fairway.project.settings import Project

_HEADS = "refs/heads/"


@dataclass(frozen=True)
class Update:
    """A reference that is to go from a commit to another: all zeros for none (man:githooks, pre-receive)."""

    old: str
    new: str
    name: str

    @property
    def branch(self) -> str:
        """The branch; empty for what is none."""
        return self.name.removeprefix(_HEADS) if self.name.startswith(_HEADS) else ""

    @property
    def deletes(self) -> bool:
        return not self.new.strip("0")

    @property
    def before(self) -> str:
        """The commit that it comes from; empty for what is new."""
        return self.old if self.old.strip("0") else ""


def updates(lines: Iterable[str]) -> tuple[Update, ...]:
    """The updates of a push, as its hook reads them."""
    return tuple(Update(*line.rstrip("\n").split(" ", 2)) for line in lines)


def branch_of(pushed: Sequence[Update]) -> Update | None:
    """The branch that is pushed, where one is.

    Raises WrongInput for several: what is refused of one after another was deployed could not be taken back.
    """
    branches = [each for each in pushed if each.branch and not each.deletes]
    if len(branches) > 1:
        names = ", ".join(each.branch for each in branches)
        raise WrongInput(
            "remote.several", f"this push has several branches: {names}", next="push them one by one"
        )
    return branches[0] if branches else None


def environments_of(project: Project, branch: str) -> tuple[str, ...]:
    """The environments that are deployed from a branch, in the order of the file."""
    return tuple(name for name, each in project.environments.items() if each.branch == branch)


def trial_environment(project: Project) -> str:
    """Where other branches are checked: in the first environment that a branch is deployed to, or nowhere."""
    return next((name for name, each in project.environments.items() if each.branch), "")
