"""The reference pages name every event, every field, every command and every flag."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from fairway.cli.arguments import parser
from fairway.model.events import Event

DOCS = Path(__file__).parents[2] / "docs"


def commands(grammar: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its grammar."""
    for action in grammar._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


@pytest.mark.parametrize("event", Event.__subclasses__(), ids=lambda event: event.__name__)
def test_every_event_has_its_row_with_its_fields(event: type[Event]) -> None:
    rows = [
        line for line in (DOCS / "events.md").read_text().splitlines() if f"| `{event.__name__}` |" in line
    ]
    assert len(rows) == 1
    for field in fields(event):
        assert field.name in ("at", "stack") or f"`{field.name}`" in rows[0]


@pytest.mark.parametrize("name", [name for name, _ in commands(parser())])
def test_every_command_and_flag_is_described(name: str) -> None:
    page = (DOCS / "command-line.md").read_text()
    grammar = dict(commands(parser()))[name]
    assert f"`{name}" in page
    for action in grammar._actions:
        for flag in (flag for flag in action.option_strings if flag.startswith("--") and flag != "--help"):
            assert flag in page, f"{name} {flag}"
