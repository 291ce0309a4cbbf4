"""A published site goes where its stack goes: it is shown with it, moved with it, and destroyed with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

from fairway.state.clocks import Clocks
from fairway.state.folder import FolderObjects
from fairway.state.holder import this_process
from fairway.state.lease import Place, take

TEMPLATE = """\
Resources:
  Files: {Type: AWS::S3::Bucket}
  Queue: {Type: AWS::SQS::Queue}
Outputs:
  Files: {Value: !Ref Files}
"""
PROJECT = """\
[stacks.NAME]
source = "."

[sites.web]
folder = "web"
output = "."
bucket = "${stacks.NAME.Files}"
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    """A stack and a site, deployed and published."""
    app, name = program(tmp_path, local_cloud), unique("app")
    project = PROJECT.replace("NAME", name)
    write(tmp_path, {"template.yaml": TEMPLATE, "fairway.toml": project, "web/index.html": "one"})
    assert app("deploy", "--yes").code == 0
    return app


@pytest.fixture
def site(app: Program) -> Program:
    assert app("site", "publish").code == 0
    return app


def releases(app: Program, *arguments: str) -> list[int]:
    shown: list[dict[str, Any]] = app("site", "show", "--json", *arguments).result["releases"]
    return [each["number"] for each in shown]


def test_status_shows_it(app: Program) -> None:
    assert "site web: not published yet" in app("status").out
    app("site", "publish")
    assert "site web: release 1 of " in app("status").out
    [shown] = app("status", "--json").result["sites"].values()
    assert (shown["files"], [each["number"] for each in shown["releases"]]) == (1, [1])


@pytest.mark.parametrize("everything", [(), ("--all",)])
def test_its_state_is_moved_with_the_stacks(site: Program, everything: tuple[str, ...]) -> None:
    there = ("--state", ".fairway/elsewhere")
    moved = site("state", "migrate", "--from", ".fairway/state", *there, *everything, "--yes", "--json")
    assert [each["result"] for each in moved.result["stacks"]] == ["migrated", "migrated"]
    assert moved.result["stacks"][1]["stack"] == "site.web"
    assert releases(site, *there) == [1]
    again = site("site", "publish", *there, "--json")
    assert [(each["uploaded"], each["release"]) for each in again.of("SitePublished")] == [(0, 1)]
    assert site("site", "show", "--json").result["error"]["code"] == "state.moved"


def test_who_is_asked_to_move_a_stack_is_told_of_its_site(site: Program) -> None:
    move = ("state", "migrate", "--from", ".fairway/state", "--state", ".fairway/elsewhere")
    asked = site.on_terminal(*move, typed="n\n")
    assert "2 resources), with the site web, from" in asked.out
    assert releases(site) == [1]


def test_its_lease_is_broken_by_its_holders_id(site: Program) -> None:
    state = FolderObjects(site.folder / ".fairway" / "state")
    take(Place(state, "local/site.web/lease.json"), this_process("publish"), Clocks())
    refused = site("site", "publish", "--wait-for-lock", "0", "--json")
    error = refused.result["error"]
    assert error["code"] == "state.locked"
    command = error["next"].partition("`fairway ")[2].partition("`")[0]
    assert site(*command.split(), "--yes").code == 0
    assert site("site", "publish", "--wait-for-lock", "0").code == 0


def test_it_goes_with_the_bucket_that_it_is_in(site: Program) -> None:
    refused = site("destroy", "--yes")
    assert refused.code == 2
    assert "the site web is published into Files, and goes with it" in refused.out + refused.err
    assert releases(site) == [1]
    removed = site("destroy", "--yes", "--allow-data-loss", "Files")
    assert removed.code == 0, removed.err
    assert FolderObjects(site.folder / ".fairway" / "state").keys("local/site.web/") == []
    assert site("deploy", "--yes").code == 0
    assert "site web: not published yet" in site("status").out
    assert site("site", "publish").code == 0
    assert releases(site) == [1]
