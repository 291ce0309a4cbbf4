"""State machines and functions that really run, together."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from tests.local.test_workflows import Workflows, end, states
from tests.local_cloud import unique

WORKER = """
import json, boto3

class TooSmall(Exception):
    pass

def handler(event, context):
    if event.get("token"):
        boto3.client("stepfunctions").send_task_success(
            taskToken=event["token"], output=json.dumps({"approved": event["amount"]})
        )
        return
    if event["amount"] < 10:
        raise TooSmall(f"{event['amount']} is not enough")
    return {"amount": event["amount"] * 2}
"""


@pytest.fixture(scope="module")
def worker(local_cloud: Any) -> str:
    name = local_cloud.function({"app.py": WORKER})
    arn: str = local_cloud.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    return arn


@pytest.fixture(scope="module")
def workflows(local_cloud: Any) -> Workflows:
    return Workflows(local_cloud, local_cloud.role())


def invoke(worker: str, payload: dict[str, Any], suffix: str = "", **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::lambda:invoke{suffix}",
        "Parameters": {"FunctionName": worker, "Payload": payload},
        **more,
    }


def test_a_function_is_called_by_its_arn(workflows: Workflows, worker: str) -> None:
    assert workflows.output(states("T", T=end(Type="Task", Resource=worker)), {"amount": 21}) == {
        "amount": 42
    }


def test_a_function_is_called_by_the_integration(workflows: Workflows, worker: str) -> None:
    task = invoke(worker, {"amount.$": "$.amount"}, OutputPath="$.Payload", End=True)
    assert workflows.output(states("T", T=task), {"amount": 10}) == {"amount": 20}


def test_an_exception_is_caught_by_its_name(workflows: Workflows, worker: str) -> None:
    catch = [{"ErrorEquals": ["TooSmall"], "ResultPath": "$.failure", "Next": "Sorry"}]
    task = invoke(worker, {"amount.$": "$.amount"}, Catch=catch, Next="Never")
    definition = states("T", T=task, Never={"Type": "Fail"}, Sorry=end(Type="Pass"))
    output = workflows.output(definition, {"amount": 1})
    assert output["failure"]["Error"] == "TooSmall"
    assert json.loads(output["failure"]["Cause"])["errorMessage"] == "1 is not enough"


def test_a_function_answers_a_task_token(workflows: Workflows, worker: str) -> None:
    task = invoke(
        worker,
        {"token.$": "$$.Task.Token", "amount.$": "$.amount"},
        suffix=".waitForTaskToken",
        HeartbeatSeconds=15,
        End=True,
    )
    assert workflows.output(states("T", T=task), {"amount": 7}) == {"approved": 7}


def test_many_are_mapped_over_at_once(workflows: Workflows, worker: str) -> None:
    item = states("D", D=invoke(worker, {"amount.$": "$"}, OutputPath="$.Payload.amount", End=True))
    mapped = end(Type="Map", ItemsPath="$.amounts", ItemProcessor=item, MaxConcurrency=4)
    assert workflows.output(states("M", M=mapped), {"amounts": [10, 11, 12]}) == [20, 22, 24]


def test_a_changed_function_is_what_the_next_execution_calls(local_cloud: Any, workflows: Workflows) -> None:
    from tests.local_cloud import zipped

    functions = local_cloud.client("lambda")
    name = local_cloud.function({"app.py": "def handler(e, c): return 1"}, FunctionName=unique("swapped"))
    arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    definition = states("T", T=end(Type="Task", Resource=arn))
    assert workflows.output(definition) == 1
    functions.update_function_code(
        FunctionName=name, ZipFile=zipped({"app.py": "def handler(e, c): return 2"})
    )
    assert workflows.output(definition) == 2


def test_jsonata_arguments_and_output_around_a_function(workflows: Workflows, worker: str) -> None:
    task = end(
        Type="Task",
        Resource="arn:aws:states:::lambda:invoke",
        Arguments={"FunctionName": worker, "Payload": {"amount": "{% $sum($states.input.parts) %}"}},
        Output={"total": "{% $states.result.Payload.amount %}"},
    )
    assert workflows.output({"QueryLanguage": "JSONata", **states("T", T=task)}, {"parts": [4, 6]}) == {
        "total": 20
    }


def test_waiting_executions_do_not_hold_each_other_up(workflows: Workflows) -> None:
    """Eight times two seconds, one after the other, would be sixteen."""
    arn = workflows.create(states("W", W=end(Type="Wait", Seconds=2)))
    began = time.monotonic()
    for execution in [workflows.start(arn) for _ in range(8)]:
        assert workflows.finished(execution)["status"] == "SUCCEEDED"
    assert time.monotonic() - began < 10
