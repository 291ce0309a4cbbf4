"""What somebody changed by hand: shown, overwritten or accepted, by the program as users run it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      InlineCode: "def handler(event, context): return 1"
      MemorySize: 256
      Environment: {Variables: {QUEUE: !Ref Queue}}
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 40}}
  Topic: {Type: AWS::SNS::Topic}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    """A deployed stack, in which nothing drifts."""
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE})
    app = program(folder, local_cloud)
    assert app("deploy", "--yes").code == 0
    assert app("drift").code == 0
    return app


def identifier(app: Program, address: str) -> str:
    found: list[dict[str, Any]] = app("status", "--json").result["resources"]
    return next(str(each["identifier"]) for each in found if each["address"] == address)


def meddle(app: Program, cloud: Cloud) -> None:
    """Give the function more memory and time, and delete the topic."""
    name = identifier(app, "Greeter")
    cloud.client("lambda").update_function_configuration(FunctionName=name, MemorySize=512, Timeout=60)
    cloud.client("sns").delete_topic(TopicArn=identifier(app, "Topic"))


def test_drift_needs_no_template_and_exits_with_2(app: Program, local_cloud: Cloud) -> None:
    meddle(app, local_cloud)
    (app.folder / "template.yaml").unlink()
    found = app("drift")
    assert found.code == 2
    assert "MemorySize: recorded 256, live 512\n" in found.out
    assert "Topic    AWS::SNS::Topic        deleted" in found.out
    assert app("drift", "Queue").code == 0
    told = app("drift", "Greeter", "--json").result["drift"]
    assert [(each["address"], [p["path"] for p in each["properties"]]) for each in told] == [
        ("Greeter", ["MemorySize", "Timeout"])
    ]


def test_a_plan_shows_drift_apart_and_a_deploy_sets_it_right(app: Program, local_cloud: Cloud) -> None:
    meddle(app, local_cloud)
    text = app("plan").out
    assert "Changed outside Fairway" in text
    assert "Timeout: recorded nothing, live 60 (set back by a deploy)" in text
    assert "deleted, created again by a deploy" in text
    app("plan", "--out", "plan.json")
    assert '"fate": "set back by a deploy"' in (app.folder / "plan.json").read_text()
    assert app("deploy", "--yes").code == 0
    assert app("drift").code == 0


def test_what_the_definition_says_by_now_is_accepted_and_the_rest_told(
    app: Program, local_cloud: Cloud
) -> None:
    meddle(app, local_cloud)
    template = app.folder / "template.yaml"
    template.write_text(TEMPLATE.replace("MemorySize: 256", "MemorySize: 512"))
    serial = app("status", "--json").result["serial"]
    ended = app("drift", "--accept", "--source", ".", "--yes", "--json")
    assert ended.code == 2
    assert [each["address"] for each in ended.result["accepted"]] == ["Greeter"]
    assert {each["address"] for each in ended.result["drift"]} == {"Greeter", "Topic"}
    assert app("status", "--json").result["serial"] == serial + 1
    newest = app("show", "2", "--json").result
    assert (newest["command"], newest["result"]) == ("drift --accept", "accepted")
    assert (newest["serial_before"], newest["serial_after"]) == (serial, serial + 1)
    assert "Greeter changed" in app("events").out
    assert "MemorySize" not in app("drift").out


def test_without_a_definition_the_named_are_accepted_as_they_are(app: Program, local_cloud: Cloud) -> None:
    meddle(app, local_cloud)
    assert app("drift", "--accept").code == 2
    assert "name the addresses" in app("drift", "--accept").err
    assert app("drift", "--accept", "Greeter", "Topic", "--yes").code == 0
    assert app("drift", "--accept", "Greeter").code == 0
    assert len(app("history", "--json").result["deployments"]) == 2, "accepting nothing is not recorded"
    assert app("drift").code == 0
    assert {each["address"] for each in app("status", "--json").result["resources"]} == {
        "Greeter",
        "GreeterRole",
        "Queue",
    }


def test_nothing_is_accepted_before_somebody_has_agreed(app: Program, local_cloud: Cloud) -> None:
    meddle(app, local_cloud)
    serial = app("status", "--json").result["serial"]
    unattended = app("drift", "--accept", "Greeter")
    assert unattended.code == 2
    assert "arguments.yes" in unattended.err
    assert "MemorySize: recorded 256, live 512" in unattended.out
    declined = app.on_terminal("drift", "--accept", "Greeter", typed="n\n")
    assert declined.code == 1
    assert "To be taken into state" in declined.out
    assert "Take this into state? Nothing in AWS changes. [y/N]" in declined.out
    assert app("status", "--json").result["serial"] == serial
    assert app.on_terminal("drift", "--accept", "Greeter", typed="y\n").code == 0
    assert app("status", "--json").result["serial"] == serial + 1


def test_an_unknown_address_is_wrong_input(app: Program) -> None:
    ended = app("drift", "Queu")
    assert ended.code == 2
    assert "did you mean Queue?" in ended.err


def test_a_target_brings_what_it_needs_and_the_plan_says_what_it_left_out(
    app: Program, local_cloud: Cloud
) -> None:
    meddle(app, local_cloud)
    ended = app("deploy", "--yes", "--target", "Greeter")
    assert ended.code == 0, ended.err
    assert "Only the targets and what they need: 1 resource neither read nor planned" in ended.out
    assert app("drift").out.count("AWS::") == 1


def test_without_a_refresh_nothing_is_read_and_nothing_claimed(app: Program, local_cloud: Cloud) -> None:
    meddle(app, local_cloud)
    ended = app("deploy", "--yes", "--no-refresh", "--json")
    assert ended.code == 0
    assert ended.of("DeploymentFinished")[0]["calls"]["reads"] == 0
    assert ended.of("FreshnessProved") == []
    for command in (("plan",), ("deploy", "--yes")):
        assert "--no-refresh: 4 resources not read" in app(*command, "--no-refresh").out


def test_renaming_a_logical_id_moves_it(app: Program, local_cloud: Cloud) -> None:
    before = identifier(app, "Queue")
    (app.folder / "template.yaml").write_text(
        TEMPLATE.replace("  Queue:", "  Orders:").replace("!Ref Queue", "!Ref Orders")
    )
    text = app("plan").out
    assert "moved from Queue" in text
    assert "Plan: 1 to move" in text
    ended = app("deploy", "--yes", "--json")
    assert [each["moved_from"] for each in ended.of("OperationFinished")] == ["Queue"]
    assert "Orders moved from Queue in" in app("events").out
    assert ended.of("DeploymentFinished")[0]["calls"]["writes"] == 1
    assert identifier(app, "Orders") == before
    assert app("deploy", "--yes", "--json").result["result"] == "unchanged"
    assert app("destroy", "--yes").code == 0
    assert before not in local_cloud.client("sqs").list_queues().get("QueueUrls", [])


def test_the_project_protects_until_it_is_told_otherwise(app: Program) -> None:
    write(app.folder, {"fairway.toml": '[environments.local]\nprotect = ["Queue", "Quue"]\n'})
    deployed = app("deploy", "--yes")
    assert "Nothing to do" in deployed.out
    assert "protect names Quue, which neither the definition nor another deployed stack has" in deployed.out
    refused = app("destroy", "--yes", "--allow-data-loss", "*")
    assert refused.code == 2
    assert "deleting Queue" in refused.err
    assert "it is protected" in refused.err
    assert app("destroy", "--yes", "--allow-data-loss", "Queue").code == 0


def test_what_another_stack_has_is_no_slip_of_the_project(app: Program) -> None:
    write(
        app.folder,
        {
            "fairway.toml": '[environments.local]\nprotect = ["Queue", "Mine"]\n',
            "other.yaml": "Resources: {Mine: {Type: AWS::SNS::Topic}}\n",
        },
    )
    for stack in ("other.yaml", "--stack", f"{app.folder.name}-other"), ():
        deployed = app("deploy", "--yes", *stack)
        assert deployed.code == 0, deployed.err
        assert "protect names" not in deployed.out


def test_protection_is_set_and_taken_away_in_state(app: Program) -> None:
    assert app("state", "protect", "Queue", "--yes").code == 0
    assert "it is protected" in app("destroy", "--yes").err
    assert app("state", "protect", "Quue", "--yes").code == 2
    assert app("state", "unprotect", "Queue", "--yes", "--json").result["result"] == "edited"
    assert app("destroy", "--yes").code == 0
