"""Objects in a folder: `<root>/prod/shop/state.json`, replaced whole, and the versions that are kept."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Blob, Conflict, Version

VERSIONED = frozenset({"state.json"})
KEPT = 100
"""Versions of an object that stay."""
PATIENCE, _PAUSE = 30.0, 0.002
"""Seconds to wait for another process that writes the same object, and between two looks."""
ABANDONED = 2 * PATIENCE
"""Seconds after which a file that was to be renamed never will be: who is alive waits no longer than that."""
PRESENT = "present"
"""The version of an object of which no copy is kept: an earlier Fairway, or one that was killed, wrote it."""


class FolderObjects:
    """Fulfils `Objects` in a folder of this machine.

    Beside each object there is a file by whose `flock` writers take turns, and a folder of copies of those
    whose name is in `versioned`. Their names begin with a dot, which no object's does.
    """

    def __init__(self, root: Path, *, versioned: Container[str] = VERSIONED, kept: int = KEPT) -> None:
        self.root = root
        self._versioned = versioned
        self._kept = kept

    @property
    def place(self) -> str:
        return str(self.root)

    def path(self, key: str) -> Path:
        """Where an object is."""
        return self.root / key

    def make_room(self, key: str) -> Path:
        """Where an object is, in a folder that exists by now."""
        self._make_folder(self.path(key).parent)
        return self.path(key)

    def get(self, key: str, *, version: str = "") -> Blob | None:
        path = self.path(key)
        if version and version != PRESENT:
            path = _copies(path) / version
        return _read(path)

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        """As `Objects` has it. Raises Failed (`state.not-written`) where there is no room or no right."""
        path = self.path(key)
        with _told(path):
            self.make_room(key)
            after = Blob(content, _tag(content))
            fresh = _written_aside(path, content, durable=durable)
            try:
                with _turn(path):
                    before = _read(path)
                    _require(before, replacing)
                    if before:
                        self._keep(path, before)
                    os.replace(fresh, path)
                    self._keep(path, after)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
            if durable:
                _sync(path.parent)
        return after.tag

    def append(self, key: str, content: bytes, *, size: int) -> None:
        """As `Appending` has it, for objects without versions. Raises Failed as `put` does."""
        path = self.path(key)
        with _told(path), _turn(path):
            if not path.exists() or path.stat().st_size != size:
                raise Conflict
            with path.open("ab") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        path = self.path(key)
        if not path.parent.is_dir():
            _require(None, replacing)
            return
        with _told(path), _turn(path):
            before = _read(path)
            _require(before, replacing)
            if before:
                self._keep(path, before)
                path.unlink()
                _sync(path.parent)

    def keys(self, prefix: str) -> Sequence[str]:
        start = self.root / prefix.rpartition("/")[0]
        return sorted(key for key in self._below(start) if key.startswith(prefix))

    def versions(self, key: str) -> Sequence[Version]:
        path = self.path(key)
        found = [_version(copy.name, copy) for copy in _kept_copies(path)]
        present = _read(path)
        if present and not (found and _is_copy(found[0].id, present)):
            found.insert(0, _version(PRESENT, path))
        return found

    def _below(self, folder: Path) -> Iterator[str]:
        for parent, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            shown = (name for name in files if not name.startswith("."))
            yield from (Path(parent, name).relative_to(self.root).as_posix() for name in shown)

    def _keep(self, path: Path, blob: Blob) -> None:
        """A copy, not a link: whoever edits the object in place must not change its versions too.

        It is not forced to the disk: that the object itself survives the machine's death is enough.
        """
        if path.name not in self._versioned:
            return
        copies = _copies(path)
        existing = _kept_copies(path)
        if existing and _is_copy(existing[0].name, blob):
            return
        copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = int(existing[0].name.partition("-")[0]) + 1 if existing else 1
        copy = copies / f"{number:09d}-{blob.tag[:16]}"
        os.replace(_written_aside(copy, blob.content, durable=False), copy)
        for old in existing[self._kept - 1 :]:
            old.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        inner = [folder, *folder.parents][: len(folder.relative_to(self.root).parts)]
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in reversed(inner):
            part.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Alone with the object. The file stays: another process may just be waiting on it.

    Raises Failed (`state.unreachable`) when another process keeps it: one that was stopped right here.
    """
    descriptor = os.open(path.with_name(f".{path.name}.turn"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the machine refuses, in words."""
    try:
        yield
    except OSError as error:
        raise Failed(
            "state.not-written",
            "state cannot be written",
            where=str(path),
            why=error.strerror or str(error),
            next="make room or give the rights, then run again: what was made by then is found again",
        ) from error


def _take(descriptor: int, path: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise _kept(path) from None
        time.sleep(_PAUSE)


def _kept(path: Path) -> Failed:
    return Failed(
        "state.unreachable",
        "another process is in the middle of writing the state and does not go on",
        where=str(path),
        why=f"it was waited for {PATIENCE:g} s; it may have been stopped (Ctrl-Z)",
        next="let that process go on (`fg`) or end it, then run the command again",
    )


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(path: Path) -> Blob | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return Blob(content, _tag(content))


def _require(before: Blob | None, replacing: str | None) -> None:
    found = before.tag if before else ABSENT
    if replacing is not None and found != replacing:
        raise Conflict


def _copies(path: Path) -> Path:
    return path.with_name(f".{path.name}.versions")


def _kept_copies(path: Path) -> list[Path]:
    """Newest first; without what a killed process had not finished writing."""
    try:
        names = os.listdir(_copies(path))
    except FileNotFoundError:
        return []
    return [_copies(path) / name for name in sorted(names, reverse=True) if not name.startswith(".")]


def _is_copy(id: str, blob: Blob) -> bool:
    return id.endswith(f"-{blob.tag[:16]}")


def _version(id: str, path: Path) -> Version:
    status = path.stat()
    return Version(id, status.st_mtime, status.st_size)


def _written_aside(path: Path, content: bytes, *, durable: bool) -> Path:
    """The content in a file beside the path, to be renamed to it.

    Written before the turn is taken: a process that is stopped in its turn keeps all others out.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(descriptor)
    _remove_abandoned(path.parent, fresh.stat().st_mtime - ABANDONED)
    return fresh


def _remove_abandoned(folder: Path, before: float) -> None:
    """Remove what killed processes have left of their writes."""
    for left in folder.glob(".*.new"):
        with suppress(FileNotFoundError):  # another writer removes it too
            if left.stat().st_mtime < before:
                left.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
