"""Byte-stable zip archives: the same files give the same bytes anywhere, at any time."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from fairway.build.files import File

# The first moment a zip entry can hold; any fixed one would do.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
# Below this the files are stored, not deflated: it costs little to send, saves the time, and makes the
# bytes independent of the zlib at hand (zlib and zlib-ng deflate differently).
_STORED_BELOW = 1_048_576
_LEVEL = 6


def pack(files: Iterable[File], target: Path, base: Path | None = None) -> None:
    """Writes an archive of the files in order of name.

    `base` is an archive whose entries come first as they are, already compressed; a file of the same name
    takes the place of its entry.
    """
    chosen = sorted(files, key=lambda file: file.name)
    if base:
        _start_from(base, target, {file.name for file in chosen})
    small = sum(len(file.data) for file in chosen) < _STORED_BELOW
    method = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "a", method, compresslevel=_LEVEL) as archive:
        for file in chosen:
            archive.writestr(_entry(file.name, file.executable, method), file.data)


def _start_from(base: Path, target: Path, replaced: set[str]) -> None:
    with zipfile.ZipFile(base) as archive:
        kept = [entry for entry in archive.infolist() if entry.filename not in replaced]
        if len(kept) < len(archive.infolist()):
            _repack(archive, kept, target)
            return
    shutil.copyfile(base, target)


def _repack(archive: zipfile.ZipFile, kept: list[zipfile.ZipInfo], target: Path) -> None:
    with zipfile.ZipFile(target, "w", compresslevel=_LEVEL) as smaller:
        for entry in kept:
            executable = bool(entry.external_attr >> 16 & 0o100)
            smaller.writestr(_entry(entry.filename, executable, entry.compress_type), archive.read(entry))


def _entry(name: str, executable: bool, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = _UNIX
    entry.external_attr = (0o100755 if executable else 0o100644) << 16
    entry.compress_type = method
    return entry
