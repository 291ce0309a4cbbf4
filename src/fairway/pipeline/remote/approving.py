"""A push that waits for an approval is approved in the checkout that it was planned in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.pipeline.remote.queue import PAUSE, turn
from fairway.pipeline.remote.repository import Repository
from fairway.stacks.origin import origin


@contextmanager
def approving(
    repository: Repository, environment: str, told: Callable[[str], None], sleep: Callable[[float], None]
) -> Iterator[Path]:
    """The project's folder in the environment's checkout, as long as no push has its turn there.

    Raises WrongInput where nothing was pushed to the environment.
    """
    if environment not in repository.environments:
        raise WrongInput(
            "remote.nothing-pushed",
            f"nothing was pushed to {environment} here",
            next=f"there is {', '.join(repository.environments) or 'nothing yet'}",
        )
    place = repository.checkout(environment)
    waited: set[str] = set()

    def wait(other: str) -> None:
        if other not in waited:
            waited.add(other)
            told(f"waiting for another push to {environment}: {other}")
        sleep(PAUSE)

    who = f"an approval, by {origin(place).who}"
    with turn(repository.queue(environment), who, wait, repository.has_moved):
        yield repository.project(place)
