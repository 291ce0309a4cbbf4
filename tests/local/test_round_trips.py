"""Every settable property of Lambda's resources reads back as it was written, after create and after update.

One row per property: what is created, what an update sends, and what each read must then show. Stock moto
drops or ignores most of these; a row that fails after a moto upgrade shows what has changed.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local_cloud import ACCOUNT, REGION, Cloud, zipped

CODE = {"app.py": "def handler(event, context): return event\n"}
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:dead"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/one"
SYSTEM = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-0123456789abcdef0"

FUNCTION = [
    ("Description", "first", "second"),
    ("Timeout", 3, 900),
    ("MemorySize", 128, 1024),
    ("Handler", "app.handler", "app.other"),
    ("Runtime", "python3.11", "python3.12"),
    ("Environment", {"Variables": {"A": "1"}}, {"Variables": {"A": "2", "B": ""}}),
    ("DeadLetterConfig", {"TargetArn": QUEUE}, {"TargetArn": TOPIC}),
    ("TracingConfig", {"Mode": "Active"}, {"Mode": "PassThrough"}),
    ("EphemeralStorage", {"Size": 1024}, {"Size": 2048}),
    ("KMSKeyArn", KEY, KEY.replace("one", "two")),
    ("LoggingConfig", {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN"},
     {"LogFormat": "Text", "LogGroup": "/mine"}),
    ("FileSystemConfigs", [{"Arn": SYSTEM, "LocalMountPath": "/mnt/a"}],
     [{"Arn": SYSTEM, "LocalMountPath": "/mnt/b"}]),
    ("VpcConfig", {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
     {"SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-1", "sg-2"]}),
    ("SnapStart", {"ApplyOn": "PublishedVersions"}, {"ApplyOn": "None"}),
]  # fmt: skip


def contains(found: Any, wanted: Any) -> bool:
    """Whether `found` has all that `wanted` has; what AWS adds to a structure is no difference."""
    if isinstance(wanted, dict):
        return all(name in found and contains(found[name], value) for name, value in wanted.items())
    return bool(found == wanted)


@pytest.mark.parametrize(("name", "first", "second"), FUNCTION, ids=[row[0] for row in FUNCTION])
def test_function_settings(local_cloud: Cloud, name: str, first: Any, second: Any) -> None:
    lam = local_cloud.client("lambda")
    function = local_cloud.function(CODE, **{name: first})
    for wanted in (first, second):
        if wanted is second:
            answer = lam.update_function_configuration(FunctionName=function, **{name: second})
            assert contains(answer[name], second)
        assert contains(lam.get_function_configuration(FunctionName=function)[name], wanted)
        assert contains(lam.get_function(FunctionName=function)["Configuration"][name], wanted)
        listed = [
            item for page in lam.get_paginator("list_functions").paginate() for item in page["Functions"]
        ]
        assert contains(next(item for item in listed if item["FunctionName"] == function)[name], wanted)


def test_defaults_are_those_of_aws(local_cloud: Cloud) -> None:
    name = local_cloud.function(CODE)
    found = local_cloud.client("lambda").get_function_configuration(FunctionName=name)
    assert found["EphemeralStorage"] == {"Size": 512}
    assert found["TracingConfig"] == {"Mode": "PassThrough"}
    assert found["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}
    assert found["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
    assert found["Architectures"] == ["x86_64"]
    assert found["State"] == "Active"
    assert found["LastUpdateStatus"] == "Successful"
    assert "DeadLetterConfig" not in found
    assert "KMSKeyArn" not in found


def test_settings_can_be_taken_away_again(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(
        CODE, DeadLetterConfig={"TargetArn": QUEUE}, KMSKeyArn=KEY, Environment={"Variables": {"A": "1"}}
    )
    lam.update_function_configuration(
        FunctionName=name,
        DeadLetterConfig={"TargetArn": ""},
        KMSKeyArn="",
        Environment={"Variables": {}},
        Layers=[],
    )
    found = lam.get_function_configuration(FunctionName=name)
    assert not {"DeadLetterConfig", "KMSKeyArn", "Environment"} & set(found)


def test_architecture_changes_with_the_code(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE, Architectures=["x86_64"])
    lam.update_function_code(FunctionName=name, ZipFile=zipped(CODE), Architectures=["arm64"])
    assert lam.get_function_configuration(FunctionName=name)["Architectures"] == ["arm64"]


def test_a_change_gives_a_new_revision_that_updates_may_insist_on(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE)
    before = lam.get_function_configuration(FunctionName=name)["RevisionId"]
    after = lam.update_function_configuration(FunctionName=name, Timeout=4, RevisionId=before)["RevisionId"]
    assert after != before
    with pytest.raises(lam.exceptions.PreconditionFailedException):
        lam.update_function_configuration(FunctionName=name, Timeout=5, RevisionId=before)
    assert lam.get_function_configuration(FunctionName=name)["Timeout"] == 4


def test_reserved_concurrency(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE)
    for number in (5, 0):
        lam.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=number)
        assert lam.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == number
        assert lam.get_function(FunctionName=name)["Concurrency"]["ReservedConcurrentExecutions"] == number
    lam.delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in lam.get_function_concurrency(FunctionName=name)


@pytest.mark.parametrize("qualified", [False, True], ids=["function", "alias"])
def test_function_url(local_cloud: Cloud, qualified: bool) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE, Publish=True)
    key: dict[str, str] = {"FunctionName": name}
    if qualified:
        lam.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        key["Qualifier"] = "live"
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "MaxAge": 60}
    made = lam.create_function_url_config(**key, AuthType="NONE", Cors=cors, InvokeMode="RESPONSE_STREAM")
    found = lam.get_function_url_config(**key)
    assert {part: found[part] for part in ("FunctionUrl", "AuthType", "Cors", "InvokeMode")} == {
        "FunctionUrl": made["FunctionUrl"], "AuthType": "NONE", "Cors": cors, "InvokeMode": "RESPONSE_STREAM",
    }  # fmt: skip
    assert found["FunctionArn"].endswith(":live" if qualified else f":{name}")
    lam.update_function_url_config(**key, AuthType="AWS_IAM", InvokeMode="BUFFERED")
    found = lam.get_function_url_config(**key)
    assert (found["AuthType"], found["InvokeMode"], found["Cors"]) == ("AWS_IAM", "BUFFERED", cors)
    assert len(lam.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]) == 1
    with pytest.raises(lam.exceptions.ResourceConflictException):
        lam.create_function_url_config(**key, AuthType="NONE")
    lam.delete_function_url_config(**key)
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_function_url_config(**key)


def test_event_invoke_config_is_replaced_by_put_and_merged_by_update(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE, Publish=True)
    lam.put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60
    )
    lam.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    found = lam.get_function_event_invoke_config(FunctionName=name)
    assert found["MaximumRetryAttempts"] == 0
    assert "MaximumEventAgeInSeconds" not in found
    assert found["FunctionArn"].endswith(f":{name}:$LATEST")
    target = {"OnFailure": {"Destination": QUEUE}}
    lam.update_function_event_invoke_config(FunctionName=name, DestinationConfig=target)
    found = lam.get_function_event_invoke_config(FunctionName=name)
    assert found["MaximumRetryAttempts"] == 0
    assert found["DestinationConfig"]["OnFailure"] == target["OnFailure"]
    lam.put_function_event_invoke_config(FunctionName=name, Qualifier="1", MaximumRetryAttempts=2)
    listed = lam.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]
    assert sorted(item["MaximumRetryAttempts"] for item in listed) == [0, 2]
    lam.delete_function_event_invoke_config(FunctionName=name)
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_function_event_invoke_config(FunctionName=name)


PERMISSIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::b", "SourceAccount": ACCOUNT},
     {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}, "StringEquals": {"AWS:SourceAccount": ACCOUNT}}),
    ({"Principal": "*", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
     {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
    ({"Principal": "*", "PrincipalOrgID": "o-abcdefghij"},
     {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
    ({"Principal": "alexa-appkit.amazon.com", "EventSourceToken": "skill"},
     {"StringEquals": {"lambda:EventSourceToken": "skill"}}),
    ({"Principal": "*", "InvokedViaFunctionUrl": True}, {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "condition"), PERMISSIONS, ids=[list(row[0])[-1] for row in PERMISSIONS])
def test_permission_conditions(local_cloud: Cloud, given: dict[str, Any], condition: dict[str, Any]) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE)
    lam.add_permission(FunctionName=name, StatementId="one", **{"Action": "lambda:InvokeFunction", **given})
    (statement,) = json.loads(lam.get_policy(FunctionName=name)["Policy"])["Statement"]
    assert statement["Condition"] == condition
    assert statement["Resource"].endswith(f":function:{name}")
    with pytest.raises(lam.exceptions.ResourceConflictException):
        lam.add_permission(
            FunctionName=name, StatementId="one", Action="lambda:InvokeFunction", Principal="*"
        )
    lam.remove_permission(FunctionName=name, StatementId="one")
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_policy(FunctionName=name)


def test_settings_with_calls_of_their_own(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE, Publish=True)
    lam.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    key = {"FunctionName": name, "Qualifier": "live"}
    lam.put_provisioned_concurrency_config(**key, ProvisionedConcurrentExecutions=3)
    found = lam.get_provisioned_concurrency_config(**key)
    assert (found["RequestedProvisionedConcurrentExecutions"], found["Status"]) == (3, "READY")
    lam.delete_provisioned_concurrency_config(**key)
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_provisioned_concurrency_config(**key)
    assert lam.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"
    lam.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")
    assert lam.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"
    assert lam.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "Auto"
    lam.put_runtime_management_config(FunctionName=name, UpdateRuntimeOn="FunctionUpdate")
    assert lam.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "FunctionUpdate"


def test_alias_settings(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(CODE, Publish=True)
    lam.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="first")
    lam.update_function_configuration(FunctionName=name, Timeout=5)
    lam.publish_version(FunctionName=name)
    weights = {"AdditionalVersionWeights": {"2": 0.25}}
    lam.update_alias(FunctionName=name, Name="live", Description="second", RoutingConfig=weights)
    found = lam.get_alias(FunctionName=name, Name="live")
    assert (found["Description"], found["FunctionVersion"], found["RoutingConfig"]) == (
        "second",
        "1",
        weights,
    )
    lam.update_alias(FunctionName=name, Name="live", FunctionVersion="2", RoutingConfig={})
    found = lam.get_alias(FunctionName=name, Name="live")
    assert found["FunctionVersion"] == "2"
    assert "RoutingConfig" not in found


def test_layer_version_settings(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    settings = {
        "Description": "shared", "LicenseInfo": "MIT", "CompatibleRuntimes": ["python3.11"],
        "CompatibleArchitectures": ["arm64"],
    }  # fmt: skip
    made = lam.publish_layer_version(LayerName="settings", Content={"ZipFile": zipped({"a": ""})}, **settings)
    found = lam.get_layer_version(LayerName="settings", VersionNumber=made["Version"])
    assert {name: found[name] for name in settings} == settings


def test_layer_version_permissions(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    made = lam.publish_layer_version(LayerName="shared-out", Content={"ZipFile": zipped({"a": ""})})
    key = {"LayerName": "shared-out", "VersionNumber": made["Version"]}
    given = {"StatementId": "one", "Action": "lambda:GetLayerVersion", "Principal": "*"}
    lam.add_layer_version_permission(**key, **given, OrganizationId="o-abcdefghij")
    (statement,) = json.loads(lam.get_layer_version_policy(**key)["Policy"])["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
    assert statement["Resource"].endswith(f":layer:shared-out:{made['Version']}")
    assert statement["Principal"] == "*"
    lam.remove_layer_version_permission(**key, StatementId="one")
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_layer_version_policy(**key)


def test_functions_are_listed_in_pages(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    names = {local_cloud.function(CODE) for _ in range(3)}
    first = lam.list_functions(MaxItems=2)
    assert len(first["Functions"]) == 2
    assert first["NextMarker"]
    pages = lam.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    assert names <= {item["FunctionName"] for page in pages for item in page["Functions"]}
