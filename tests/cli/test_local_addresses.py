"""Addresses in outputs are those of the local cloud, whichever command shows them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import program, write
from tests.local_cloud import Cloud, unique

from fairway.local.client import LocalCloud

TEMPLATE = """\
Resources:
  Queue: {Type: AWS::SQS::Queue}
Outputs:
  Url: {Value: "https://abc123.execute-api.us-east-1.amazonaws.com/Prod/ray"}
"""


def test_deploy_outputs_and_status_show_the_address_that_answers(tmp_path: Path, local_cloud: Cloud) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": TEMPLATE})
    expected = f"{local_cloud.endpoint}/_api/abc123/Prod/ray"
    assert app("deploy", "--yes", "--json").result["outputs"] == {"Url": expected}
    assert app("outputs", "Url").out.strip() == expected
    assert app("outputs", "--json").result["outputs"] == {"Url": expected}
    assert expected in app("status").out


def test_showing_what_is_deployed_starts_no_local_cloud(tmp_path: Path) -> None:
    app = program(tmp_path / "app", Cloud(tmp_path / "home", "", LocalCloud(tmp_path / "home")))
    assert app("status").code == 2
    assert not app("local", "status", "--json").result["running"]
