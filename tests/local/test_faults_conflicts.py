"""What takes its time: functions, mappings, tables, names, reads, and changes that collide."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import pytest
from tests.local_cloud import Cloud, unique, zipped

from fairway.aws.failures import Kind, classify

SECONDS = 0.6
MACHINE = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@pytest.fixture
def cloud(local_cloud: Cloud) -> Iterator[Cloud]:
    local_cloud.role()
    yield local_cloud
    local_cloud.local.set_faults(dict.fromkeys(local_cloud.local.faults().as_json(), 0))


def kind(service: str, call: Callable[[], object]) -> Kind:
    """How Fairway takes the refusal of a call."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    return classify(service, "Call", caught.value).kind


def new_function(cloud: Cloud) -> str:
    return cloud.function({"app.py": "def handler(event, context): return 1"})


def new_table(cloud: Cloud) -> str:
    name = unique("table")
    cloud.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def new_role(cloud: Cloud) -> str:
    name = unique("role")
    cloud.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}'
    )
    return name


def test_a_new_function_is_pending_until_it_is_active(cloud: Cloud) -> None:
    cloud.local.set_faults({"pending": SECONDS, "conflicts": "on"})
    client, name = cloud.client("lambda"), new_function(cloud)
    assert client.get_function(FunctionName=name)["Configuration"]["State"] == "Pending"
    assert kind("lambda", lambda: client.update_function_configuration(FunctionName=name, Timeout=7))
    assert kind("lambda", lambda: client.publish_version(FunctionName=name)) is Kind.CONFLICT
    assert kind("lambda", lambda: client.invoke(FunctionName=name)) is Kind.CONFLICT
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    assert cloud.invoke(name) == 1


def test_an_update_is_in_progress_and_bars_the_next_but_no_invocation(cloud: Cloud) -> None:
    client, name = cloud.client("lambda"), new_function(cloud)
    cloud.local.set_faults({"pending": SECONDS, "conflicts": "on"})
    updated = client.update_function_configuration(FunctionName=name, Timeout=7)
    assert updated["LastUpdateStatus"] == "InProgress"
    code = zipped({"app.py": "def handler(event, context): return 2"})
    update: Callable[[], Any] = lambda: client.update_function_code(FunctionName=name, ZipFile=code)  # noqa: E731
    assert kind("lambda", update) is Kind.CONFLICT
    assert cloud.invoke(name) == 1
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    update()


def test_without_conflicts_a_status_bars_nothing(cloud: Cloud) -> None:
    cloud.local.set_faults({"pending": SECONDS})
    client, name = cloud.client("lambda"), new_function(cloud)
    assert client.update_function_configuration(FunctionName=name, Timeout=7)["State"] == "Pending"


def test_a_new_mapping_is_creating_and_in_use(cloud: Cloud) -> None:
    client, name = cloud.client("lambda"), new_function(cloud)
    url = cloud.client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:123456789012:{url.rpartition('/')[2]}"
    cloud.local.set_faults({"pending": SECONDS, "conflicts": "on"})
    made = client.create_event_source_mapping(FunctionName=name, EventSourceArn=arn)
    assert made["State"] == "Creating"
    assert client.get_event_source_mapping(UUID=made["UUID"])["State"] == "Creating"
    delete: Callable[[], Any] = lambda: client.delete_event_source_mapping(UUID=made["UUID"])  # noqa: E731
    assert kind("lambda", delete) is Kind.CONFLICT
    time.sleep(SECONDS)
    assert client.get_event_source_mapping(UUID=made["UUID"])["State"] == "Enabled"
    delete()


