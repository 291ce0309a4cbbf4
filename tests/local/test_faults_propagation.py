"""A new role cannot be used at once, and every service says so in its own words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import botocore.exceptions
import pytest
from tests.local_cloud import Cloud, unique, zipped

from fairway.aws.failures import Kind, classify

SECONDS = 0.6
_SERVICES = ["lambda", "states", "events", "scheduler", "apigateway"]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": [f"{name}.amazonaws.com" for name in _SERVICES]},
            "Action": "sts:AssumeRole",
        }
    ],
}
MACHINE = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


def policy(principal: str, resource: str = "*") -> str:
    """A policy that names a principal."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "*", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal: str) -> str:
    """A trust policy that names a principal."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def new_role(cloud: Cloud) -> str:
    created = cloud.client("iam").create_role(
        RoleName=unique("fresh"), AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    return str(created["Role"]["Arn"])


def function(cloud: Cloud, role: str, **more: Any) -> None:
    cloud.client("lambda").create_function(
        FunctionName=unique("function"),
        Runtime="python3.11",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": zipped({"app.py": "def handler(event, context): pass"})},
        **more,
    )


def target(cloud: Cloud, role: str) -> None:
    rule = unique("rule")
    cloud.client("events").put_rule(Name=rule, ScheduleExpression="rate(1 hour)")
    arn = "arn:aws:sqs:us-east-1:123456789012:queue"
    cloud.client("events").put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn, "RoleArn": role}])


def schedule(cloud: Cloud, role: str) -> None:
    cloud.client("scheduler").create_schedule(
        Name=unique("schedule"),
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:queue", "RoleArn": role},
    )


def queue_policy(cloud: Cloud, role: str) -> None:
    url = cloud.client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(role)})


def topic_policy(cloud: Cloud, role: str) -> None:
    arn = cloud.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    cloud.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=policy(role, arn)
    )


def bucket_policy(cloud: Cloud, role: str) -> None:
    name = unique("bucket")
    cloud.client("s3").create_bucket(Bucket=name)
    cloud.client("s3").put_bucket_policy(Bucket=name, Policy=policy(role))


def api_account(cloud: Cloud, role: str) -> None:
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    cloud.client("apigateway").update_account(patchOperations=[operation])


USES: Mapping[str, Callable[[Cloud, str], object]] = {
    "lambda": function,
    "stepfunctions": lambda cloud, role: cloud.client("stepfunctions").create_state_machine(
        name=unique("machine"), definition=MACHINE, roleArn=role
    ),
    "events": target,
    "scheduler": schedule,
    "sqs": queue_policy,
    "sns": topic_policy,
    "s3": bucket_policy,
    "apigateway": api_account,
    "kms": lambda cloud, role: cloud.client("kms").create_key(Policy=policy(role)),
    "iam": lambda cloud, role: cloud.client("iam").create_role(
        RoleName=unique("trusting"), AssumeRolePolicyDocument=trust(role)
    ),
}


@pytest.fixture
def cloud(local_cloud: Cloud) -> Iterator[Cloud]:
    local_cloud.local.set_faults({"propagation": SECONDS})
    yield local_cloud
    local_cloud.local.set_faults({"propagation": 0})


@pytest.mark.parametrize("service", USES)
def test_a_new_role_is_refused_as_propagation_and_accepted_later(cloud: Cloud, service: str) -> None:
    role = new_role(cloud)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        USES[service](cloud, role)
    assert classify(service, "Create", caught.value).kind is Kind.PROPAGATION
    time.sleep(SECONDS)
    USES[service](cloud, role)


def test_what_a_role_may_do_takes_time_too(cloud: Cloud) -> None:
    role = new_role(cloud)
    time.sleep(SECONDS)
    cloud.client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2], PolicyName="send", PolicyDocument=_allow("sqs:SendMessage")
    )
    dead_letters = {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"}
    with pytest.raises(botocore.exceptions.ClientError, match="does not have permissions"):
        function(cloud, role, DeadLetterConfig=dead_letters)
    function(cloud, role)
    time.sleep(SECONDS)
    function(cloud, role, DeadLetterConfig=dead_letters)


def test_a_changed_trust_policy_takes_time_too(cloud: Cloud) -> None:
    role = new_role(cloud)
    time.sleep(SECONDS)
    cloud.client("iam").update_assume_role_policy(
        RoleName=role.rpartition("/")[2], PolicyDocument=json.dumps(TRUST)
    )
    with pytest.raises(botocore.exceptions.ClientError, match="cannot be assumed by Lambda"):
        function(cloud, role)


def test_a_service_as_principal_is_known_at_once(cloud: Cloud) -> None:
    url = cloud.client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})


def _allow(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
