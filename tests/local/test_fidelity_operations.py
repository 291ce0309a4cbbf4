"""EventBridge, Scheduler, CloudWatch, Logs and Step Functions resources answer what they were told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.round_trip import Do, Trip, travel
from tests.local_cloud import Cloud, unique

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/rt-states"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"

TARGETS: list[dict[str, Any]] = [
    {
        "Id": "a",
        "Arn": QUEUE + ".fifo",
        "SqsParameters": {"MessageGroupId": "g"},
        "DeadLetterConfig": {"Arn": QUEUE},
        "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
    },
    {
        "Id": "b",
        "Arn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f",
        "InputTransformer": {"InputPathsMap": {"x": "$.detail"}, "InputTemplate": '{"x": <x>}'},
    },
    {
        "Id": "c",
        "Arn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m",
        "RoleArn": ROLE,
        "InputPath": "$.detail",
    },
]
EVENTS = (
    Trip(
        id="bus",
        service="events",
        create=Do(
            "create_event_bus",
            {
                "Name": "rt-bus",
                "Description": "d",
                "KmsKeyIdentifier": KEY,
                "DeadLetterConfig": {"Arn": QUEUE},
                "LogConfig": {"IncludeDetail": "FULL", "Level": "INFO"},
            },
        ),
        read=Do("describe_event_bus", {"Name": "rt-bus"}),
        update=(
            Do(
                "update_event_bus",
                {
                    "Name": "rt-bus",
                    "Description": "e",
                    "DeadLetterConfig": {"Arn": QUEUE + "2"},
                    "LogConfig": {"IncludeDetail": "NONE", "Level": "ERROR"},
                },
            ),
        ),
        then={
            "Description": "e",
            "DeadLetterConfig": {"Arn": QUEUE + "2"},
            "LogConfig": {"IncludeDetail": "NONE", "Level": "ERROR"},
        },
        delete=Do("delete_event_bus", {"Name": "rt-bus"}),
        missing="ResourceNotFoundException: Event bus rt-bus does not exist.",
    ),
    Trip(
        id="rule",
        service="events",
        create=Do(
            "put_rule",
            {
                "Name": "rt-rule",
                "EventPattern": '{"source": ["a"]}',
                "State": "DISABLED",
                "Description": "d",
                "RoleArn": ROLE,
            },
        ),
        read=Do("describe_rule", {"Name": "rt-rule"}),
        update=(
            Do(
                "put_rule",
                {
                    "Name": "rt-rule",
                    "ScheduleExpression": "rate(5 minutes)",
                    "State": "ENABLED",
                    "Description": "e",
                },
            ),
        ),
        then={"ScheduleExpression": "rate(5 minutes)", "State": "ENABLED", "Description": "e"},
        delete=Do("delete_rule", {"Name": "rt-rule"}),
        missing="ResourceNotFoundException: Rule rt-rule does not exist on EventBus default.",
    ),
    Trip(
        id="targets",
        service="events",
        before=(Do("put_rule", {"Name": "rt-targets", "EventPattern": '{"source": ["a"]}'}),),
        create=Do("put_targets", {"Rule": "rt-targets", "Targets": TARGETS}),
        read=Do("list_targets_by_rule", {"Rule": "rt-targets"}),
        reads={"Targets": TARGETS},
        update=(Do("remove_targets", {"Rule": "rt-targets", "Ids": ["b", "c"]}),),
        then={"Targets": TARGETS[:1]},
    ),
    Trip(
        id="schedule",
        service="scheduler",
        create=Do(
            "create_schedule",
            {
                "Name": "rt-schedule",
                "GroupName": "default",
                "ScheduleExpression": "rate(1 hour)",
                "Description": "d",
                "ScheduleExpressionTimezone": "Europe/Berlin",
                "State": "DISABLED",
                "ActionAfterCompletion": "DELETE",
                "KmsKeyArn": KEY,
                "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
                "Target": {
                    "Arn": QUEUE,
                    "RoleArn": ROLE,
                    "Input": "{}",
                    "DeadLetterConfig": {"Arn": QUEUE},
                    "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 90},
                },
            },
        ),
        read=Do("get_schedule", {"Name": "rt-schedule", "GroupName": "default"}),
        update=(
            Do(
                "update_schedule",
                {
                    "Name": "rt-schedule",
                    "GroupName": "default",
                    "ScheduleExpression": "rate(2 hours)",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {"Arn": QUEUE, "RoleArn": ROLE},
                },
            ),
        ),
        # An update sets everything; what it leaves out gets its default (BC scheduler UpdateSchedule).
        then={
            "ScheduleExpression": "rate(2 hours)",
            "State": "ENABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpressionTimezone": "UTC",
            "ActionAfterCompletion": "NONE",
        },
        delete=Do("delete_schedule", {"Name": "rt-schedule", "GroupName": "default"}),
        missing="ResourceNotFoundException: Schedule rt-schedule does not exist.",
    ),
)

ALARM = {
    "AlarmName": "rt-alarm",
    "AlarmDescription": "d",
    "ActionsEnabled": False,
    "OKActions": [QUEUE],
    "AlarmActions": [QUEUE],
    "InsufficientDataActions": [QUEUE],
    "MetricName": "Errors",
    "Namespace": "AWS/Lambda",
    "Statistic": "Sum",
    "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
    "Period": 60,
    "Unit": "Count",
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 1.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}
MATH = {
    "AlarmName": "rt-math",
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluateLowSampleCountPercentile": "ignore",
    "Metrics": [
        {"Id": "e", "Expression": "100 * a / b", "Label": "rate", "ReturnData": True},
        {
            "Id": "a",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/Lambda",
                    "MetricName": "Errors",
                    "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
                },
                "Period": 60,
                "Stat": "p99",
            },
        },
        {
            "Id": "b",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Invocations"},
                "Period": 60,
                "Stat": "Sum",
            },
        },
    ],
}


def alarm(properties: dict[str, Any], **changes: Any) -> Trip:
    name = properties["AlarmName"]
    return Trip(
        id=name,
        service="cloudwatch",
        create=Do("put_metric_alarm", properties),
        read=Do("describe_alarms", {"AlarmNames": [name]}),
        at="MetricAlarms.0",
        reads=properties,
        update=(Do("put_metric_alarm", {**properties, **changes}),),
        then={**properties, **changes},
    )


CLOUDWATCH = (
    alarm(
        ALARM,
        Threshold=2.0,
        AlarmDescription="e",
        TreatMissingData="breaching",
        ActionsEnabled=True,
        OKActions=[],
    ),
    alarm(MATH, Threshold=6.0),
    alarm(
        {
            **{k: v for k, v in ALARM.items() if k != "Statistic"},
            "AlarmName": "rt-percentile",
            "ExtendedStatistic": "p95",
        },
        ExtendedStatistic="p90",
    ),
    Trip(
        id="composite",
        service="cloudwatch",
        before=(Do("put_metric_alarm", ALARM),),
        create=Do(
            "put_composite_alarm",
            {
                "AlarmName": "rt-composite",
                "AlarmRule": "ALARM(rt-alarm) OR FALSE",
                "AlarmDescription": "d",
                "ActionsEnabled": False,
                "AlarmActions": [QUEUE],
                "OKActions": [QUEUE],
                "InsufficientDataActions": [QUEUE],
                "ActionsSuppressor": "rt-alarm",
                "ActionsSuppressorWaitPeriod": 60,
                "ActionsSuppressorExtensionPeriod": 30,
            },
        ),
        read=Do("describe_alarms", {"AlarmNames": ["rt-composite"], "AlarmTypes": ["CompositeAlarm"]}),
        at="CompositeAlarms.0",
        update=(Do("put_composite_alarm", {"AlarmName": "rt-composite", "AlarmRule": "OK(rt-alarm)"}),),
        then={"AlarmRule": "OK(rt-alarm)", "ActionsEnabled": True},
    ),
    Trip(
        id="dashboard",
        service="cloudwatch",
        create=Do("put_dashboard", {"DashboardName": "rt-board", "DashboardBody": '{"widgets": []}'}),
        read=Do("get_dashboard", {"DashboardName": "rt-board"}),
        update=(Do("put_dashboard", {"DashboardName": "rt-board", "DashboardBody": '{"widgets": [ ]}'}),),
        then={"DashboardBody": '{"widgets": [ ]}'},
        delete=Do("delete_dashboards", {"DashboardNames": ["rt-board"]}),
        missing="ResourceNotFound: Dashboard rt-board does not exist",
    ),
)

GROUP = Do("create_log_group", {"logGroupName": "rt-filters"})
TRANSFORM = {
    "metricName": "n",
    "metricNamespace": "s",
    "metricValue": "$.v",
    "defaultValue": 0.0,
    "unit": "Count",
}
LOGS = (
    Trip(
        id="group",
        service="logs",
        create=Do(
            "create_log_group",
            {"logGroupName": "rt-group", "kmsKeyId": KEY, "logGroupClass": "INFREQUENT_ACCESS"},
        ),
        read=Do("describe_log_groups", {"logGroupNamePrefix": "rt-group"}),
        at="logGroups.0",
        update=(
            Do("put_retention_policy", {"logGroupName": "rt-group", "retentionInDays": 7}),
            Do("disassociate_kms_key", {"logGroupName": "rt-group"}),
        ),
        then={"retentionInDays": 7, "kmsKeyId": None, "logGroupClass": "INFREQUENT_ACCESS"},
    ),
    Trip(
        id="group-plain",
        service="logs",
        create=Do("create_log_group", {"logGroupName": "rt-plain"}),
        read=Do("describe_log_groups", {"logGroupNamePrefix": "rt-plain"}),
        at="logGroups.0",
        reads={"logGroupClass": "STANDARD", "deletionProtectionEnabled": False},
    ),
    Trip(
        id="metric-filter",
        service="logs",
        before=(GROUP,),
        create=Do(
            "put_metric_filter",
            {
                "logGroupName": "rt-filters",
                "filterName": "m",
                "filterPattern": "{ $.v = * }",
                "metricTransformations": [TRANSFORM],
            },
        ),
        read=Do("describe_metric_filters", {"logGroupName": "rt-filters", "filterNamePrefix": "m"}),
        at="metricFilters.0",
        update=(
            Do(
                "put_metric_filter",
                {
                    "logGroupName": "rt-filters",
                    "filterName": "m",
                    "filterPattern": "ERROR",
                    "metricTransformations": [
                        {
                            "metricName": "n",
                            "metricNamespace": "s",
                            "metricValue": "1",
                            "dimensions": {"a": "$.a"},
                        }
                    ],
                    "applyOnTransformedLogs": True,
                },
            ),
        ),
        then={
            "filterPattern": "ERROR",
            "metricTransformations": [{"metricValue": "1", "dimensions": {"a": "$.a"}}],
            "applyOnTransformedLogs": True,
        },
    ),
)

DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
CHANGED = json.dumps({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
STATES_ROLE = Do("create_role", {"RoleName": "rt-states", "AssumeRolePolicyDocument": TRUST}, service="iam")
LOGGING = {
    "level": "ALL",
    "includeExecutionData": True,
    "destinations": [
        {"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:x:*"}}
    ],
}
STATES = (
    Trip(
        id="machine",
        service="stepfunctions",
        before=(STATES_ROLE,),
        create=Do(
            "create_state_machine",
            {
                "name": "rt-machine",
                "definition": DEFINITION,
                "roleArn": ROLE,
                "type": "EXPRESS",
                "loggingConfiguration": LOGGING,
                "tracingConfiguration": {"enabled": True},
                "encryptionConfiguration": {
                    "type": "CUSTOMER_MANAGED_KMS_KEY",
                    "kmsKeyId": KEY,
                    "kmsDataKeyReusePeriodSeconds": 300,
                },
            },
            {"arn": "stateMachineArn"},
        ),
        read=Do("describe_state_machine", {"stateMachineArn": "<arn>"}),
        update=(
            Do(
                "update_state_machine",
                {
                    "stateMachineArn": "<arn>",
                    "definition": CHANGED,
                    "tracingConfiguration": {"enabled": False},
                    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
                    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
                },
            ),
        ),
        then={
            "definition": CHANGED,
            "tracingConfiguration": {"enabled": False},
            "loggingConfiguration": {"level": "OFF"},
            "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
            "status": "ACTIVE",
            "type": "EXPRESS",
        },
        delete=Do("delete_state_machine", {"stateMachineArn": "<arn>"}),
        missing="StateMachineDoesNotExist: State Machine Does Not Exist: "
        f"'arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:rt-machine'",
    ),
    Trip(
        id="activity",
        service="stepfunctions",
        create=Do(
            "create_activity",
            {
                "name": "rt-activity",
                "encryptionConfiguration": {
                    "type": "CUSTOMER_MANAGED_KMS_KEY",
                    "kmsKeyId": KEY,
                    "kmsDataKeyReusePeriodSeconds": 300,
                },
            },
            {"arn": "activityArn"},
        ),
        read=Do("describe_activity", {"activityArn": "<arn>"}),
        then={"name": "rt-activity"},
        delete=Do("delete_activity", {"activityArn": "<arn>"}),
        missing="ActivityDoesNotExist: Activity Does Not Exist: "
        f"'arn:aws:states:us-east-1:{ACCOUNT}:activity:rt-activity'",
    ),
)


@pytest.mark.parametrize("trip", [*EVENTS, *CLOUDWATCH, *LOGS, *STATES], ids=lambda t: f"{t.service}-{t.id}")
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


def test_subscription_filter_answers_what_it_was_told(local_cloud: Any) -> None:
    logs, kinesis = local_cloud.client("logs"), local_cloud.client("kinesis")
    kinesis.create_stream(StreamName="rt-subscribed", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="rt-subscribed")["StreamDescription"]["StreamARN"]
    logs.create_log_group(logGroupName="rt-subscribed")
    wanted = {
        "filterName": "f",
        "filterPattern": "ERROR",
        "destinationArn": arn,
        "roleArn": ROLE,
        "distribution": "Random",
    }
    logs.put_subscription_filter(logGroupName="rt-subscribed", **wanted)
    (found,) = logs.describe_subscription_filters(logGroupName="rt-subscribed")["subscriptionFilters"]
    assert {key: found.get(key) for key in wanted} == wanted
    logs.delete_subscription_filter(logGroupName="rt-subscribed", filterName="f")
    assert logs.describe_subscription_filters(logGroupName="rt-subscribed")["subscriptionFilters"] == []


def test_a_deleted_alarm_is_in_no_list(local_cloud: Any) -> None:
    cloudwatch = local_cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": "gone-1"})
    cloudwatch.put_composite_alarm(AlarmName="gone-2", AlarmRule="ALARM(gone-1)")
    cloudwatch.delete_alarms(AlarmNames=["gone-2"])
    cloudwatch.delete_alarms(AlarmNames=["gone-1"])
    found = cloudwatch.describe_alarms(AlarmNamePrefix="gone-", AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert (found["MetricAlarms"], found["CompositeAlarms"]) == ([], [])


def test_a_queues_policy_stays_when_other_attributes_are_set(local_cloud: Cloud) -> None:
    sqs = local_cloud.client("sqs")
    url = sqs.create_queue(QueueName=unique("kept"))["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "90"})
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert json.loads(found["Policy"])["Statement"] == [statement]
    assert found["VisibilityTimeout"] == "90"


def test_an_activity_begins_without_the_tags_of_one_that_was_deleted(local_cloud: Cloud) -> None:
    states = local_cloud.client("stepfunctions")
    for key in ("first", "second"):
        arn = states.create_activity(name="tagged-twice", tags=[{"key": key, "value": "x"}])["activityArn"]
        assert [tag["key"] for tag in states.list_tags_for_resource(resourceArn=arn)["tags"]] == [key]
        states.delete_activity(activityArn=arn)
