"""What every page shares: one file that asks nobody for anything, light or dark as the reader has it."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path

_FILES = Path(__file__).parent / "page"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def escaped(text: object) -> str:
    """Text as it may stand in a page, in attributes too."""
    return html.escape(str(text), quote=True)


def part(name: str) -> str:
    """One of the files that pages are made of."""
    return (_FILES / name).read_text()


def page(title: str, body: Iterable[str], script: str = "") -> str:
    """A whole page; `body` is HTML, `title` text. Its policy lets nothing be loaded, whatever it holds."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{escaped(_POLICY)}">',
            f"<title>{escaped(title)}</title>",
            f"<style>\n{part('colours.css')}{part('page.css')}</style>",
            *body,
            *([f"<script>\n{script}</script>"] if script else []),
            "</html>\n",
        ]
    )
