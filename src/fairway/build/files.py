"""Reads the files that go into an artifact, once: what is hashed is what is packed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from fairway.build.faults import Rejected, shown
from fairway.build.limits import UNZIPPED_LIMIT, too_big
from fairway.model.errors import Finding

Skip = Callable[[os.DirEntry[str]], bool]

_NEVER_CODE = frozenset({
    ".git", ".hg", ".svn", ".bzr", ".fairway", ".aws-sam", ".terraform", ".idea", ".vscode", ".DS_Store",
    "Thumbs.db", ".npmrc", "__pycache__", ".venv", ".tox", ".nox", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", ".hypothesis", ".coverage",
})  # fmt: skip
_COMPILED = (".pyc", ".pyo")


@dataclass(frozen=True, slots=True)
class File:
    """A file of an artifact; `name` is its path inside it, with `/`."""

    name: str
    data: bytes = field(repr=False)
    executable: bool = False

    def under(self, prefix: str) -> File:
        """The same file below a folder (`python/`)."""
        return replace(self, name=prefix + self.name) if prefix else self


def content_key(files: Iterable[File]) -> str:
    """A hash of names, modes and contents, whatever the order of the files."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        head = f"{file.name}\0{int(file.executable)}\0{len(file.data)}\0"
        digest.update(head.encode() + file.data)
    return digest.hexdigest()


def read_sources(
    folder: Path,
    *,
    without_node_modules: bool = False,
    besides: Skip = lambda _: False,
    limit: int = UNZIPPED_LIMIT,
) -> tuple[File, ...]:
    """A folder of the user's code, without what is never code (see `docs/building.md`) and what is `besides`.

    Raises Rejected with every file that cannot be read or named, and when the folder is over the limit.
    """

    def skip(entry: os.DirEntry[str]) -> bool:
        if entry.name in _NEVER_CODE or entry.name.endswith(_COMPILED) or besides(entry):
            return True
        if without_node_modules and entry.name == "node_modules":
            return True
        return entry.is_dir() and os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))

    return read_tree(folder, skip, limit=limit)


def skip_compiled(entry: os.DirEntry[str]) -> bool:
    """Leaves out Python's bytecode, which holds times and paths."""
    return entry.name == "__pycache__" or entry.name.endswith(_COMPILED)


def read_tree(folder: Path, skip: Skip, *, limit: int = UNZIPPED_LIMIT) -> tuple[File, ...]:
    """Every file below a folder in order of name, links followed: an archive travels without their targets.

    Raises Rejected with every file that cannot be read or named, or when they exceed `limit` bytes.
    """
    findings: list[Finding] = []
    found = sorted(_walk(folder, "", skip, (os.path.realpath(folder),), findings))
    sizes = {name: os.stat(path).st_size for name, path in found}
    if sum(sizes.values()) > limit:
        findings.append(too_big(sizes, limit))
    files = [] if findings else [_read(name, path, findings) for name, path in found]
    if findings:
        raise Rejected(*findings)
    return tuple(file for file in files if file)


def _walk(
    folder: str | Path, prefix: str, skip: Skip, above: tuple[str, ...], findings: list[Finding]
) -> Iterator[tuple[str, str]]:
    """Name and path of each file; `above` are the real folders being walked, to see a link's circle."""
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        findings.append(_unreadable(str(folder), error))
        return
    for entry in entries:
        if skip(entry):
            continue
        name = prefix + entry.name
        if problem := _problem(entry, name, above):
            findings.append(problem)
        elif entry.is_dir():
            real = os.path.realpath(entry.path)
            yield from _walk(entry.path, f"{name}/", skip, (*above, real), findings)
        else:
            yield name, entry.path


def _problem(entry: os.DirEntry[str], name: str, above: tuple[str, ...]) -> Finding | None:
    """Why an entry cannot go into an archive, if it cannot."""
    where = shown(Path(entry.path))
    try:
        name.encode()
    except UnicodeEncodeError:
        return Finding(
            "build.file-name", f"the file name {os.fsencode(where)!r} is not UTF-8", next="rename the file"
        )
    if entry.is_symlink() and not os.path.exists(entry.path):
        return Finding(
            "build.broken-link",
            f"{where} is a link to {os.readlink(entry.path)}, which does not exist",
            next="remove the link or restore its target",
        )
    if entry.is_dir():
        if entry.is_symlink() and os.path.realpath(entry.path) in above:
            return Finding(
                "build.link-circle", f"{where} links to a folder that holds it", next="remove the link"
            )
        return None
    if not entry.is_file():
        return Finding(
            "build.special-file", f"{where} is neither a file nor a folder", next="move it out of the code"
        )
    return None


def read_file(path: Path) -> File:
    """A single file of the user's. Raises Rejected when it cannot be read."""
    findings: list[Finding] = []
    file = _read(path.name, str(path), findings)
    if file is None:
        raise Rejected(*findings)
    return file


def _read(name: str, path: str, findings: list[Finding]) -> File | None:
    try:
        with open(path, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            return File(name, stream.read(), bool(mode & stat.S_IXUSR))
    except OSError as error:
        findings.append(_unreadable(path, error))
        return None


def _unreadable(path: str, error: OSError) -> Finding:
    return Finding(
        "build.unreadable",
        f"{shown(Path(path))} cannot be read",
        why=error.strerror or str(error),
        next="give yourself the right to read it, or move it out of the code",
    )


def write_tree(files: Iterable[File], folder: Path) -> None:
    """Lays files down in a folder of ours."""
    for file in files:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        target.chmod(0o755 if file.executable else 0o644)
