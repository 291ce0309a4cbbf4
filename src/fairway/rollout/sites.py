"""Publishes a site: what differs is uploaded, what changed is invalidated, and what is there is proved."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from fairway.aws.calls import Caller
from fairway.model.deployment import KEPT
from fairway.model.errors import Failed
from fairway.model.events import Emit, SitePublished
from fairway.model.site import Release, Served, SiteObject, SiteState
from fairway.model.values import Artifact
from fairway.rollout.edge import forget, routes_of
from fairway.rollout.objects import Bucket
from fairway.rollout.publication import Publication, invalidated, publication
from fairway.rollout.web import cache_control, content_type
from fairway.state.artifacts import KeptArtifacts
from fairway.state.sites import SiteFile

UPLOADERS = 16
Etags = Mapping[str, str]


@dataclass(frozen=True)
class Destination:
    """Where a site is published: `distribution` is an id, empty where there is none.

    `immutable` as in `fairway.project.settings.SiteSettings`. With `settled` a publication is over when every
    edge has forgotten what was there before.
    """

    site: str
    bucket: str
    distribution: str = ""
    immutable: tuple[str, ...] = ()
    settled: bool = False


@dataclass(frozen=True)
class Shelf:
    """Where what is known of the site is kept, and its releases' artifacts."""

    file: SiteFile
    artifacts: KeptArtifacts


def publish(
    where: Destination,
    artifact: Artifact,
    caller: Caller,
    shelf: Shelf,
    emit: Emit,
    *,
    clock: Callable[[], float],
    commit: str = "",
) -> SitePublished:
    """Bring the bucket to the artifact's files, and the distribution to forget what was there before.

    Whoever calls it holds the site's lease. Nothing is written where nothing differs. Raises Failed
    (`verify.stale`) when the bucket does not hold the files afterwards.
    """
    began = clock()
    work = _Work(where, artifact, _files(artifact, where), Bucket(caller, where.bucket), shelf)
    known = _known(shelf.file.load(), where)
    todo = publication(artifact.digest, work.files, known, work.bucket.etags())
    stale = tuple(dict.fromkeys([*known.stale, *_stale(todo, where, caller)]))
    intended = _intended(known, todo, work.files, Release(todo.number, artifact.digest, began, commit), stale)
    settled = True
    if todo.uploads or todo.removals or stale or intended != known:
        settled = _carry_out(todo, intended, work, reference=f"{artifact.digest[:16]}-{began:.3f}")
    event = _event(work, todo, stale, settled, clock() - began, at=clock())
    emit(event)
    return event


def withdraw(
    where: Destination, caller: Caller, shelf: Shelf, emit: Emit, *, clock: Callable[[], float]
) -> SitePublished:
    """Take all that was published of the site away, its releases too. What others put there stays.

    Whoever calls it holds the site's lease.
    """
    began = clock()
    known, bucket = _known(shelf.file.load(), where), Bucket(caller, where.bucket)
    live = bucket.etags()
    keys = tuple(key for key in sorted(known.objects) if key in live)
    stale = invalidated(keys, routes_of(caller, where.distribution)) if keys and where.distribution else ()
    bucket.remove(keys)
    reference = f"withdrawn-{began:.3f}"
    settled = not stale or forget(caller, where.distribution, stale, reference, settled=where.settled)
    nothing = SiteState(where.bucket, where.distribution)
    shelf.file.save(nothing)
    _tidy(shelf, nothing)
    event = SitePublished(
        clock(), site=where.site, bucket=where.bucket, distribution=where.distribution, release=0, digest="",
        uploaded=0, removed=len(keys), unchanged=0, size=0, invalidated=stale, settled=settled,
        seconds=clock() - began,
    )  # fmt: skip
    emit(event)
    return event


@dataclass(frozen=True)
class _Work:
    """What every step of a publication works with; `files` are how the artifact's are to be served."""

    where: Destination
    artifact: Artifact
    files: Mapping[str, Served]
    bucket: Bucket
    shelf: Shelf


def _carry_out(todo: Publication, intended: SiteState, work: _Work, *, reference: str) -> bool:
    """Whether every edge has forgotten by its end."""
    where, shelf, settled = work.where, work.shelf, True
    _keep(work.artifact, shelf)
    shelf.file.save(intended)
    put = _upload(todo, work)
    if intended.stale:
        caller = work.bucket.caller
        settled = forget(caller, where.distribution, intended.stale, reference, settled=where.settled)
    work.bucket.remove(todo.removals)
    _prove({**{key: held.etag for key, held in todo.kept.items()}, **put}, work)
    shelf.file.save(_reached(intended, todo, put))
    _tidy(shelf, intended)
    return settled


