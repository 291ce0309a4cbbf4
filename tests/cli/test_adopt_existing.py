"""What exists already is taken over where the user says so, and explained where not."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.program import Program, program
from tests.cli.test_import import TEMPLATE
from tests.local_cloud import Cloud, unique


def _app(folder: Path, cloud: Cloud, name: str) -> Program:
    app = program(folder, cloud)
    (app.folder / "template.yaml").write_text(TEMPLATE.format(name=name))
    return app


def _actions(app: Program, *arguments: str) -> dict[str, str]:
    run = app(*arguments, "--json")
    assert run.code == 0, run.err
    [made] = run.of("PlanMade")
    return {change["address"]: change["action"] for change in made["plan"]["changes"]}


def test_an_import_block_takes_over_and_is_done_once(tmp_path: Path, local_cloud: Cloud) -> None:
    name, sqs = unique("jobs"), local_cloud.client("sqs")
    app = _app(tmp_path / "blocks", local_cloud, name)
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "5"})["QueueUrl"]
    (app.folder / "fairway.toml").write_text(
        f'[[import]]\nstack = "blocks"\naddress = "Jobs"\nidentifier = "{url}"\n'
    )

    shown = app("plan")
    assert "it exists already and is taken over" in shown.out
    assert _actions(app, "deploy", "--yes") == {"Jobs": "update"}

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["VisibilityTimeout"] == "60"
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"]["fairway:address"] == "Jobs"
    assert _actions(app, "plan") == {"Jobs": "unchanged"}
    assert app("destroy", "--yes").code == 0


def test_an_import_block_of_what_is_not_there_names_its_place(tmp_path: Path, local_cloud: Cloud) -> None:
    app = _app(tmp_path / "wrong", local_cloud, unique("jobs"))
    block = '[[import]]\nstack = "wrong"\naddress = "Jobs"\nidentifier = "https://sqs/1/none"\n'
    (app.folder / "fairway.toml").write_text(block)

    run = app("deploy", "--yes")

    assert run.code == 1
    assert "fairway.toml:1" in run.err
    assert "there is no AWS::SQS::Queue https://sqs/1/none" in run.err


def test_what_an_import_would_replace_is_refused(tmp_path: Path, local_cloud: Cloud) -> None:
    name, sqs = unique("jobs"), local_cloud.client("sqs")
    app = _app(tmp_path / "other", local_cloud, name)
    url = sqs.create_queue(QueueName=f"{name}-other")["QueueUrl"]
    block = f'[[import]]\nstack = "other"\naddress = "Jobs"\nidentifier = "{url}"\n'
    (app.folder / "fairway.toml").write_text(block)

    run = app("deploy", "--yes")

    assert run.code == 2
    assert "QueueName would have to change" in run.err
    assert sqs.get_queue_url(QueueName=f"{name}-other")["QueueUrl"] == url


def test_a_lost_state_is_told_and_taken_back(tmp_path: Path, local_cloud: Cloud) -> None:
    name = unique("jobs")
    app = _app(tmp_path / "lost", local_cloud, name)
    assert app("deploy", "--yes").code == 0
    shutil.rmtree(app.folder / ".fairway")

    refused = app("deploy", "--yes")
    assert refused.code == 1
    assert " --env local --adopt Jobs" in refused.out

    assert _actions(app, "deploy", "--yes", "--adopt", "Jobs") == {"Jobs": "update"}
    assert _actions(app, "plan") == {"Jobs": "unchanged"}
    assert app("destroy", "--yes").code == 0


NAMED_BY_AWS = """
Resources:
  Vault: {Type: AWS::KMS::Key, Properties: {}}
  Rest: {Type: AWS::ApiGateway::RestApi, Properties: {Name: rest}}
  Web: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: web, ProtocolType: HTTP}}
  Partner: {Type: AWS::ApiGateway::ApiKey, Properties: {}}
"""


def test_what_aws_names_is_taken_back_by_its_tags(tmp_path: Path, local_cloud: Cloud) -> None:
    app = program(tmp_path / "by-tags", local_cloud)
    (app.folder / "template.yaml").write_text(NAMED_BY_AWS)
    assert app("deploy", "--yes").code == 0
    shutil.rmtree(app.folder / ".fairway")

    taken = _actions(app, "deploy", "--yes", "--adopt", "*")

    assert taken == dict.fromkeys(("Vault", "Rest", "Web", "Partner"), "update")
    assert app("destroy", "--yes", "--allow-data-loss", "Vault").code == 0


def test_whose_the_one_in_the_way_is_stands_in_the_error(tmp_path: Path, local_cloud: Cloud) -> None:
    name, sqs = unique("jobs"), local_cloud.client("sqs")
    first = _app(tmp_path / "first", local_cloud, name)
    second = _app(tmp_path / "second", local_cloud, name)
    assert first("deploy", "--yes").code == 0

    taken = second("deploy", "--yes", "--adopt", "*")
    assert taken.code == 1
    assert "by its tags it is Jobs of first in local" in taken.out
    assert first("destroy", "--yes").code == 0

    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    untagged = second("deploy", "--yes")
    assert untagged.code == 1
    assert f"fairway state import Jobs '{url}'" in untagged.out
    sqs.delete_queue(QueueUrl=url)
