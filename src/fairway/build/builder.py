"""Builds a definition's assets: each distinct one once, as many at a time as there are workers."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from fairway.build.archive import pack
from fairway.build.cache import Cache, Cached
from fairway.build.faults import Rejected, shown
from fairway.build.handlers import Code, check_handler, code_of
from fairway.build.limits import UNZIPPED_LIMIT, too_big
from fairway.build.processes import Processes, interrupted
from fairway.build.recipe import Recipe, recipe
from fairway.model.errors import Failed, Finding, InvalidDefinition, unusable_file
from fairway.model.events import BuildFinished, BuildStarted, Emit
from fairway.model.turns import one_at_a_time
from fairway.model.values import Artifact, Asset

LOOKS_EVERY = 0.2
"""Seconds between two looks at whether to stop."""
Clock = Callable[[], float]


def asset_key(asset: Asset) -> str:
    """The key under which `build_all` answers: equal for assets that one build serves.

    Address and handler do not count: functions that share a folder share its artifact.
    """
    options = json.dumps(asset.options, sort_keys=True, default=str)
    parts = (asset.kind, asset.path, asset.runtime, asset.architecture, asset.content, options)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def build_all(
    assets: Iterable[Asset],
    cache: Path,
    emit: Emit,
    *,
    clock: Clock,
    workers: int,
    stop: threading.Event | None = None,
) -> Mapping[str, Artifact]:
    """The artifact of every asset, by `asset_key`.

    One asset's failure does not keep the others from being built. Raises InvalidDefinition with everything
    that is wrong with them; Failed when only the surroundings (network, a missing program) are at fault;
    Interrupted when a signal ended the programs that were running, or `stop` was set: signals break into the
    main thread alone, and a stack may be built by another one.
    """
    run = _Run(Cache(cache), Processes(), one_at_a_time(emit), clock)
    run.cache.sweep()
    groups = _groups(assets)
    with ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="build") as pool:
        futures = {key: pool.submit(_build, group, run) for key, group in groups.items()}
        try:
            _wait(futures.values(), stop or threading.Event())
        except BaseException:
            for future in futures.values():
                future.cancel()
            run.processes.stop()
            raise
    _raise_failures(futures.values())
    return {key: future.result() for key, future in futures.items()}


def check_assets(assets: Iterable[Asset]) -> tuple[Finding, ...]:
    """What can be known to be wrong with assets without building them; needs no network."""
    findings: dict[Finding, None] = {}
    for group in _groups(assets).values():
        try:
            made = recipe(group[0])
        except Rejected as rejected:
            findings.update(dict.fromkeys(_placed(rejected.findings, group[0])))
            continue
        found = made.packages.check() if made.packages else ()
        findings.update(dict.fromkeys((*_placed(found, group[0]), *_handlers(group, made))))
    return tuple(findings)


def _wait(futures: Collection[Future[Artifact]], stop: threading.Event) -> None:
    """Until all have ended. Raises Interrupted when that is asked for."""
    while wait(futures, timeout=LOOKS_EVERY).not_done:
        if stop.is_set():
            raise interrupted()


@dataclass(frozen=True)
class _Run:
    cache: Cache
    processes: Processes
    emit: Emit
    clock: Clock


def _groups(assets: Iterable[Asset]) -> Mapping[str, Sequence[Asset]]:
    """Assets by key."""
    groups: dict[str, list[Asset]] = {}
    for asset in assets:
        groups.setdefault(asset_key(asset), []).append(asset)
    return groups


def _build(group: Sequence[Asset], run: _Run) -> Artifact:
    started = run.clock()
    for asset in group:
        run.emit(BuildStarted(started, asset.address))
    try:
        built = _built(group, run)
    except Rejected as rejected:
        raise Rejected(*_placed(rejected.findings, group[0])) from None
    finished, artifact = run.clock(), built.artifact
    for position, asset in enumerate(group):
        cached = built.hit or position > 0  # the first one's build served the others
        run.emit(
            BuildFinished(finished, asset.address, finished - started, cached, artifact.digest, artifact.size)
        )
    return artifact


def _built(group: Sequence[Asset], run: _Run) -> Cached:
    made = recipe(group[0])
    if findings := _handlers(group, made):
        raise Rejected(*findings)
    if made.archive:
        return run.cache.adopt(made.archive)
    built = run.cache.zip(made.key, lambda target: _make(made, target, run))
    if open_questions := [asset for asset in group if _left_open(asset, made)]:
        path = Path(built.artifact.path)
        if findings := _in_archive(open_questions, path):
            raise Rejected(*findings)
    return built


def _make(made: Recipe, target: Path, run: _Run) -> None:
    base = _packages(made, run)
    files = made.bundle.make(made.files, run.cache, run.processes) if made.bundle else made.files
    pack(files, target, base)
    with zipfile.ZipFile(target) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    if sum(sizes.values()) > UNZIPPED_LIMIT:
        raise Rejected(too_big(sizes))


def _packages(made: Recipe, run: _Run) -> Path | None:
    """The archive of an asset's dependencies, kept by itself: a change of the code does not touch it."""
    packages = made.packages
    if packages is None:
        return None

    def install(target: Path) -> None:
        if findings := packages.check():
            raise Rejected(*findings)
        with run.cache.workspace() as work:
            pack(packages.fetch(work, run.processes), target)

    return Path(run.cache.zip(f"packages-{packages.key}", install).artifact.path)


def _handlers(group: Sequence[Asset], made: Recipe) -> tuple[Finding, ...]:
    """What is wrong with handlers, as far as the files at hand tell."""
    if made.bundle:
        return ()
    if made.archive:
        return _in_archive(group, made.archive)
    folder = Path(group[0].path)
    code = code_of(made.files, lambda name: shown(folder / name) if folder.is_dir() else name)
    found = [check_handler(a, code, elsewhere=a.layered or made.packages is not None) for a in group]
    return tuple(finding for findings in found for finding in findings)


def _left_open(asset: Asset, made: Recipe) -> bool:
    """Whether only the finished archive can tell if the handler is there."""
    if made.bundle:
        return True
    return made.packages is not None and bool(check_handler(asset, code_of(made.files)))


def _in_archive(group: Sequence[Asset], path: Path) -> tuple[Finding, ...]:
    with zipfile.ZipFile(path) as archive:
        code = Code(frozenset(archive.namelist()), archive.read)
        found = [check_handler(asset, code, elsewhere=asset.layered) for asset in group]
    return tuple(finding for findings in found for finding in findings)


def _placed(findings: Iterable[Finding], asset: Asset) -> tuple[Finding, ...]:
    """Findings that are about the whole asset point at where the definition names it."""
    return tuple(replace(f, location=f.location or asset.location) for f in findings)


def _raise_failures(futures: Iterable[Future[Artifact]]) -> None:
    errors = [error for future in futures if (error := future.exception())]
    findings = [finding for error in errors if isinstance(error, Rejected) for finding in error.findings]
    failures = [_failed(error) for error in errors if isinstance(error, Failed | OSError)]
    if unexpected := [error for error in errors if not isinstance(error, Rejected | Failed | OSError)]:
        raise unexpected[0]
    if findings:
        findings += [Finding(f.code, f.what, why=f.why, next=f.next) for f in failures]
        raise InvalidDefinition(tuple(dict.fromkeys(findings)))
    if failures:
        raise failures[0]


def _failed(error: Failed | OSError) -> Failed:
    """A disk that is full or a file that vanished is no mistake in the definition."""
    return error if isinstance(error, Failed) else unusable_file(error)