def _known(state: SiteState, where: Destination) -> SiteState:
    """What is known of this bucket and this distribution: nothing where they are others now."""
    objects = state.objects if state.bucket == where.bucket else {}
    stale = state.stale if state.distribution == where.distribution else ()
    return replace(state, bucket=where.bucket, distribution=where.distribution, objects=objects, stale=stale)


def _files(artifact: Artifact, where: Destination) -> Mapping[str, Served]:
    with zipfile.ZipFile(artifact.path) as archive:
        return {name: _served(name, archive.read(name), where) for name in archive.namelist()}


def _served(name: str, content: bytes, where: Destination) -> Served:
    digest = hashlib.sha256(content).hexdigest()
    return Served(digest, content_type(name), cache_control(name, where.immutable))


def _stale(todo: Publication, where: Destination, caller: Caller) -> Sequence[str]:
    if not (todo.changed and where.distribution):
        return ()
    return invalidated(todo.changed, routes_of(caller, where.distribution))


def _intended(
    known: SiteState,
    todo: Publication,
    files: Mapping[str, Served],
    release: Release,
    stale: tuple[str, ...],
) -> SiteState:
    """What is written before anything is done: what is ours from then on, and what has to be forgotten.

    Whoever comes after a publication that was cut off finds in it what is left to do.
    """
    releases = known.releases
    if not releases or releases[-1].number != release.number:
        releases = (*releases, release)[-KEPT:]
    coming = {key: SiteObject(files[key], "", todo.number) for key in todo.uploads}
    gone = {key: held for key, held in known.objects.items() if key in todo.removals}
    return replace(known, releases=releases, objects={**todo.kept, **gone, **coming}, stale=stale)


def _reached(intended: SiteState, todo: Publication, put: Etags) -> SiteState:
    """What is written when all is done."""
    there = {key: held for key, held in intended.objects.items() if key not in todo.removals}
    return replace(
        intended,
        objects={key: replace(held, etag=put.get(key, held.etag)) for key, held in there.items()},
        stale=(),
    )


def _upload(todo: Publication, work: _Work) -> Etags:
    """The ETags of what was uploaded. No page goes up before all that it may lead to."""
    found: dict[str, str] = {}
    with zipfile.ZipFile(work.artifact.path) as archive, ThreadPoolExecutor(UPLOADERS, "uploads") as pool:

        def put(key: str) -> str:
            return work.bucket.put(key, archive.read(key), work.files[key])

        for keys in (todo.assets, todo.pages):
            found |= zip(keys, pool.map(put, keys), strict=True)
    return found


def _prove(wanted: Etags, work: _Work) -> None:
    """S3 took each content by its digest; its ETag tells that it is still that one which is there."""
    live = work.bucket.etags()
    odd = sorted(key for key, etag in wanted.items() if live.get(key) != etag)
    if odd:
        raise Failed(
            "verify.stale",
            f"{len(odd)} files of the site {work.where.site} are not what was published, {odd[0]} among them",
            why="something else writes to its bucket",
            next="publish again; if it stays, find out what writes there",
        )


def _keep(artifact: Artifact, shelf: Shelf) -> None:
    if artifact.digest not in shelf.artifacts.digests():
        shelf.artifacts.put(artifact.digest, Path(artifact.path).read_bytes())


def _tidy(shelf: Shelf, state: SiteState) -> None:
    """Artifacts of releases that are not kept any more go."""
    for digest in shelf.artifacts.digests() - {release.digest for release in state.releases}:
        shelf.artifacts.remove(digest)


def _event(
    work: _Work, todo: Publication, stale: tuple[str, ...], settled: bool, seconds: float, *, at: float
) -> SitePublished:
    return SitePublished(
        at,
        site=work.where.site,
        bucket=work.where.bucket,
        distribution=work.where.distribution,
        release=todo.number,
        digest=work.artifact.digest,
        uploaded=len(todo.uploads),
        removed=len(todo.removals),
        unchanged=len(work.files) - len(todo.uploads),
        size=_size(work.artifact, todo.uploads),
        invalidated=stale,
        settled=settled,
        seconds=seconds,
    )


def _size(artifact: Artifact, keys: Sequence[str]) -> int:
    """Bytes that were uploaded."""
    with zipfile.ZipFile(artifact.path) as archive:
        return sum(archive.getinfo(key).file_size for key in keys)
