"""What an environment demands of the working tree before anything goes out from it."""

from __future__ import annotations

from fairway.model.errors import WrongInput
from fairway.project.settings import LOCAL, Project
from fairway.stacks.origin import branch, is_dirty

_NO_BRANCH = "a commit is checked out and no branch, or there is no git repository"
_NO_GIT = "`git status` does not answer here: there is no git repository, or no git"
_ELSE = "a plan may be made from anywhere"


def require_tree(project: Project, environment: str) -> None:
    """Raises WrongInput for another branch than the environment's, and for changes that are not committed.

    What deploys nothing may come from anywhere: a pull request is planned from its own branch. So may what is
    deployed to the local cloud, which is nobody else's: its branch says only which pushes go there.
    """
    _require_branch(project, environment)
    _require_committed(project, environment)


def _require_branch(project: Project, environment: str) -> None:
    settings = project.environment(environment)
    if not settings.branch or environment == LOCAL:
        return
    if (here := branch(project.folder)) == settings.branch:
        return
    raise WrongInput(
        "run.branch",
        f"{environment} is deployed from {settings.branch} alone",
        where=settings.location,
        why=f"this is {here}" if here else _NO_BRANCH,
        next=f"{'merge into' if here else 'check out'} {settings.branch} and run it there; {_ELSE}",
    )


def _require_committed(project: Project, environment: str) -> None:
    settings = project.environment(environment)
    if not settings.clean_tree or (dirty := is_dirty(project.folder)) is False:
        return
    raise WrongInput(
        "run.dirty-tree",
        f"{environment} is deployed from committed code alone",
        where=settings.location,
        why="the working tree holds changes that are not committed" if dirty else _NO_GIT,
        next=f"{'commit or stash them' if dirty else 'run it in a clone'}; {_ELSE}",
    )
