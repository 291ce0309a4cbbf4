"""How a site's files are served: their types, and for how long they may be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

REVALIDATED = "no-cache"
"""Kept, but asked for again each time whether it has changed: for what has the same name in every release."""
IMMUTABLE = "public, max-age=31536000, immutable"
"""For what has another name when its content is another."""
PAGES = (".html", ".htm", ".xhtml")

_TYPES: Mapping[str, str] = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xhtml": "application/xhtml+xml; charset=utf-8",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""IANA media types. Not Python's table, which differs from version to version and machine to machine."""
_OTHER = "application/octet-stream"
# What bundlers put into names: hexadecimal digits, or eight characters of all three kinds. Words are neither;
# a hash that looks like one is only not recognised, where a word taken for a hash would be kept for a year.
_HASHED = re.compile(
    r"[.-](?:(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}"
    r"|(?=\w*[0-9])(?=\w*[a-z])(?=\w*[A-Z])[A-Za-z0-9_]{8})(?:\.[a-z0-9]+)+$"
)


def content_type(name: str) -> str:
    """The type of a file, by the end of its name."""
    return _TYPES.get(PurePosixPath(name).suffix.lower(), _OTHER)


def is_page(name: str) -> bool:
    """Whether it is a document that leads to the others, so that it goes live after them."""
    return name.lower().endswith(PAGES)


def cache_control(name: str, immutable: Sequence[str] = ()) -> str:
    """What browsers and edges may do with a file; `immutable` are patterns of names that never come again."""
    if is_page(name):
        return REVALIDATED
    said = any(fnmatchcase(name, pattern) for pattern in immutable)
    return IMMUTABLE if said or _HASHED.search(name) else REVALIDATED
