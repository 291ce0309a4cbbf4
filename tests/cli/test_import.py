"""`fairway state import` takes a resource that exists into state, and changes nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import program
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: {name}
      VisibilityTimeout: 60
"""


def test_what_is_imported_differs_from_the_definition_only_where_it_does(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app, name, sqs = program(tmp_path / "imports", local_cloud), unique("jobs"), local_cloud.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "7"})["QueueUrl"]
    (app.folder / "template.yaml").write_text(TEMPLATE.format(name=name))
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    imported = app("state", "import", "Jobs", url, "--yes", "--json")

    assert imported.code == 0, imported.err
    assert imported.result["result"] == "edited"
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] == before
    planned = app("plan", "--json").of("PlanMade")[0]["plan"]
    [change] = planned["changes"]
    assert change["action"] == "update"
    found = {each["path"]: (each["before"], each["after"]) for each in change["properties"]}
    assert found.pop("VisibilityTimeout") == (30, 60)
    assert found.pop("DelaySeconds") == (7, None)
    assert all(path.startswith("Tags") for path in found)
    assert app("deploy", "--yes").code == 0
    assert not app("plan", "--json").result["changes"]
    assert sqs.list_queues(QueueNamePrefix=name)["QueueUrls"] == [url]
    assert app("destroy", "--yes").code == 0


def test_without_a_definition_the_type_is_said_and_everything_live_is_recorded(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app, name, sqs = program(tmp_path / "typed", local_cloud), unique("jobs"), local_cloud.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "7"})["QueueUrl"]

    assert app("state", "import", "Jobs", name, "--type", "AWS::SQS::Queue", "--yes").code == 0

    held = json.loads(app("state", "show", "Jobs", "--json").out)["resource"]
    assert held["identifier"] == url
    assert held["properties"]["DelaySeconds"] == 7
    assert app("destroy", "--yes").code == 0


def test_what_cannot_be_imported_is_told_and_leaves_no_state(tmp_path: Path, local_cloud: Cloud) -> None:
    app, name = program(tmp_path / "refused", local_cloud), unique("jobs")
    (app.folder / "template.yaml").write_text(TEMPLATE.format(name=name))

    missing = app("state", "import", "Jobs", "https://sqs.us-east-1.amazonaws.com/1/none", "--yes")
    unknown = app("state", "import", "Job", name, "--yes")

    assert missing.code == 1
    assert "there is no AWS::SQS::Queue" in missing.err
    assert unknown.code == 2
    assert "did you mean Jobs?" in unknown.err
    assert app("status").code == 2
