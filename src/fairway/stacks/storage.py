"""The way from a target to its state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fairway.model.errors import WrongInput
from fairway.model.objects import Objects
from fairway.project.bucket_names import misnamed
from fairway.project.settings import BUCKET, bucket_of
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.state.folder import FolderObjects
from fairway.state.lease import Place
from fairway.state.store import LEASE, Store

if TYPE_CHECKING:
    from fairway.aws.calls import Caller


def is_bucket(place: str) -> bool:
    """Whether state is kept in a bucket; else it is in a folder."""
    return place.startswith(BUCKET)


def require_place(place: str) -> None:
    """Raises WrongInput for a bucket that cannot be one."""
    if is_bucket(place) and (why := misnamed(bucket_of(place))):
        raise WrongInput(
            "arguments.state", f"{place!r} is not a place for state", why=why, next="write s3://BUCKET/PREFIX"
        )


def open_store(target: Target, interruption: Interruption | None = None) -> Store:
    """The target's state, at a place that `require_place` has let pass.

    Its calls have a session of their own: they are not among those that a deployment counts.
    """
    return Store(
        _bucket(target, interruption) if is_bucket(target.state) else FolderObjects(Path(target.state))
    )


def _bucket(target: Target, interruption: Interruption | None) -> Objects:
    from fairway.aws.objects import S3Objects

    bucket, _, prefix = target.state.removeprefix(BUCKET).partition("/")
    return S3Objects(_caller(target, interruption), bucket, prefix)


def _caller(target: Target, interruption: Interruption | None) -> Caller:
    from fairway.aws.calls import Caller
    from fairway.aws.objects import ANSWER
    from fairway.aws.session import Session

    session = Session(
        region_name=target.state_region or target.region,
        profile=target.profile,
        endpoint=target.endpoint_url,
        local=target.local,
        patience=ANSWER,
    )
    return Caller(target.sessions.joined(session), stop=(interruption or Interruption()).event)


def lease_place(target: Target, store: Store, interruption: Interruption | None = None) -> Place:
    """Where the stack's lease is kept: beside its state, or in the lock table where there is one."""
    key = store.key(target.environment, target.stack, LEASE)
    if not target.lock_table:
        return Place(store.objects, key)
    from fairway.aws.lock_table import LockTable

    return Place(LockTable(_caller(target, interruption), target.lock_table, store.place), key)
