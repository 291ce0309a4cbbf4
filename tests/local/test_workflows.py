"""State machines really run: control flow, data, errors, callbacks, nested executions, history, logs."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from tests.local.events_world import eventually
from tests.local_cloud import unique


class Workflows:
    def __init__(self, cloud: Any, role: str) -> None:
        self.cloud = cloud
        self.client = cloud.client("stepfunctions")
        # botocore would call "sync-" in front of the host's name, which no resolver knows here
        self.client.meta.config.inject_host_prefix = False
        self.role = role

    def create(self, definition: dict[str, Any], **more: Any) -> str:
        arn: str = self.client.create_state_machine(
            name=unique("machine"), roleArn=self.role, definition=json.dumps(definition), **more
        )["stateMachineArn"]
        return arn

    def start(self, arn: str, given: Any = None) -> str:
        execution: str = self.client.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))[
            "executionArn"
        ]
        return execution

    def finished(self, execution: str, seconds: float = 20) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found: dict[str, Any] = self.client.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.05)
        raise AssertionError(f"{execution} did not finish within {seconds} s")

    def run(self, definition: dict[str, Any], given: Any = None) -> dict[str, Any]:
        return self.finished(self.start(self.create(definition), given))

    def output(self, definition: dict[str, Any], given: Any = None) -> Any:
        found = self.run(definition, given)
        assert found["status"] == "SUCCEEDED", (found.get("error"), found.get("cause"))
        return json.loads(found["output"])


@pytest.fixture(scope="module")
def workflows(local_cloud: Any) -> Workflows:
    return Workflows(local_cloud, local_cloud.role())


def states(start: str, **named: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": start, "States": named}


def end(**state: Any) -> dict[str, Any]:
    return {**state, "End": True}


def test_choice_pass_and_wait(workflows: Workflows) -> None:
    definition = states(
        "Which",
        Which={
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericGreaterThan": 3, "Next": "Big"}],
            "Default": "Small",
        },
        Big={"Type": "Wait", "Seconds": 1, "Next": "Said"},
        Said=end(Type="Pass", Result="big", ResultPath="$.said"),
        Small=end(Type="Pass", Result="small"),
    )
    assert workflows.output(definition, {"n": 5}) == {"n": 5, "said": "big"}
    assert workflows.output(definition, {"n": 1}) == "small"


def test_map_and_parallel(workflows: Workflows) -> None:
    double = states("D", D=end(Type="Pass", Parameters={"twice.$": "States.MathAdd($, $)"}))
    mapped = end(Type="Map", ItemsPath="$.items", ItemProcessor=double, MaxConcurrency=2)
    assert workflows.output(states("M", M=mapped), {"items": [1, 2, 3]}) == [
        {"twice": 2},
        {"twice": 4},
        {"twice": 6},
    ]
    branches = [states("A", A=end(Type="Pass", Result=1)), states("B", B=end(Type="Pass", Result=2))]
    assert workflows.output(states("P", P=end(Type="Parallel", Branches=branches))) == [1, 2]


def test_catch_gets_the_error_and_fail_ends_the_execution(workflows: Workflows) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": "http://localhost/123456789012/none", "MessageBody": "x"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}],
        "Next": "Never",
    }
    definition = states(
        "T", T=task, Never={"Type": "Succeed"}, Failed={"Type": "Fail", "Error": "Mine", "Cause": "because"}
    )
    found = workflows.run(definition)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Mine", "because")
    assert found["stopDate"] >= found["startDate"]


def test_jsonata(workflows: Workflows) -> None:
    definition = {
        "QueryLanguage": "JSONata",
        **states(
            "A",
            A={
                "Type": "Pass",
                "Assign": {"total": "{% $sum($states.input.items) %}", "who": 'a "quoted" name'},
                "Next": "B",
            },
            B={"Type": "Choice", "Choices": [{"Condition": "{% $total > 5 %}", "Next": "C"}], "Default": "D"},
            C=end(
                Type="Pass",
                Output={
                    "total": "{% $total %}",
                    "who": "{% $uppercase($who) %}",
                    "none": "{% $states.input.nope ? 1 : 0 %}",
                },
            ),
            D={"Type": "Fail"},
        ),
    }
    assert workflows.output(definition, {"items": [1, 2, 3]}) == {
        "total": 6,
        "who": 'A "QUOTED" NAME',
        "none": 0,
    }


def test_a_jsonata_error_fails_the_state_by_name(workflows: Workflows) -> None:
    definition = {"QueryLanguage": "JSONata", **states("A", A=end(Type="Pass", Output="{% $number('x') %}"))}
    assert workflows.run(definition)["error"] == "States.QueryEvaluationError"


def test_sdk_results_with_times_can_be_described(workflows: Workflows) -> None:
    workflows.cloud.client("dynamodb").create_table(
        TableName="timed",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    task = end(
        Type="Task",
        Resource="arn:aws:states:::aws-sdk:dynamodb:describeTable",
        Parameters={"TableName": "timed"},
    )
    output = workflows.output(states("T", T=task))
    assert output["Table"]["TableName"] == "timed"
    assert isinstance(output["Table"]["CreationDateTime"], str)


def test_task_token_is_waited_for(workflows: Workflows) -> None:
    sqs = workflows.cloud.client("sqs")
    queue = sqs.create_queue(QueueName="tokens")["QueueUrl"]
    task = end(
        Type="Task",
        Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters={"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
    )
    arn = workflows.create(states("T", T=task))

    def token() -> str:
        message = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages", []))[0]
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return str(json.loads(message["Body"])["token"])

    first = workflows.start(arn)
    workflows.client.send_task_success(taskToken=token(), output='{"done": true}')
    assert json.loads(workflows.finished(first)["output"]) == {"done": True}
    second = workflows.start(arn)
    workflows.client.send_task_failure(taskToken=token(), error="No", cause="refused")
    found = workflows.finished(second)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "No", "refused")


def test_missing_heartbeats_time_out_by_name(workflows: Workflows) -> None:
    queue = workflows.cloud.client("sqs").create_queue(QueueName="heartbeats")["QueueUrl"]
    task = end(
        Type="Task",
        Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters={"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        HeartbeatSeconds=1,
        TimeoutSeconds=30,
    )
    found = workflows.run(states("T", T=task))
    assert (found["status"], found["error"]) == ("FAILED", "States.HeartbeatTimeout")


def test_nested_execution_is_waited_for(workflows: Workflows) -> None:
    inner = workflows.create(states("I", I=end(Type="Pass", Result={"inner": 1})))
    task = end(
        Type="Task",
        Resource="arn:aws:states:::states:startExecution.sync:2",
        Parameters={"StateMachineArn": inner, "Input": {"a": 1}},
        ResultSelector={"said.$": "$.Output.inner", "status.$": "$.Status"},
    )
    assert workflows.output(states("T", T=task)) == {"said": 1, "status": "SUCCEEDED"}


def test_a_failed_nested_execution_fails_the_task(workflows: Workflows) -> None:
    inner = workflows.create(states("I", I={"Type": "Fail", "Error": "Inner"}))
    task = end(
        Type="Task",
        Resource="arn:aws:states:::states:startExecution.sync:2",
        Parameters={"StateMachineArn": inner},
    )
    found = workflows.run(states("T", T=task))
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")


def test_express_executions_answer_at_once(workflows: Workflows) -> None:
    arn = workflows.create(states("P", P=end(Type="Pass", Result={"a": 1})), type="EXPRESS")
    found = workflows.client.start_sync_execution(stateMachineArn=arn, input='{"b": 2}', name="sync")
    assert (found["status"], json.loads(found["output"]), json.loads(found["input"])) == (
        "SUCCEEDED",
        {"a": 1},
        {"b": 2},
    )
    failing = workflows.create(states("F", F={"Type": "Fail", "Error": "E", "Cause": "C"}), type="EXPRESS")
    found = workflows.client.start_sync_execution(stateMachineArn=failing)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "E", "C")


def test_a_standard_machine_cannot_be_run_synchronously(workflows: Workflows) -> None:
    arn = workflows.create(states("P", P=end(Type="Pass")))
    with pytest.raises(workflows.client.exceptions.StateMachineTypeNotSupported):
        workflows.client.start_sync_execution(stateMachineArn=arn)


def test_an_update_takes_effect_for_new_executions(workflows: Workflows) -> None:
    arn = workflows.create(states("P", P=end(Type="Pass", Result=1)))
    assert json.loads(workflows.finished(workflows.start(arn))["output"]) == 1
    workflows.client.update_state_machine(
        stateMachineArn=arn, definition=json.dumps(states("Q", Q=end(Type="Pass", Result=2)))
    )
    assert json.loads(workflows.finished(workflows.start(arn))["output"]) == 2


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"StartAt": "A"},
        {"States": {"A": {"Type": "Succeed"}}},
        {"StartAt": "Nowhere", "States": {"A": {"Type": "Succeed"}}},
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}},
        {"StartAt": "A", "States": {"A": {"Type": "Pass"}}},
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Nowhere"}]}
            },
        },
        {
            "StartAt": "A",
            "States": {"A": {"Type": "Parallel", "End": True, "Branches": [{"StartAt": "X", "States": {}}]}},
        },
        {"StartAt": "A", "States": {"A": {"Type": "Task", "End": True}}},
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Pass", "End": True, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]}
            },
        },
    ],
)
def test_an_invalid_definition_is_refused(workflows: Workflows, definition: dict[str, Any]) -> None:
    with pytest.raises(workflows.client.exceptions.InvalidDefinition) as refused:
        workflows.create(definition)
    assert "Invalid State Machine Definition: " in str(refused.value)


def test_the_history_can_be_read(workflows: Workflows) -> None:
    execution = workflows.start(workflows.create(states("P", P=end(Type="Pass", Result={"a": 1}))))
    workflows.finished(execution)
    events = workflows.client.get_execution_history(executionArn=execution)["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert events[1]["stateEnteredEventDetails"]["name"] == "P"
    assert json.loads(events[-1]["executionSucceededEventDetails"]["output"]) == {"a": 1}
    newest = workflows.client.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)[
        "events"
    ]
    assert [event["type"] for event in newest] == ["ExecutionSucceeded"]


def test_executions_are_logged_where_the_machine_says(workflows: Workflows) -> None:
    logs = workflows.cloud.client("logs")
    logs.create_log_group(logGroupName="/workflows/logged")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/workflows/logged:*"
    arn = workflows.create(
        states("P", P=end(Type="Pass", Result={"a": 1})),
        type="EXPRESS",
        loggingConfiguration={
            "level": "ALL",
            "includeExecutionData": True,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        },
    )
    workflows.client.start_sync_execution(stateMachineArn=arn)
    lines = [
        json.loads(event["message"])
        for event in logs.filter_log_events(logGroupName="/workflows/logged")["events"]
    ]
    assert [line["type"] for line in lines] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert json.loads(lines[-1]["details"]["output"]) == {"a": 1}


def test_a_stopped_execution_says_why(workflows: Workflows) -> None:
    execution = workflows.start(workflows.create(states("W", W=end(Type="Wait", Seconds=60))))
    workflows.client.stop_execution(executionArn=execution, error="Enough", cause="tired")
    found = workflows.finished(execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "tired")
