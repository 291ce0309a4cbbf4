"""Plans as documents, by the program as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Parameters: {Key: {Type: String, NoEcho: true}}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Held: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Ref Key}}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE, "params.json": '{"Key": "hunter2-and-more"}'})
    return program(folder, local_cloud)


def test_a_format_prints_that_document_and_nothing_else(app: Program) -> None:
    shown = {
        form: app("plan", "--params", "params.json", "--format", form)
        for form in ("markdown", "html", "json")
    }
    assert all(ended.code == 0 for ended in shown.values())
    assert shown["markdown"].out.startswith(f"### {app.folder.name} in local: 2 to create\n")
    assert shown["html"].out.startswith("<!doctype html>\n")
    assert shown["html"].out.endswith("</html>\n")
    [plan] = json.loads(shown["json"].out)["plans"]
    assert {change["address"] for change in plan["changes"]} == {"Queue", "Held"}


def test_reports_are_written_beside_the_plan_and_hold_no_secret(app: Program) -> None:
    names = ("plan.md", "plan.html", "plan.txt", "all.json")
    wanted = [word for name in names for word in ("--report", name)]
    ended = app("plan", "--params", "params.json", "--out", "plan.json", *wanted)
    assert ended.code == 0, ended.err
    assert "2 to create" in ended.out
    assert ended.out.endswith(f"wrote {', '.join(names)}\n")
    for name in (*names, "plan.json"):
        text = (app.folder / name).read_text()
        assert "Queue" in text
        assert "hunter2" not in text


def test_warnings_go_to_the_other_stream(app: Program) -> None:
    write(app.folder, {"fairway.toml": '[environments.local]\nprotect = ["Quue"]\n'})
    ended = app("plan", "--params", "params.json", "--format", "json")
    assert "protect names Quue" in ended.err
    assert json.loads(ended.out)


def test_a_file_whose_ending_says_nothing_is_refused_before_anything_is_done(app: Program) -> None:
    ended = app("plan", "--report", "plan.pdf")
    assert ended.code == 2
    assert "give the file one of the endings .md, .html, .json, .txt" in ended.err
    unwritable = app("plan", "--params", "params.json", "--report", "no/such/folder/plan.md")
    assert unwritable.code == 2
    assert "cannot write no/such/folder/plan.md" in unwritable.err
