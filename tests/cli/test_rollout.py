"""What a user sees of a rollout: in the plan, while it goes on, when it is stopped, and afterwards."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: code
      AutoPublishAlias: live
      DeploymentPreference: {Type: Canary10Percent5Minutes}
Outputs:
  Shop: {Value: !Ref Shop}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    """A deployed shop whose code has been changed since."""
    folder = tmp_path / unique("rollout")
    write(folder, {"template.yaml": TEMPLATE, "code/app.py": "def handler(event, context): return 'one'\n"})
    found = program(folder, local_cloud)
    deployed = found("deploy", "--yes")
    assert deployed.code == 0, deployed.err
    assert "traffic" not in deployed.out
    write(folder, {"code/app.py": "def handler(event, context): return 'two'\n"})
    return found


def alias(app: Program, cloud: Cloud) -> tuple[str, bool]:
    """The alias's version, and whether another one has a share."""
    name = app("outputs", "Shop").out.strip()
    found = cloud.client("lambda").get_alias(FunctionName=name, Name="live")
    return found["FunctionVersion"], bool(found.get("RoutingConfig", {}).get("AdditionalVersionWeights"))


def test_the_plan_says_how_it_goes_live(app: Program) -> None:
    assert "goes live: shifts 10 % for 5 min, then all" in app("plan").out
    assert "goes live: all at once" in app("plan", "--all-at-once").out


def test_a_hotfix_does_not_wait(app: Program, local_cloud: Cloud) -> None:
    deployed = app("deploy", "--yes", "--all-at-once")
    assert deployed.code == 0, deployed.err
    assert "~ ShopAliaslive all traffic at version 2" in deployed.out
    assert alias(app, local_cloud) == ("2", False)
    assert "ShopAliaslive all traffic at version 2" in app("events").out
    assert "ShopAliaslive  all traffic at version 2" in app("show", "2").out
    assert app("plan", "--exit-code").code == 0


def test_a_plan_file_keeps_that_it_does_not_wait(app: Program, local_cloud: Cloud) -> None:
    assert app("plan", "--out", "plan.json", "--all-at-once").code == 0
    applied = app("apply", "plan.json")
    assert applied.code == 0, applied.err
    assert alias(app, local_cloud) == ("2", False)