def test_a_table_takes_its_time_to_come_change_and_go(cloud: Cloud) -> None:
    cloud.local.set_faults({"pending": SECONDS, "conflicts": "on"})
    client, name = cloud.client("dynamodb"), new_table(cloud)
    status: Callable[[], Any] = lambda: client.describe_table(TableName=name)["Table"]["TableStatus"]  # noqa: E731

    def update() -> Any:
        return client.update_table(TableName=name, TableClass="STANDARD_INFREQUENT_ACCESS")

    backups: Callable[[], Any] = lambda: client.update_continuous_backups(  # noqa: E731
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    assert status() == "CREATING"
    assert kind("dynamodb", update) is Kind.CONFLICT
    assert kind("dynamodb", backups) is Kind.CONFLICT
    time.sleep(SECONDS)
    assert status() == "ACTIVE"
    update()
    assert status() == "UPDATING"
    assert kind("dynamodb", lambda: client.delete_table(TableName=name)) is Kind.CONFLICT
    time.sleep(SECONDS)
    client.delete_table(TableName=name)
    assert status() == "DELETING"
    assert kind("dynamodb", lambda: client.delete_table(TableName=name)) is Kind.CONFLICT
    time.sleep(SECONDS)
    assert kind("dynamodb", status) is Kind.NOT_FOUND


def test_a_queues_name_stays_taken(cloud: Cloud) -> None:
    cloud.local.set_faults({"names": SECONDS})
    client, name = cloud.client("sqs"), unique("queue")
    client.delete_queue(QueueUrl=client.create_queue(QueueName=name)["QueueUrl"])
    assert kind("sqs", lambda: client.create_queue(QueueName=name)) is Kind.CONFLICT
    client.create_queue(QueueName=unique("another"))
    time.sleep(SECONDS)
    client.create_queue(QueueName=name)


def test_a_state_machine_is_deleting_and_keeps_its_name(cloud: Cloud) -> None:
    client, name = cloud.client("stepfunctions"), unique("machine")

    def create() -> Any:
        return client.create_state_machine(name=name, definition=MACHINE, roleArn=cloud.role())

    arn = create()["stateMachineArn"]
    cloud.local.set_faults({"names": SECONDS})
    client.delete_state_machine(stateMachineArn=arn)
    assert client.describe_state_machine(stateMachineArn=arn)["status"] == "DELETING"
    assert kind("stepfunctions", create) is Kind.CONFLICT
    time.sleep(SECONDS)
    describe: Callable[[], Any] = lambda: client.describe_state_machine(stateMachineArn=arn)  # noqa: E731
    assert kind("stepfunctions", describe) is Kind.NOT_FOUND
    create()


def test_a_secret_deleted_for_good_keeps_its_name_a_while(cloud: Cloud) -> None:
    client, name = cloud.client("secretsmanager"), unique("secret")
    create: Callable[[], Any] = lambda: client.create_secret(Name=name, SecretString="x")  # noqa: E731
    create()
    cloud.local.set_faults({"names": SECONDS})
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    assert kind("secretsmanager", create) is Kind.CONFLICT
    time.sleep(SECONDS)
    create()


def key_of(cloud: Cloud) -> Callable[[], object]:
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    return lambda: cloud.client("kms").describe_key(KeyId=key)


def role_of(cloud: Cloud) -> Callable[[], object]:
    name = new_role(cloud)
    return lambda: cloud.client("iam").get_role(RoleName=name)


def table_of(cloud: Cloud) -> Callable[[], object]:
    name = new_table(cloud)
    return lambda: cloud.client("dynamodb").describe_table(TableName=name)


@pytest.mark.parametrize(("service", "make"), [("kms", key_of), ("iam", role_of), ("dynamodb", table_of)])
def test_a_read_does_not_see_something_new_yet(
    cloud: Cloud, service: str, make: Callable[[Cloud], Callable[[], object]]
) -> None:
    cloud.local.set_faults({"lag": SECONDS})
    read = make(cloud)
    assert kind(service, read) is Kind.NOT_FOUND
    time.sleep(SECONDS)
    read()


def routes(cloud: Cloud) -> Callable[[int], object]:
    client = cloud.client("apigatewayv2")
    api = client.create_api(Name="colliding", ProtocolType="HTTP")["ApiId"]
    return lambda number: client.create_route(ApiId=api, RouteKey=f"GET /{number}")


def permissions(cloud: Cloud) -> Callable[[int], object]:
    client, name = cloud.client("lambda"), new_function(cloud)
    return lambda number: client.add_permission(
        FunctionName=name,
        StatementId=f"s{number}",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )


def settings(cloud: Cloud) -> Callable[[int], object]:
    client, bucket = cloud.client("s3"), unique("bucket")
    client.create_bucket(Bucket=bucket)
    return lambda _: client.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )


@pytest.mark.parametrize(
    ("service", "make"), [("apigatewayv2", routes), ("lambda", permissions), ("s3", settings)]
)
def test_of_changes_at_once_one_is_done_and_the_others_are_refused(
    cloud: Cloud, service: str, make: Callable[[Cloud], Callable[[int], object]]
) -> None:
    change = make(cloud)
    cloud.local.set_faults({"conflicts": "on"})
    refused: list[Exception] = []
    threads = [threading.Thread(target=lambda n=n: _try(lambda: change(n), refused)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 < len(refused) < 4
    assert {classify(service, "Call", error).kind for error in refused} == {Kind.CONFLICT}
    change(9)


def _try(call: Callable[[], object], refused: list[Exception]) -> None:
    try:
        call()
    except botocore.exceptions.ClientError as error:
        refused.append(error)
