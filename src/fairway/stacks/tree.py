"""What an environment demands of the working tree before anything goes out from it."""

from __future__ import annotations

from fairway.model.errors import WrongInput
from fairway.project.settings import Project
from fairway.stacks.origin import branch, is_dirty


def require_tree(project: Project, environment: str) -> None:
    """Raises WrongInput for another branch than the environment's, and for changes that are not committed.

    What deploys nothing may come from anywhere: a pull request is planned from its own branch.
    """
    settings, folder = project.environment(environment), project.folder
    if settings.branch and (here := branch(folder)) != settings.branch:
        raise WrongInput(
            "run.branch",
            f"{environment} is deployed from {settings.branch} alone",
            where=settings.location,
            why=f"this is {here}" if here else "nobody can tell which branch this is",
            next=f"merge into {settings.branch} and deploy from there; any branch may be planned",
        )
    if settings.clean_tree and (dirty := is_dirty(folder)) is not False:
        why = "the working tree holds changes that are not committed"
        raise WrongInput(
            "run.dirty-tree",
            f"{environment} is deployed from committed code alone",
            where=settings.location,
            why=why if dirty else "there is no git repository, or no git, to tell what is committed",
            next="commit or stash what `git status` shows, and run it again",
        )