def test_a_plan_whose_rollout_was_changed_since_does_not_hold(app: Program) -> None:
    assert app("plan", "--out", "plan.json").code == 0
    write(app.folder, {"template.yaml": TEMPLATE.replace("Canary10Percent5Minutes", "AllAtOnce")})
    refused = app("apply", "plan.json", "--json")
    assert refused.result["error"]["code"] == "plan.stale"
    assert "ShopAliaslive" in refused.result["error"]["why"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_one_that_is_stopped_gives_everything_back_and_goes_on_later(
    app: Program, local_cloud: Cloud, how: signal.Signals
) -> None:
    run = app.start("deploy", "--yes", "--json")
    assert run.stdout
    for line in run.stdout:
        if json.loads(line)["event"] == "TrafficShifted":
            assert alias(app, local_cloud) == ("1", True)
            run.send_signal(how)
            break
    _, err = run.communicate(timeout=10)
    assert run.returncode == 130, err
    assert alias(app, local_cloud) == ("1", False)
    assert app("deploy", "--yes", "--all-at-once").code == 0
    assert alias(app, local_cloud) == ("2", False)


def test_going_back_does_not_wait(app: Program, local_cloud: Cloud) -> None:
    app("deploy", "--yes", "--all-at-once")
    back = app("rollback", "--yes", timeout=60)
    assert back.code == 0, back.err
    name = app("outputs", "Shop").out.strip()
    assert local_cloud.invoke(name, Qualifier="live") == "one"


def test_fairway_toml_says_it_for_every_alias_of_a_stack(tmp_path: Path, local_cloud: Cloud) -> None:
    plain = TEMPLATE.replace("      DeploymentPreference: {Type: Canary10Percent5Minutes}\n", "")
    settings = '[stacks.backend]\nsource = "."\n[stacks.backend.rollout]\nkind = "linear"\npercent = 40\n'
    folder = tmp_path / unique("rollout")
    write(folder, {"fairway.toml": f"{settings}minutes = 0.005\n", "template.yaml": plain})
    write(folder, {"code/app.py": "def handler(event, context): return 'one'\n"})
    fairway = program(folder, local_cloud)
    assert fairway("deploy", "--yes").code == 0
    write(folder, {"code/app.py": "def handler(event, context): return 'two'\n"})
    assert "goes live: shifts 40 % more every 0.3 s" in fairway("plan").out
    deployed = fairway("deploy", "--yes", "--json")
    assert [event["percent"] for event in deployed.of("TrafficShifted")] == [40, 80, 100]
    assert alias(fairway, local_cloud) == ("2", False)


SETTINGS = """\
[stacks.{stack}]
source = "."
[stacks.{stack}.rollout]
kind = "canary"
percent = 10
minutes = 0.005
[[verify]]
name = "answers"
invoke = "Shop"
expect = {expect}
within = "30s"
[[verify]]
name = "new"
invoke = "Later"
"""


LATER = """\
  Later:
    Type: AWS::Serverless::Function
    DependsOn: ShopAliaslive
    Properties: {Runtime: python3.11, Handler: app.handler, CodeUri: code}
"""


@pytest.fixture
def verified(tmp_path: Path, local_cloud: Cloud) -> Program:
    """The shop with verifications, of which one is about what is not there yet; its code has been changed."""
    plain = TEMPLATE.replace("      DeploymentPreference: {Type: Canary10Percent5Minutes}\n", "")
    folder = tmp_path / unique("rollout")
    write(
        folder, {"fairway.toml": SETTINGS.format(stack=folder.name, expect='"one"'), "template.yaml": plain}
    )
    write(folder, {"code/app.py": "def handler(event, context): return 'one'\n"})
    found = program(folder, local_cloud)
    deployed = found("deploy", "--yes")
    assert deployed.code == 0, deployed.err
    code = "def handler(event, context): return 'two'\n"
    write(folder, {"code/app.py": code, "template.yaml": plain.replace("Outputs:\n", f"{LATER}Outputs:\n")})
    return found


@pytest.mark.parametrize("command", ["deploy", "run"])
def test_a_verification_that_fails_between_the_steps_takes_the_traffic_back(
    verified: Program, local_cloud: Cloud, command: str
) -> None:
    deployed = verified(command, "--yes", "--json")
    assert deployed.code == 1
    shifts = [(event["version"], event["percent"]) for event in deployed.of("TrafficShifted")]
    assert shifts == [("2", 10), ("1", 100)]
    [failure] = deployed.of("OperationFailed")
    assert failure["code"] == "rollout.check"
    assert "answers:" in failure["message"]
    assert [each["checked"]["name"] for each in deployed.of("CheckFinished") if each["stage"] == "apply"] == [
        "answers"
    ]
    assert alias(verified, local_cloud) == ("1", False)


def test_one_that_holds_lets_it_go_on(verified: Program, local_cloud: Cloud) -> None:
    write(verified.folder, {"fairway.toml": SETTINGS.format(stack=verified.folder.name, expect='"two"')})
    deployed = verified("deploy", "--yes", "--json")
    assert deployed.code == 0, deployed.err
    assert [event["percent"] for event in deployed.of("TrafficShifted")] == [10, 100]
    assert alias(verified, local_cloud) == ("2", False)


def test_a_run_can_be_told_not_to_wait_also_in_its_next_process(
    verified: Program, local_cloud: Cloud
) -> None:
    assert verified("run", "--to", "plan", "--all-at-once").code == 0
    applied = verified("run", "--from", "apply", "--to", "apply", "--yes", "--json")
    assert applied.code == 0, applied.err
    assert [event["percent"] for event in applied.of("TrafficShifted")] == [100]
    assert alias(verified, local_cloud) == ("2", False)
