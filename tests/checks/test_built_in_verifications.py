"""Without any declaration every kind of things that a stack has is verified; what is wrong is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.checks.deployed import Place
from tests.local_cloud import Cloud, zipped

from fairway.checks.after import built_in


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests break does not come right by waiting."""
    monkeypatch.setattr(built_in, "WITHIN", 0.0)


def test_the_checklist_of_a_stack_that_stands(shop: Place) -> None:
    found = shop.built_in()
    assert {name: each.message for name, each in found.items()} == {
        "functions": "1 active with the code that was built",
        "tables": "1 active",
        "state machines": "2 active",
        "roles": "2 there",
        "log groups": "1 there",
        "alarms": "1 quiet",
    }
    assert {each.result for each in found.values()} == {"passed"}


def test_apis_answer_although_nothing_is_at_their_root(api: Place) -> None:
    found = api.built_in()["APIs"]
    assert (found.result, found.message) == ("passed", "1 answering")


Break = Callable[[Any, str], Any]
GONE = "is not there any more"


OTHER = zipped({"app.py": "def handler(event, context): return 'other'"})
DAMAGES: Sequence[tuple[str, str, str, Break, str]] = [
    ("tables", "dynamodb", "Orders", lambda aws, it: aws.delete_table(TableName=it), GONE),
    ("functions", "lambda", "Worker", lambda aws, it: aws.delete_function(FunctionName=it), GONE),
    (
        "functions",
        "lambda",
        "Worker",
        lambda aws, it: aws.update_function_code(FunctionName=it, ZipFile=OTHER),
        "Worker runs other code than was built",
    ),
    ("roles", "iam", "FlowRole", lambda aws, it: aws.delete_role(RoleName=it), GONE),
    ("log groups", "logs", "Logs", lambda aws, it: aws.delete_log_group(logGroupName=it), GONE),
    (
        "state machines",
        "stepfunctions",
        "Flow",
        lambda aws, it: aws.delete_state_machine(stateMachineArn=it),
        GONE,
    ),
    (
        "alarms",
        "cloudwatch",
        "Errors",
        lambda aws, it: aws.set_alarm_state(AlarmName=it, StateValue="ALARM", StateReason="3 errors"),
        "is in ALARM: 3 errors",
    ),
    ("alarms", "cloudwatch", "Errors", lambda aws, it: aws.delete_alarms(AlarmNames=[it]), GONE),
]


@pytest.mark.parametrize(("kind", "service", "address", "damage", "message"), DAMAGES)
def test_what_was_broken_is_named(
    own_shop: Place, local_cloud: Cloud, kind: str, service: str, address: str, damage: Break, message: str
) -> None:
    damage(local_cloud.client(service), own_shop.identifier(address))
    found = own_shop.built_in()
    assert {name for name, each in found.items() if each.result == "failed"} == {kind}
    assert message in found[kind].message
    assert found[kind].next
