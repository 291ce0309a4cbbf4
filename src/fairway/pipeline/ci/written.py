"""Writes files that are made from `fairway.toml`, and never over what somebody else wrote.

A file tells by its first lines that it was made, and by a digest of the others that nobody edited it since.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fairway.model.errors import Finding, InvalidDefinition, unusable_file
from fairway.model.location import Location
from fairway.project.writing import Did, replace_file

_HEAD = """\
# Made from fairway.toml by `fairway ci {host}`. Change that and run it again: what was edited here it leaves.
# sha256 {digest}
"""
_MADE = re.compile(r"# Made from fairway\.toml by .*\n# sha256 ([0-9a-f]{64})\n")


@dataclass(frozen=True)
class Written:
    """A file, by its path in the repository, and what was or would be done to it."""

    path: str
    did: Did


def with_head(text: str, host: str) -> str:
    """The text as it stands in its file."""
    return _HEAD.format(host=host, digest=_digest(text)) + text


def look(repository: Path, files: Mapping[str, str]) -> tuple[Written, ...]:
    """What writing them would do. Raises Failed for a file that cannot be read."""
    found = {path: _read(repository / path) for path in files}
    return tuple(
        Written(path, "already so" if found[path] == text else "set" if found[path] else "created")
        for path, text in files.items()
    )


def write(repository: Path, files: Mapping[str, str], *, force: bool) -> tuple[Written, ...]:
    """Write those that differ, or nothing where one of them may not be written over.

    Raises InvalidDefinition, with `force` off, for all files that somebody else wrote or edited; Failed for
    one that cannot be written.
    """
    done = look(repository, files)
    mistakes = [_refusal(repository / each.path, each.path) for each in done if each.did == "set"]
    if not force and (found := tuple(filter(None, mistakes))):
        raise InvalidDefinition(found)
    for each in done:
        if each.did != "already so":
            replace_file(repository / each.path, files[each.path])
    return done


def _refusal(file: Path, path: str) -> Finding | None:
    text = _read(file) or ""
    made = _MADE.match(text)
    if made and made[1] == _digest(text[made.end() :]):
        return None
    message = f"{path} was edited" if made else f"{path} was not made by Fairway"
    advice = "keep your version, or give it up with --force"
    return Finding("ci.not-ours", message, Location(path, 1), next=advice)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(file: Path) -> str | None:
    try:
        return file.read_text(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unusable_file(error) from None
