"""The files of a repository as git has them: those of its working tree, and those of some commits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fairway.stacks.git import asked, git, outside_of_hooks


@dataclass(frozen=True)
class Blob:
    """One content of a file: `path` from its folder, `size` in bytes.

    `commit` is what brought it, empty for one that is in the working tree.
    """

    path: str
    size: int
    read: Callable[[], bytes]
    commit: Callable[[], str] = str


def tracked(folder: Path) -> Iterator[Blob]:
    """The files that git tracks or is about to, as they are in the working tree now."""
    for name in filter(None, git(folder, "ls-files", "-z").split(b"\0")):
        path = folder / os.fsdecode(name)
        if path.is_file() and not path.is_symlink():
            yield Blob(os.fsdecode(name), path.stat().st_size, path.read_bytes)


def unpushed(folder: Path) -> Iterator[Blob]:
    """What commits hold that no remote has, as far as is known here; nothing where there is no remote."""
    known = asked(folder, "for-each-ref", "--count=1", "refs/remotes")
    head = asked(folder, "for-each-ref", "--count=1", "refs/heads")
    if known and head:
        yield from committed(folder, ("HEAD", "--not", "--remotes"))


def committed(
    folder: Path, commits: Sequence[str], environ: Mapping[str, str] | None = None
) -> Iterator[Blob]:
    """Every content that some commits hold and others do not, as `git rev-list` is told of them.

    Those of the oldest commit come first.     A blob is read as long as the next one has not been asked for.
    """
    listed = git(folder, "rev-list", "--objects", "--reverse", *commits, environ=environ)
    form = "--batch-check=%(objecttype) %(objectname) %(objectsize) %(rest)"
    lines = git(folder, "cat-file", form, given=listed, environ=environ).splitlines()
    with subprocess.Popen(
        ["git", "cat-file", "--batch"],
        cwd=folder,
        env=outside_of_hooks() if environ is None else environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        for line in lines:
            kind, name, size, path = os.fsdecode(line).split(" ", 3)
            if kind == "blob":
                commit = partial(_brought_by, folder, name, commits, environ)
                yield Blob(path, int(size), partial(_content, reader, name), commit)


def _content(reader: subprocess.Popen[bytes], name: str) -> bytes:
    """The answer is a line with the size, the content, and a line end (man:git-cat-file, batch output)."""
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write(name.encode() + b"\n")
    reader.stdin.flush()
    size = int(reader.stdout.readline().rsplit(b" ", 1)[1])
    return reader.stdout.read(size + 1)[:-1]


def _brought_by(folder: Path, name: str, commits: Sequence[str], environ: Mapping[str, str] | None) -> str:
    found = asked(folder, "log", "--format=%h", f"--find-object={name}", *commits, environ=environ)
    return found.splitlines()[-1] if found else ""
