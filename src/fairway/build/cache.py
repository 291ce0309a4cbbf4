"""The build cache: zips by key, named by their content; every entry appears whole or not at all.

entries/<key>.json   which zip a key was built into; in the name, keys carry the builder's version
zips/<sha256>.zip    the zips
trees/<key>/         installed node_modules, for bundlers that need them on disk
logs/<name>.log      what a program printed that failed last
work/<pid>-…/        what is being built; removed afterwards, or by a later run when its process died
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fairway.model.errors import Failed
from fairway.model.values import Artifact

# Part of every entry's name: a builder that makes something else of the same input must not meet old entries.
BUILDER_VERSION = "1"


@dataclass(frozen=True)
class Cached:
    """A zip of the cache; `hit` says that nothing had to be built for it."""

    artifact: Artifact
    hit: bool


class Cache:
    """Safe for several threads and processes: all that is shared is put in place by one rename."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def zip(self, key: str, make: Callable[[Path], None]) -> Cached:
        """The zip for a key; `make` writes it to the path it is given when the cache does not have it.

        Threads that want the same key wait for the first one's result.
        """
        with self._only(key):
            if found := self._find(key):
                return Cached(found, hit=True)
            with self.workspace() as work:
                made = work / "made.zip"
                make(made)
                artifact = self._store(made)
            self._remember(key, artifact)
            return Cached(artifact, hit=False)

    def adopt(self, archive: Path) -> Cached:
        """A ready archive, copied in, so that what is uploaded is what was hashed."""
        digest = _digest(archive)

        def copy(target: Path) -> None:
            shutil.copyfile(archive, target)
            if _digest(target) != digest:
                raise Failed(
                    "build.changed-meanwhile", f"{archive} changed while it was read", next="run it again"
                )

        return self.zip(f"ready-{digest}", copy)

    def path_of(self, digest: str) -> Path:
        """Where the zip of that digest is, or would be."""
        return self._zip_path(digest)

    def fetched(self, digest: str, fetch: Callable[[], bytes]) -> None:
        """Have the zip of that digest, out of `fetch` where the cache does not hold it."""
        target = self._zip_path(digest)
        if target.exists() and _digest(target) == digest:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.workspace() as work:
            made = work / "fetched.zip"
            made.write_bytes(fetch())
            os.replace(made, target)

    def tree(self, key: str, make: Callable[[Path], None]) -> Path:
        """The folder for a key; `make` fills the empty folder it is given when the cache does not have it."""
        target = self._root / "trees" / f"{BUILDER_VERSION}-{key}"
        with self._only(key):
            if target.is_dir():
                return target
            with self.workspace() as work:
                made = work / "tree"
                made.mkdir()
                make(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                # Another process may have put the same tree there meanwhile.
                with contextlib.suppress(OSError):
                    os.rename(made, target)
        return target

    def log(self, name: str) -> Path:
        """Where what a program printed is kept, for people to read."""
        folder = self._root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    @contextlib.contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder to build in, on the cache's own file system, removed afterwards."""
        area = self._root / "work"
        area.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=area))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Removes what killed builds left behind."""
        with contextlib.suppress(FileNotFoundError):
            for folder in (self._root / "work").iterdir():
                if not _alive(folder.name.partition("-")[0]):
                    shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def _only(self, key: str) -> Iterator[None]:
        with self._lock:
            lock = self._locks[key]
        with lock:
            yield

    def _find(self, key: str) -> Artifact | None:
        """The zip of a key, if it is there and whole.

        A zip is hashed again unless it is the very file that was hashed when it was stored: it is ours, named
        by its content, and never written to again.
        """
        try:
            entry = json.loads(self._entry_path(key).read_bytes())
            digest, size, mtime = str(entry["digest"]), int(entry["size"]), int(entry["mtime_ns"])
            path = self._zip_path(digest)
            status = path.stat()
            if status.st_size != size:
                return None
            if status.st_mtime_ns != mtime:
                if _digest(path) != digest:
                    return None
                self._remember(key, Artifact(digest, str(path), size))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Artifact(digest, str(path), size)

    def _store(self, made: Path) -> Artifact:
        digest = _digest(made)
        target = self._zip_path(digest)
        size = made.stat().st_size
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (target.exists() and _digest(target) == digest):
            os.replace(made, target)
        return Artifact(digest, str(target), size)

    def _remember(self, key: str, artifact: Artifact) -> None:
        target = self._entry_path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        mtime = os.stat(artifact.path).st_mtime_ns
        entry = {"digest": artifact.digest, "size": artifact.size, "mtime_ns": mtime}
        with self.workspace() as work:
            written = work / "entry.json"
            written.write_text(json.dumps(entry))
            os.replace(written, target)

    def _entry_path(self, key: str) -> Path:
        return self._root / "entries" / f"{BUILDER_VERSION}-{key}.json"

    def _zip_path(self, digest: str) -> Path:
        return self._root / "zips" / f"{digest}.zip"


def _digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
