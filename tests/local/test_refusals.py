"""What Lambda refuses, the local cloud refuses: a template that fails on AWS must not pass here."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import botocore.exceptions
import pytest
from tests.local_cloud import Cloud, unique, zipped

CODE = {"app.py": "def handler(event, context): return event\n"}

SETTINGS: list[tuple[dict[str, Any], str, str]] = [
    ({"Timeout": 901}, "ValidationException", "less than or equal to 900"),
    ({"MemorySize": 20000}, "ValidationException", "less than or equal to 10240"),
    ({"Runtime": "python9.9"}, "InvalidParameterValueException", "Value python9.9 at 'runtime'"),
    (
        {"Environment": {"Variables": {"AWS_REGION": "x", "OK": "y"}}},
        "InvalidParameterValueException",
        ": AWS_REGION",
    ),
    ({"Environment": {"Variables": {"A": "x" * 5000}}}, "InvalidParameterValueException", "4KB limit"),
]


@pytest.mark.parametrize(
    ("given", "code", "message"), SETTINGS, ids=["timeout", "memory", "runtime", "reserved", "4KB"]
)
def test_settings_refused_at_create_and_at_update(
    local_cloud: Cloud, given: dict[str, Any], code: str, message: str
) -> None:
    name = local_cloud.function(CODE)
    for attempt in (
        lambda: local_cloud.function(CODE, **given),
        lambda: local_cloud.client("lambda").update_function_configuration(FunctionName=name, **given),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            attempt()
        assert raised.value.response["Error"]["Code"] == code
        assert message in raised.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ({"ZipFile": b"not a zip"}, "Could not unzip uploaded file"),
        ({"S3Bucket": "no-such-bucket-here", "S3Key": "k"}, "S3 Error Code: NoSuchBucket"),
    ],
    ids=["not-a-zip", "no-bucket"],
)
def test_code_refused_at_create_and_at_update(local_cloud: Cloud, code: dict[str, Any], message: str) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE)
    with pytest.raises(lam.exceptions.InvalidParameterValueException, match=message):
        lam.create_function(
            FunctionName=unique("f"),
            Role=local_cloud.role(),
            Code=code,
            Runtime="python3.11",
            Handler="app.handler",
        )
    with pytest.raises(lam.exceptions.InvalidParameterValueException, match=message):
        lam.update_function_code(FunctionName=name, **code)
    assert local_cloud.invoke(name, 1) == 1


def test_a_missing_key_is_refused(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    bucket = unique("bucket")
    local_cloud.client("s3").create_bucket(Bucket=bucket)
    with pytest.raises(lam.exceptions.InvalidParameterValueException, match="NoSuchKey"):
        lam.update_function_code(FunctionName=local_cloud.function(CODE), S3Bucket=bucket, S3Key="none")


def test_code_sha256_is_that_of_the_package(local_cloud: Cloud) -> None:
    lam, s3 = local_cloud.client("lambda"), local_cloud.client("s3")
    bucket, content = unique("bucket"), zipped(CODE)
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=content)
    name = local_cloud.function({"app.py": ""})
    wanted = base64.b64encode(hashlib.sha256(content).digest()).decode()
    dry = lam.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key="code.zip", DryRun=True)
    assert dry["CodeSha256"] != wanted
    assert (
        lam.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key="code.zip")["CodeSha256"] == wanted
    )
    assert lam.get_function(FunctionName=name)["Configuration"]["CodeSha256"] == wanted
    assert local_cloud.invoke(name, 1) == 1


def test_an_object_version_can_be_deployed(local_cloud: Cloud) -> None:
    lam, s3 = local_cloud.client("lambda"), local_cloud.client("s3")
    bucket = unique("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="k", Body=zipped({"app.py": "def handler(e, c): return 'old'\n"}))
    s3.put_object(Bucket=bucket, Key="k", Body=zipped({"app.py": "def handler(e, c): return 'new'\n"}))
    name = local_cloud.function(CODE)
    lam.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key="k", S3ObjectVersion=old["VersionId"])
    assert local_cloud.invoke(name) == "old"


def test_a_layer_that_does_not_exist_is_refused(local_cloud: Cloud) -> None:
    with pytest.raises(
        botocore.exceptions.ClientError, match="arn:aws:lambda:us-east-1:123456789012:layer:no:1"
    ):
        local_cloud.function(CODE, Layers=["arn:aws:lambda:us-east-1:123456789012:layer:no:1"])


def test_a_payload_that_is_not_json_is_refused(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    with pytest.raises(lam.exceptions.InvalidRequestContentException):
        lam.invoke(FunctionName=local_cloud.function(CODE), Payload=b"{not json")


def test_reserved_concurrency_of_none_throttles(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE)
    lam.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(lam.exceptions.TooManyRequestsException):
        lam.invoke(FunctionName=name, Payload=b"{}")


def test_what_is_not_implemented_says_so_and_is_not_retried(local_cloud: Cloud) -> None:
    for service, operation, arguments in (
        ("lambda", "list_code_signing_configs", {}),
        ("lightsail", "get_domains", {}),
        ("iam", "get_mfa_device", {"SerialNumber": "x" * 12}),
        ("sqs", "list_message_move_tasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:q"}),
    ):
        client = local_cloud.client(service)
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            getattr(client, operation)(**arguments)
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501, service
        assert raised.value.response["Error"]["Code"] == "NotImplemented"
        wanted = client.meta.method_to_api_mapping[operation]
        assert wanted in raised.value.response["Error"]["Message"]
