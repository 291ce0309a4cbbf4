"""A project of several stacks is shown, compared and removed as one; what is for one stack says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

pytestmark = pytest.mark.xdist_group("projects_of_several")

TOPIC = """\
Parameters:
  Above: {Type: String, Default: none}
Resources:
  Topic: {Type: AWS::SNS::Topic}
Outputs:
  Name: {Value: !GetAtt Topic.TopicName}
"""


@pytest.fixture(scope="module")
def names() -> tuple[str, str]:
    """The first sorts before the one that it needs."""
    return unique("api"), unique("data")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud, names: tuple[str, str]) -> Program:
    folder: Path = tmp_path_factory.mktemp("several")
    api, data = names
    project = (
        f'[stacks.{data}]\nsource = "topic.yaml"\n[stacks.{api}]\nsource = "topic.yaml"\n'
        f'parameters = {{ Above = {{ stack = "{data}", output = "Name" }} }}\n'
    )
    write(folder, {"topic.yaml": TOPIC, "fairway.toml": project})
    made = program(folder, local_cloud)
    ended = made("run", "--yes", "--skip", "checks", "--skip", "verify")
    assert ended.code == 0, ended.err
    return made


def test_status_outputs_and_history_show_every_stack(app: Program, names: tuple[str, str]) -> None:
    for command, key in (("status", "resources"), ("outputs", "outputs"), ("history", "deployments")):
        shown = app(command, "--json")
        assert shown.code == 0, shown.err
        assert {name: bool(data[key]) for name, data in shown.result["stacks"].items()} == dict.fromkeys(
            names, True
        )
        assert all(name in app(command).out for name in names)


def test_drift_of_one_says_how_to_look_at_all(app: Program) -> None:
    refused = app("drift")
    assert refused.code == 2
    assert "--all" in refused.err


def test_what_others_need_is_told_before_it_is_destroyed(app: Program, names: tuple[str, str]) -> None:
    api, data = names
    asked = app("destroy", "--stack", data)
    assert f"{api} of this project needs {data}" in asked.out + asked.err
    assert asked.code == 2, "nobody could say yes"


def test_what_a_cloud_held_that_does_not_run_is_not_shown_as_if_it_were_there(
    app: Program, tmp_path: Path
) -> None:
    elsewhere = replace(app, home=tmp_path)
    assert "gone" in elsewhere("outputs").err
    assert "gone" not in app("outputs").err


def test_all_is_destroyed_with_what_needs_others_first(app: Program, names: tuple[str, str]) -> None:
    gone = app("destroy", "--all", "--yes", "--json")
    assert gone.code == 0, gone.err
    assert list(gone.result["stacks"].items()) == [(name, "destroyed") for name in names]
    assert "no stack" in app("status").err
    left = app("history", "--json").result["stacks"]
    assert {name: len(data["deployments"]) for name, data in left.items()} == dict.fromkeys(names, 2)
