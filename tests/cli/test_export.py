"""A stack is given back: the exported template plans empty against the state it was made of."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import program
from tests.cli.test_adopt_stack import TEMPLATE
from tests.local_cloud import Cloud, unique

EXTRA = {
    "Allowed": {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Jobs"}],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "sqs:SendMessage",
                        "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]},
                    }
                ],
            },
        },
    },
    "Password": {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"SecretString": {"Ref": "Given"}, "Tags": [{"Key": "team", "Value": "a"}]},
    },
}


def test_what_is_exported_is_what_is_deployed(tmp_path: Path, local_cloud: Cloud) -> None:
    name = unique("back")
    app = program(tmp_path / name, local_cloud)
    template = json.loads(json.dumps(TEMPLATE).replace('"JOBS"', f'"{name}-jobs"'))
    template["Parameters"]["Given"] = {"Type": "String", "NoEcho": True}
    template["Resources"] |= EXTRA
    (app.folder / "template.json").write_text(json.dumps(template))
    deployed = app("deploy", "--yes", "--param", "Given=hidden-thing")
    assert deployed.code == 0, deployed.out + deployed.err

    exported = app("export", "--cloudformation", "--json")

    assert exported.code == 0, exported.err
    assert exported.result["left"] == [{"address": "Allowed", "type": "AWS::SQS::QueuePolicy"}]
    written = (app.folder / "exported" / "template.json").read_text()
    assert "hidden-thing" not in written
    assert "fairway:" not in written
    made = json.loads(written)
    assert all(each["DeletionPolicy"] == "Retain" for each in made["Resources"].values())
    assert made["Parameters"] == {"Secret1": {"Type": "String", "NoEcho": True}}
    assert made["Outputs"]["JobsUrl"]["Value"] == {"Ref": "Jobs"}
    listed = json.loads((app.folder / "exported" / "resources-to-import.json").read_text())
    table = next(each for each in listed if each["LogicalResourceId"] == "Items")
    assert table["ResourceIdentifier"] == {"TableName": made["Resources"]["Items"]["Properties"]["TableName"]}
    made["Resources"]["Allowed"] = EXTRA["Allowed"]  # what CloudFormation cannot import stays here
    (app.folder / "template.json").write_text(json.dumps(made))
    again = app("plan", "--json", "--param", "Secret1=hidden-thing")
    assert again.code == 0, again.err
    changes = again.of("PlanMade")[0]["plan"]["changes"]
    assert [(each["address"], each["properties"]) for each in changes if each["action"] != "unchanged"] == []
    assert app("destroy", "--yes", "--allow-data-loss", "*").code == 0
