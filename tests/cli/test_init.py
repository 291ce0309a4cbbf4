"""`fairway init` writes a file once somebody agrees, never over another one, and a plan works right after."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

EXAMPLES = Path(__file__).parents[2] / "examples"
FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.handler, Runtime: python3.11}
"""
DEPLOYED = """
on: {push: {branches: [main]}}
jobs: {deploy: {steps: [{run: sam deploy --config-env prod}]}}
"""
SETTINGS = '[prod.deploy.parameters]\nstack_name = "plain-prod"\nregion = "eu-central-1"\n'


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("plain")
    write(folder, {"template.yaml": FUNCTION, "src/app.py": "def handler(event, context):\n    return 1\n"})
    return program(folder, local_cloud)


def test_what_it_writes_can_be_planned_and_deployed(app: Program) -> None:
    written = app("init", "--yes", "--json")
    assert written.code == 0
    assert written.result["text"] == (app.folder / "fairway.toml").read_text()
    assert [part["wrote"] for part in written.result["parts"]][:2] == [
        "[project]",
        f"[stacks.{app.folder.name}]",
    ]
    assert app("deploy", "--yes").code == 0


@pytest.mark.parametrize("example", ["ray-converter", "crm", "document-pipeline", "atlas-engine"])
def test_an_example_without_its_file_can_be_planned(example: str, tmp_path: Path, local_cloud: Cloud) -> None:
    folder = tmp_path / unique("example")
    shutil.copytree(EXAMPLES / example, folder, ignore=shutil.ignore_patterns("fairway.toml", ".fairway"))
    app = program(folder, local_cloud)
    assert app("init", "--yes").code == 0
    planned = app("plan")
    assert planned.code == 0, planned.err


def test_it_is_shown_and_asked_for(app: Program) -> None:
    declined = app.on_terminal("init", typed="n\n")
    assert declined.code == 1
    assert "template.yaml: a SAM template of 1 resource" in declined.out
    assert "[stacks.plain" in declined.out
    assert not (app.folder / "fairway.toml").exists()
    agreed = app.on_terminal("init", typed="y\n")
    assert agreed.code == 0
    assert (app.folder / "fairway.toml").exists()


def test_stopped_at_the_question_it_writes_nothing(app: Program) -> None:
    repository(app)
    for typed, code in (("\x03", 130), ("\x04", 1)):
        assert app.on_terminal("init", typed=typed).code == code
        assert not {".gitignore", "fairway.toml"} & {file.name for file in app.folder.iterdir()}


def test_in_a_repository_git_ignores_what_fairway_keeps_there(app: Program) -> None:
    repository(app)
    asked = app.on_terminal("init", typed="y\n")
    assert "Write this to fairway.toml, and .fairway/ to .gitignore?" in asked.out
    assert app("plan").code == 0
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=app.folder, capture_output=True, text=True, check=True
    )
    assert ".fairway/" not in status.stdout
    (app.folder / "fairway.toml").unlink()
    again = app("init", "--yes", "--json")
    assert (again.code, again.result["ignored"]) == (0, "")
    assert (app.folder / ".gitignore").read_text() == ".fairway/\n"


def test_what_it_says_is_no_wider_than_the_terminal(app: Program) -> None:
    write(app.folder, {".github/workflows/deploy-to-production.yml": DEPLOYED, "samconfig.toml": SETTINGS})
    shown = replace(app, extra={"COLUMNS": "60"})("init", "--yes").out.partition("--- fairway.toml")[0]
    assert "[environments.prod]" in shown
    assert max(map(len, shown.splitlines())) <= 60


def repository(app: Program) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=app.folder, check=True)


def test_where_nobody_can_be_asked_nothing_is_written(app: Program) -> None:
    ended = app("init")
    assert (ended.code, "arguments.yes" in ended.err) == (2, True)
    assert not (app.folder / "fairway.toml").exists()


def test_what_is_there_is_left_alone(app: Program) -> None:
    write(app.folder, {"fairway.toml": "# ours\n"})
    ended = app("init", "--yes", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, "init.exists")
    assert (app.folder / "fairway.toml").read_text() == "# ours\n"


def test_of_another_folder(app: Program) -> None:
    assert app("init", "nowhere", "--yes", "--json").result["error"]["code"] == "init.folder"
    assert app("init", "src", "--yes").code == 0
    assert (app.folder / "src/fairway.toml").exists()
