"""The way from a target to its state."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

from fairway.model.errors import WrongInput
from fairway.model.objects import Objects
from fairway.pipeline.interruption import Interruption
from fairway.pipeline.request import Target
from fairway.state.folder import FolderObjects
from fairway.state.lock import Holder, hold
from fairway.state.store import LOCK, Store

BUCKET = "s3://"


def is_bucket(place: str) -> bool:
    """Whether state is kept in a bucket; else it is in a folder."""
    return place.startswith(BUCKET)


def open_store(target: Target, interruption: Interruption | None = None) -> Store:
    """The target's state. Raises WrongInput for a bucket that cannot be one.

    Its calls have a session of their own: they are not among those that a deployment counts.
    """
    return Store(
        _bucket(target, interruption) if is_bucket(target.state) else FolderObjects(Path(target.state))
    )


def _bucket(target: Target, interruption: Interruption | None) -> Objects:
    from fairway.aws.calls import Caller
    from fairway.aws.objects import ANSWER, S3Objects
    from fairway.aws.session import Session

    place = urlsplit(target.state)
    if not place.hostname or place.query or place.fragment:
        raise WrongInput(
            "arguments.state", f"{target.state!r} is not a place for state", next="write s3://BUCKET/PREFIX"
        )
    session = Session(
        region_name=target.state_region or target.region,
        profile=target.profile,
        endpoint=target.endpoint_url,
        local=target.local,
        patience=ANSWER,
    )
    caller = Caller(session, stop=(interruption or Interruption()).event)
    return S3Objects(caller, place.netloc, place.path)


def stack_lock(
    store: Store,
    environment: str,
    stack: str,
    *,
    command: str,
    timeout: float | None = None,
    waiting: Callable[[Holder], None] | None = None,
) -> AbstractContextManager[None]:
    """Hold the stack's lock; `waiting` is told once who holds it. Raises Failed after `timeout` s."""
    if not isinstance(store.objects, FolderObjects):
        return nullcontext()
    path = store.objects.make_room(store.key(environment, stack, LOCK))
    return hold(path, command=command, timeout=timeout, waiting=waiting)
