"""A deploy of nothing but code reads only what carries code, and says so; anything else reads everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.11, Handler: app.handler}}
Resources:
  First: {Type: AWS::Serverless::Function, Properties: {CodeUri: first}}
  Second: {Type: AWS::Serverless::Function, Properties: {CodeUri: second, MemorySize: 256}}
  Queue: {Type: AWS::SQS::Queue}
"""
HANDLER = "def handler(event, context):\n    return 1\n"


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE, "first/app.py": HANDLER, "second/app.py": HANDLER})
    fairway = program(folder, local_cloud)
    assert fairway("deploy", "--yes").code == 0
    return fairway


def edit(app: Program) -> None:
    write(app.folder, {"first/app.py": HANDLER.replace("1", "2")})


def test_only_what_carries_code_is_read_and_proved_fresh(app: Program) -> None:
    edit(app)
    deployed = app("deploy", "--yes", "--json")
    calls = deployed.of("DeploymentFinished")[0]["calls"]
    assert {name for name in calls if "." in name and not name.startswith("sts.")} == {
        "lambda.GetFunction",
        "lambda.UpdateFunctionCode",
    }
    assert {event["address"] for event in deployed.of("FreshnessProved")} == {"First", "Second"}
    assert deployed.of("PlanMade")[0]["plan"]["unread"] == ["FirstRole", "Queue", "SecondRole"]


def test_it_says_what_was_not_read(app: Program) -> None:
    edit(app)
    assert "3 resources without code not read" in app("deploy", "--yes").out
    assert "not read" not in app("deploy", "--yes").out


def test_a_function_changed_by_hand_is_seen_all_the_same(app: Program, local_cloud: Cloud) -> None:
    edit(app)
    found = {r["address"]: r["identifier"] for r in app("status", "--json").result["resources"]}
    local_cloud.client("lambda").update_function_configuration(FunctionName=found["Second"], MemorySize=512)
    deployed = app("deploy", "--yes")
    assert "MemorySize: 512 → 256  (changed outside Fairway)" in deployed.out


def test_a_plan_and_any_other_change_read_everything(app: Program, local_cloud: Cloud) -> None:
    edit(app)
    url = next(
        r["identifier"] for r in app("status", "--json").result["resources"] if r["address"] == "Queue"
    )
    local_cloud.client("sqs").delete_queue(QueueUrl=url)
    assert "deleted outside Fairway" in app("plan").out
    (app.folder / "template.yaml").write_text(TEMPLATE.replace("256", "512"))
    assert "deleted outside Fairway" in app("deploy", "--yes").out


def take_away(cloud: Cloud, app: Program, *addresses: str) -> None:
    """As a local cloud does that ends, or somebody in a hurry."""
    found = {each["address"]: each["identifier"] for each in app("status", "--json").result["resources"]}
    for name in (found[each] for each in addresses):
        if name.startswith("http"):
            cloud.client("sqs").delete_queue(QueueUrl=name)
        elif "Role" in name:
            iam = cloud.client("iam")
            for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
            iam.delete_role(RoleName=name)
        else:
            cloud.client("lambda").delete_function(FunctionName=name)


def test_where_a_function_is_gone_all_is_read_and_made_again(app: Program, local_cloud: Cloud) -> None:
    edit(app)
    take_away(local_cloud, app, "First", "FirstRole")
    deployed = app("deploy", "--yes", "--json")
    assert deployed.code == 0, deployed.out
    assert {each["address"] for each in deployed.of("OperationFinished")} == {"First", "FirstRole"}
    assert not deployed.of("PlanMade")[0]["plan"]["unread"]
    assert "local.emptied" not in deployed.out


def test_a_local_cloud_that_has_lost_everything_is_said_to_have(app: Program, local_cloud: Cloud) -> None:
    edit(app)
    take_away(local_cloud, app, "First", "FirstRole", "Second", "SecondRole", "Queue")
    again = app("deploy", "--yes")
    assert again.code == 0, again.out
    assert "the local cloud has nothing of" in again.out
    assert "Nothing to do" in app("deploy", "--yes").out
