"""A question takes y, n and nothing for an answer; nothing means what its brackets show."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest
from tests.cli.program import program, write
from tests.local_cloud import Cloud, unique

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


def test_what_is_said_after_an_interrupted_question_begins_a_line(tmp_path: Path, local_cloud: Cloud) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"})
    interrupted = app.on_terminal("deploy", typed="\x03")
    assert interrupted.code == 130
    assert "Deploy this in the local cloud? [y/N] ^C\n" in interrupted.out
    ended = app.on_terminal("deploy", typed="\x04")
    assert ended.code == 1
    assert "Deploy this in the local cloud? [y/N] \nNot deployed" in ended.out
