"""Function code and layers as folders on disk, unpacked once per content."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterable
from pathlib import Path

from fairway.local.functions.model import Package


class Packages:
    """Unpacked packages under `root`, which is this cloud's alone and is emptied at the start."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        with self._lock:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root.mkdir(parents=True)

    def task_root(self, code: Package) -> Path:
        """The folder that is /var/task."""
        return self._unpacked(f"task-{code.sha256[:32]}", [code])

    def opt(self, layers: tuple[Package, ...]) -> Path | None:
        """The folder that is /opt: the layers unpacked over each other, in order; None without layers."""
        if not layers:
            return None
        key = hashlib.sha256(" ".join(layer.sha256 for layer in layers).encode()).hexdigest()
        return self._unpacked(f"opt-{key[:32]}", layers)

    def _unpacked(self, name: str, packages: Iterable[Package]) -> Path:
        target = self._root / name
        with self._lock:
            if not target.exists():
                # renamed when complete, so that a killed daemon leaves no half folder under a good name
                folder = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=self._root))
                for package in packages:
                    unpack(package.content, folder)
                folder.rename(target)
        return target


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a zip with its permission bits (`extractall` drops them). Raises zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            path = archive.extract(entry, folder)
            mode = entry.external_attr >> 16 & 0o777
            if mode and not entry.is_dir():
                os.chmod(path, mode | 0o400)
