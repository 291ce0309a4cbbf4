"""A stack of CloudFormation's is taken over untouched, let go, and lives on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.program import program
from tests.local_cloud import Cloud, unique

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Delay": {"Type": "String", "Default": "1"}},
    "Resources": {
        "Jobs": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"DelaySeconds": {"Ref": "Delay"}, "VisibilityTimeout": 45},
        },
        "Items": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "Policies": [
                    {
                        "PolicyName": "jobs",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "sqs:SendMessage",
                                    "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]},
                                }
                            ],
                        },
                    }
                ],
            },
        },
        "Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": {"Fn::Sub": "/${AWS::StackName}/logs"}, "RetentionInDays": 7},
        },
        "News": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "news"}},
    },
    "Outputs": {
        "JobsUrl": {"Value": {"Ref": "Jobs"}},
        "JobsArn": {"Value": {"Fn::GetAtt": ["Jobs", "Arn"]}, "Export": {"Name": "JOBS"}},
    },
}


def _created(cloud: Cloud, name: str, template: dict[str, Any]) -> dict[str, str]:
    """A stack of CloudFormation's: physical ids by logical ones."""
    client = cloud.client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template).replace('"JOBS"', f'"{name}-jobs"'),
        Parameters=[{"ParameterKey": "Delay", "ParameterValue": "3"}],
        Capabilities=["CAPABILITY_IAM"],
    )
    listed = client.list_stack_resources(StackName=name)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}


def test_a_stack_is_adopted_untouched_released_changed_and_destroyed(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    name = unique("classic")
    physical = _created(local_cloud, name, TEMPLATE)
    app, sqs = program(tmp_path / "adopting", local_cloud), local_cloud.client("sqs")
    before = sqs.get_queue_attributes(QueueUrl=physical["Jobs"], AttributeNames=["All"])["Attributes"]

    adopted = app("adopt", "--cloudformation", name, "--yes", "--json")

    assert adopted.code == 0, adopted.out + adopted.err
    assert adopted.result["resources"] == len(TEMPLATE["Resources"])
    [made] = adopted.of("PlanMade")
    assert [c["properties"] for c in made["plan"]["changes"] if c["action"] != "unchanged"] == []
    calls = adopted.of("DeploymentFinished")[0]["calls"]
    assert calls["writes"] == 0

    template = json.loads(json.dumps(TEMPLATE).replace('"JOBS"', f'"{name}-jobs"'))
    (app.folder / "template.json").write_text(json.dumps(template))
    here = ("--stack", name, "--param", "Delay=3")
    assert not app("plan", "--json", *here).result["changes"]
    assert (
        app("outputs", "JobsUrl", "--stack", name).out.strip().endswith(physical["Jobs"].rpartition("/")[2])
    )

    released = app("adopt", "--cloudformation", name, "--release", "--yes", "--json")
    assert released.code == 0, released.out + released.err
    assert released.result["released"]
    assert before == sqs.get_queue_attributes(QueueUrl=physical["Jobs"], AttributeNames=["All"])["Attributes"]
    stacks = local_cloud.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])
    assert name not in [each["StackName"] for each in stacks["StackSummaries"]]
    assert not app("plan", "--json", *here).result["changes"]

    template["Resources"]["Jobs"]["Properties"]["VisibilityTimeout"] = 50
    (app.folder / "template.json").write_text(json.dumps(template))
    changed = app("deploy", "--yes", "--json", *here)
    assert changed.code == 0, changed.out
    done = {(each["action"], each["address"]) for each in changed.of("OperationFinished")}
    assert done == {("update", "Jobs")}
    assert sqs.list_queue_tags(QueueUrl=physical["Jobs"])["Tags"]["fairway:address"] == "Jobs"
    assert app("destroy", "--yes", "--allow-data-loss", "*", "--stack", name).code == 0
    assert physical["Items"] not in local_cloud.client("dynamodb").list_tables()["TableNames"]


def test_all_that_cannot_be_taken_over_is_named_before_anything_is_written(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    name = unique("strange")
    strange = {
        "Jobs": TEMPLATE["Resources"]["Jobs"],
        "Net": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Files": {"Type": "AWS::EFS::FileSystem", "Properties": {}},
    }
    _created(local_cloud, name, {"Parameters": TEMPLATE["Parameters"], "Resources": strange})
    app = program(tmp_path / "strange", local_cloud)

    run = app("adopt", "--cloudformation", name, "--yes")

    assert run.code == 2
    assert "AWS::EC2::VPC" in run.err
    assert "AWS::EFS::FileSystem" in run.err
    assert app("status", "--stack", name).code == 2
    missing = app("adopt", "--cloudformation", unique("none"), "--yes")
    assert missing.code == 2
    assert "CloudFormation has no stack" in missing.err
