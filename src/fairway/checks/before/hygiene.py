"""What must not get into a repository: secrets, and files that are too large for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from fairway.checks.before.blobs import Blob, committed, tracked, unpushed
from fairway.checks.before.leaks import BASELINE, is_environment, known_hashes, leaks
from fairway.checks.outcome import Outcome, failed, passed, skipped, warned
from fairway.checks.subject import Subject
from fairway.model.errors import Failed
from fairway.stacks.git import asked

MEGABYTE = 1_000_000
LARGE, TOO_LARGE = 10 * MEGABYTE, 50 * MEGABYTE
"""Bytes from which a file is warned of, and from which it is refused: hosts of git do it alike."""
_BINARY_HEAD = 8000
"""git itself takes a file for binary where these first bytes hold a zero (man:gitattributes, text)."""
_KEY_STORES = frozenset({".p12", ".pfx", ".jks", ".keystore"})
_NAMED = 5
_TAKE_OUT = "take it out of the commits that are not pushed yet (git commit --amend, git rebase -i)"
_ALLOW = (
    "; replace a secret that somebody may have seen; what is none is allowed by a comment `pragma: allowlist "
    f"secret` in its line, or by {BASELINE}"
)


@dataclass(frozen=True)
class _Trouble:
    """Something that should not be there, and the commit that brought it; `worst` ends the run."""

    what: str
    worst: bool
    commit: str
    is_leak: bool

    def __str__(self) -> str:
        return f"{self.what} (in commit {self.commit})" if self.commit else self.what


def check(subject: Subject) -> Outcome:
    """Look at the tracked files, and at what commits hold that no remote has."""
    try:
        top = Path(asked(subject.folder, "rev-parse", "--show-toplevel"))
    except Failed:
        return skipped("there is no git repository, or no git")
    baseline = top / BASELINE
    return look(chain(tracked(top), unpushed(top)), baseline.read_text() if baseline.is_file() else "")


def of_commits(folder: Path, commits: Sequence[str], environ: Mapping[str, str]) -> Outcome:
    """Look at all that some commits bring, as `git rev-list` is told of them; the first is the newest.

    `environ` lets git find objects that are not in the repository yet.
    """
    listed = asked(folder, "ls-tree", commits[0], "--", BASELINE, environ=environ)
    baseline = asked(folder, "show", f"{commits[0]}:{BASELINE}", environ=environ) if listed else ""
    return look(committed(folder, commits, environ), baseline)


def look(blobs: Iterable[Blob], baseline: str) -> Outcome:
    """What is wrong with some files; never says a secret."""
    try:
        known = known_hashes(baseline) if baseline else frozenset[str]()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return failed(f"{BASELINE} cannot be read", why=str(error), next="make it anew: detect-secrets scan")
    found: dict[str, _Trouble] = {}  # what a file holds in several versions is told once
    files = 0
    for blob in blobs:
        files += 1
        for each in _troubles(blob, known):
            found.setdefault(each.what, each)
    if worst := [each for each in found.values() if each.worst]:
        then = _TAKE_OUT + (_ALLOW if any(each.is_leak for each in worst) else "")
        return failed("what does not belong into a repository is in it", why=_listed(worst), next=then)
    if found:
        return warned("something may not belong into a repository", why=_listed(list(found.values())))
    return passed(f"looked at {files} files")


def _troubles(blob: Blob, known: frozenset[str]) -> Iterator[_Trouble]:
    if blob.size >= LARGE:
        limit = f", more than {TOO_LARGE // MEGABYTE}" if blob.size >= TOO_LARGE else ""
        words = f"{blob.size // MEGABYTE} MB large{limit}; keep it in a bucket or in Git LFS"
        yield _trouble(blob, words, worst=blob.size >= TOO_LARGE)
        return
    if PurePosixPath(blob.path).suffix in _KEY_STORES:
        yield _trouble(blob, "a store of keys")
    content = blob.read()
    if b"\0" in content[:_BINARY_HEAD]:
        return
    found = list(leaks(blob.path, content.decode(errors="replace"), known))
    for each in found:
        yield _trouble(blob, each.kind, line=each.line, worst=True)
    if is_environment(blob.path) and not found:
        yield _trouble(blob, "variables that each machine should have of its own")


def _trouble(blob: Blob, words: str, *, line: int = 0, worst: bool = False) -> _Trouble:
    place = f"{blob.path}:{line}" if line else blob.path
    return _Trouble(f"{place}: {words}", worst, blob.commit(), bool(line))


def _listed(found: Sequence[_Trouble]) -> str:
    more = f"\nand {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return "\n".join(map(str, found[:_NAMED])) + more
