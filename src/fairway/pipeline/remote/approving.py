"""A push that waits for an approval is approved in the checkout that it was planned in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.pipeline.remote.queue import PAUSE, telling, turn
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
    who = f"an approval, by {origin(place).who}"
    wait = telling(environment, told, lambda: sleep(PAUSE))
    with turn(repository.queue(environment), who, wait):
        yield repository.project(place)
