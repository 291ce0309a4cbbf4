"""What an environment demands of the working tree before anything is deployed from it."""

from __future__ import annotations

from fairway.model.errors import WrongInput
from fairway.pipeline.delivery import Delivery
from fairway.project.settings import LOCAL
from fairway.stacks.origin import branch, is_dirty


def require_tree(delivery: Delivery) -> None:
    """Raises WrongInput for another branch than the environment's, and for changes that are not committed.

    What deploys nothing may come from anywhere: a pull request is planned from its own branch. So may what is
    deployed to the local cloud, which is nobody else's: its branch says only which pushes go there.
    """
    if "apply" not in delivery.stages:
        return
    settings, folder = delivery.settings, delivery.project.folder
    shared = delivery.environment != LOCAL
    if shared and settings.branch and (here := branch(folder)) != settings.branch:
        raise WrongInput(
            "run.branch",
            f"{delivery.environment} is deployed from {settings.branch} alone",
            where=settings.location,
            why=f"this is {here}" if here else "nobody can tell which branch this is",
            next=f"merge into {settings.branch} and run it there; `--to plan` works from any branch",
        )
    if settings.clean_tree and is_dirty(folder) is not False:
        raise WrongInput(
            "run.dirty-tree",
            f"{delivery.environment} is deployed from committed code alone",
            where=settings.location,
            why="the working tree holds changes that are not committed, or is no git repository",
            next="commit or stash them, and run it again",
        )
