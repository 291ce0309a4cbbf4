"""Keeps translations by the content of their request: running the translator costs a second or more."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fairway.sources.sam.translation import Problem, Request, Translation
from fairway.sources.sam.translator_data import identity

FORMAT = 1
"""To be raised when what is asked of the translator changes without the request changing."""


KEPT = 50
"""How many translations are kept: some versions of each template in each environment."""


def cached(request: Request, folder: Path | None, translate: Callable[[Request], Translation]) -> Translation:
    """The translation from the cache, else a new one, which is then kept. A damaged entry is a miss."""
    if folder is None:
        return translate(request)
    file = folder / "sam" / f"{_key(request)}.json"
    found = _read(file)
    if found is None:
        found = translate(request)
        _write(file, found)
        _drop_oldest(file.parent)
    return found


def _key(request: Request) -> str:
    return hashlib.sha256(f"{FORMAT}\0{identity()}\0{request.text()}".encode()).hexdigest()


def _read(file: Path) -> Translation | None:
    try:
        entry = json.loads(file.read_bytes())
        template, problems = entry["template"], entry["problems"]
        if not isinstance(template, dict):
            return None
        return Translation(template, tuple(Problem(p["message"], p["address"]) for p in problems))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _write(file: Path, translation: Translation) -> None:
    """Whole or not at all, and for this user alone: people write secrets into templates.

    A cache that cannot be written only costs time, so that is no error.
    """
    problems = [{"message": p.message, "address": p.address} for p in translation.problems]
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
            json.dump({"template": translation.template, "problems": problems}, kept)
        os.replace(part, file)
    except OSError:
        with suppress(OSError):
            part.unlink()


def _drop_oldest(folder: Path) -> None:
    """Another process may do the same at the same time; what it has dropped is no error."""
    with suppress(OSError):
        newest_first = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in newest_first[KEPT:]:
            file.unlink()
