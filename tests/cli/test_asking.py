"""A question takes y, n and nothing for an answer; nothing means what its brackets show."""

from __future__ import annotations

import argparse
import io

import pytest

from fairway.cli.asking import ask
from fairway.cli.output import Output


@pytest.mark.parametrize(
    ("answer", "usually", "agreed"),
    [
        ("y\n", False, True),
        (" YES \n", False, True),
        ("\n", False, False),
        ("no\n", False, False),
        ("\n", True, True),
        ("n\n", True, False),
        ("what?\n", True, False),
    ],
)
def test_only_a_yes_or_what_is_usual_is_agreement(
    answer: str, usually: bool, agreed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    stdout = io.StringIO()
    output = Output.for_arguments(argparse.Namespace(command="unlock"), stdout, io.StringIO(), {})
    assert ask("Go on?", output, usually=usually) is agreed
    assert stdout.getvalue() == f"Go on? [{'Y/n' if usually else 'y/N'}] "
