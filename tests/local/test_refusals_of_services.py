"""Mistakes that AWS refuses are refused here too, in AWS's words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.local.round_trip import Do
from tests.local_cloud import unique

ACCOUNT = "123456789012"


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def trust(service: str) -> str:
    return policy(Principal={"Service": service}, Action="sts:AssumeRole")


def role(document: str) -> Do:
    return Do("create_role", {"RoleName": "refused", "AssumeRolePolicyDocument": document}, service="iam")


def queue(**attributes: str) -> Do:
    return Do("create_queue", {"QueueName": "refused", "Attributes": attributes}, service="sqs")


@pytest.mark.parametrize(
    ("step", "code", "text"),
    [
        (Do("create_bucket", {"Bucket": "Upper-Case"}, service="s3"), "InvalidBucketName", "not valid"),
        (Do("create_bucket", {"Bucket": "under_score"}, service="s3"), "InvalidBucketName", "not valid"),
        (Do("create_bucket", {"Bucket": "10.0.0.1"}, service="s3"), "InvalidBucketName", "not valid"),
        (queue(VisibilityTimeout="99999999"), "InvalidAttributeValue", "parameter VisibilityTimeout"),
        (queue(DelaySeconds="901"), "InvalidAttributeValue", "parameter DelaySeconds"),
        (role("{"), "MalformedPolicyDocument", "invalid Json"),
        (role(policy(Action="sts:AssumeRole")), "MalformedPolicyDocument", "field Principal"),
        (
            role(policy(Principal="*", Action="x:y", Resource="*")),
            "MalformedPolicyDocument",
            "field Resource",
        ),
        (
            Do(
                "create_policy",
                {"PolicyName": "refused", "PolicyDocument": policy(Principal="*", Action="*", Resource="*")},
                service="iam",
            ),
            "MalformedPolicyDocument",
            "principal",
        ),
    ],
)
def test_a_mistake_is_refused(local_cloud: Any, step: Do, code: str, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(local_cloud.client(step.service), step.operation)(**step.params)
    assert refused.value.response["Error"]["Code"] == code
    assert text in refused.value.response["Error"]["Message"]


def test_only_some_retentions_are_possible(local_cloud: Any) -> None:
    logs = local_cloud.client("logs")
    name = unique("retention")
    logs.create_log_group(logGroupName=name)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="retentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=8)
    logs.put_retention_policy(logGroupName=name, retentionInDays=3653)


def test_a_role_that_trusts_another_service_is_refused(local_cloud: Any) -> None:
    iam, states = local_cloud.client("iam"), local_cloud.client("stepfunctions")
    name = unique("untrusting")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))["Role"]["Arn"]
    functions = local_cloud.client("lambda")
    with pytest.raises(
        functions.exceptions.InvalidParameterValueException, match="cannot be assumed by Lambda"
    ):
        local_cloud.function({"app.py": "def handler(e, c): return 1"}, Role=arn)
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    with pytest.raises(ClientError, match=r"AccessDeniedException.*is authorized to assume"):
        states.create_state_machine(name=name, definition=definition, roleArn=arn)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust("states.us-east-1.amazonaws.com"))
    states.create_state_machine(name=name, definition=definition, roleArn=arn)


def test_inline_policies_of_a_role_have_a_size_together(local_cloud: Any) -> None:
    iam = local_cloud.client("iam")
    name = unique("large")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))
    half = policy(Action=[f"service:Action{i}" for i in range(300)], Resource="*")
    iam.put_role_policy(RoleName=name, PolicyName="a", PolicyDocument=half)
    iam.put_role_policy(RoleName=name, PolicyName="a", PolicyDocument=half)
    with pytest.raises(iam.exceptions.LimitExceededException, match="Maximum policy size of 10240 bytes"):
        iam.put_role_policy(RoleName=name, PolicyName="b", PolicyDocument=half)


def test_a_bucket_cannot_notify_a_function_that_does_not_let_it(local_cloud: Any) -> None:
    s3, functions = local_cloud.client("s3"), local_cloud.client("lambda")
    bucket = unique("notifying")
    s3.create_bucket(Bucket=bucket)
    name = local_cloud.function({"app.py": "def handler(e, c): return 1"})
    arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    wanted = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
    functions.add_permission(
        FunctionName=name,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
