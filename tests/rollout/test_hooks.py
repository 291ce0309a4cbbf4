"""Functions are asked before a new version gets traffic, and once it has everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import write
from tests.local_cloud import Cloud
from tests.rollout.shop import ALIAS, FUNCTION, TEMPLATE, Shop, shop

PREFERENCE = """AutoPublishAlias: live,
      DeploymentPreference: {Type: AllAtOnce, Hooks: {PreTraffic: !Ref Before, PostTraffic: !Ref After}}"""
HOOKS = """\
  Before:
    Type: AWS::Serverless::Function
    Properties: &hook
      Runtime: python3.11
      Handler: before.handler
      CodeUri: hooks
      Environment: {Variables: {NEW: !GetAtt Shop.Arn}}
  After:
    Type: AWS::Serverless::Function
    Properties: {<<: *hook, Handler: after.handler}
Outputs:
"""
GOOD = "def handler(event, context): return {'status': 'Succeeded'}\n"
REPORTS = """\
import boto3

def handler(event, context):
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Succeeded",
    )
"""
NO = {
    "raises": "def handler(event, context): raise ValueError('the cart is empty')\n",
    "says so": "def handler(event, context): return {'status': 'Failed', 'why': 'the cart is empty'}\n",
    "says nothing": "def handler(event, context): print('the cart is empty')\n",
}


def template() -> str:
    return TEMPLATE.replace("AutoPublishAlias: live", PREFERENCE).replace("Outputs:\n", HOOKS)


@pytest.fixture
def live(tmp_path: Path, local_cloud: Cloud) -> Shop:
    found = shop(tmp_path, local_cloud, None)
    with_hooks(found, GOOD, GOOD)
    assert found.deploy("one", template()).result == "succeeded"
    return found


def with_hooks(live: Shop, before: str, after: str) -> None:
    write(live.request.source, {"hooks/before.py": before, "hooks/after.py": after})


def test_both_agree_and_the_version_goes_live(live: Shop) -> None:
    assert live.deploy("two", template()).result == "succeeded"
    assert live.shifts == [("2", 100, False)]


def test_each_is_told_which_versions_it_is_about(live: Shop) -> None:
    checks = """\
def handler(event, context):
    told = event["Fairway"]
    assert (told["Moment"], told["CurrentVersion"], told["NewVersion"]) == (%r, "1", "2"), event
    assert told["Alias"].endswith(":live")
    return {"status": "Succeeded"}
"""
    with_hooks(live, checks % "BeforeAllowTraffic", checks % "AfterAllowTraffic")
    assert live.deploy("two", template()).result == "succeeded", live.failures


@pytest.mark.parametrize("code", NO.values(), ids=NO)
def test_without_the_first_ones_consent_nothing_is_shifted(live: Shop, code: str) -> None:
    with_hooks(live, code, GOOD)
    assert live.deploy("two", template()).result == "failed"
    [failure] = live.failures
    assert (failure.address, failure.code) == (ALIAS, "rollout.hook")
    assert live.shifts == []
    assert live.alias() == ("1", {})


def test_without_the_second_ones_consent_everything_goes_back(live: Shop) -> None:
    with_hooks(live, GOOD, NO["raises"])
    assert live.deploy("two", template()).result == "failed"
    [failure] = live.failures
    assert "the cart is empty" in failure.message
    assert live.shifts == [("2", 100, False), ("1", 100, True)]
    assert live.alias() == ("1", {})
    assert live.answers() == {"one": 1}


def test_one_that_reports_to_codedeploy_is_told_what_to_do_instead(live: Shop) -> None:
    with_hooks(live, REPORTS, GOOD)
    assert live.deploy("two", template()).result == "failed"
    [failure] = live.failures
    assert "no CodeDeploy is used" in failure.next


def test_a_hotfix_asks_nobody(live: Shop) -> None:
    with_hooks(live, NO["raises"], NO["raises"])
    assert live.deploy("two", template(), all_at_once=True).result == "succeeded"
    assert live.answers() == {"two": 1}


def test_the_function_itself_is_changed_before_anybody_is_asked(live: Shop) -> None:
    """As with CodeDeploy, what is not behind the alias has the new code by then."""
    with_hooks(live, NO["raises"], GOOD)
    live.deploy("two", template())
    assert live.cloud.invoke(live.output(FUNCTION))[0] == "two"


def test_what_it_says_is_told_without_secrets(live: Shop) -> None:
    says = "def handler(event, context): return {'status': 'Failed', 'why': 'not with opensesame'}\n"
    with_hooks(live, says, GOOD)
    secretive = "Parameters: {Key: {Type: String, NoEcho: true}}\n" + template()
    assert live.deploy("two", secretive, parameters={"Key": "opensesame"}).result == "failed"
    assert "not with (secret)" in live.failures[0].message
    assert "opensesame" not in repr(live.told)
