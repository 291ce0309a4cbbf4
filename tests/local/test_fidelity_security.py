"""IAM, KMS, Secrets Manager and Parameter Store resources answer what they were told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.round_trip import Do, Trip, travel
from tests.local_cloud import Cloud, unique

ACCOUNT = "123456789012"


def trust(service: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
    }


def allow(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


LAMBDA, STATES = trust("lambda.amazonaws.com"), trust("states.amazonaws.com")
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/rt-boundary"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/rt/rt-managed"
IAM = (
    Trip(
        id="role",
        service="iam",
        before=(
            Do("create_policy", {"PolicyName": "rt-boundary", "PolicyDocument": json.dumps(allow("s3:*"))}),
        ),
        create=Do(
            "create_role",
            {
                "RoleName": "rt-role",
                "Path": "/rt/",
                "AssumeRolePolicyDocument": json.dumps(LAMBDA),
                "Description": "d",
                "MaxSessionDuration": 7200,
                "PermissionsBoundary": BOUNDARY,
                "Tags": [{"Key": "a", "Value": "b"}],
            },
        ),
        read=Do("get_role", {"RoleName": "rt-role"}),
        at="Role",
        reads={
            "Path": "/rt/",
            "AssumeRolePolicyDocument": LAMBDA,
            "Description": "d",
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY},
            "Tags": [{"Key": "a", "Value": "b"}],
        },
        update=(
            Do("update_role", {"RoleName": "rt-role", "Description": "e", "MaxSessionDuration": 3600}),
            Do("update_assume_role_policy", {"RoleName": "rt-role", "PolicyDocument": json.dumps(STATES)}),
            Do("delete_role_permissions_boundary", {"RoleName": "rt-role"}),
            Do("untag_role", {"RoleName": "rt-role", "TagKeys": ["a"]}),
            Do("tag_role", {"RoleName": "rt-role", "Tags": [{"Key": "c", "Value": ""}]}),
        ),
        then={
            "Description": "e",
            "MaxSessionDuration": 3600,
            "AssumeRolePolicyDocument": STATES,
            "PermissionsBoundary": None,
            "Tags": [{"Key": "c", "Value": ""}],
        },
        delete=Do("delete_role", {"RoleName": "rt-role"}),
        missing="NoSuchEntity: The role with name rt-role cannot be found.",
    ),
    Trip(
        id="inline",
        service="iam",
        before=(
            Do("create_role", {"RoleName": "rt-inline", "AssumeRolePolicyDocument": json.dumps(LAMBDA)}),
        ),
        create=Do(
            "put_role_policy",
            {"RoleName": "rt-inline", "PolicyName": "p", "PolicyDocument": json.dumps(allow("s3:Get*"))},
        ),
        read=Do("get_role_policy", {"RoleName": "rt-inline", "PolicyName": "p"}),
        reads={"PolicyDocument": allow("s3:Get*")},
        update=(
            Do(
                "put_role_policy",
                {"RoleName": "rt-inline", "PolicyName": "p", "PolicyDocument": json.dumps(allow("s3:Put*"))},
            ),
        ),
        then={"PolicyDocument": allow("s3:Put*")},
        delete=Do("delete_role_policy", {"RoleName": "rt-inline", "PolicyName": "p"}),
        missing="NoSuchEntity: The role policy with name p cannot be found.",
    ),
    Trip(
        id="managed",
        service="iam",
        create=Do(
            "create_policy",
            {
                "PolicyName": "rt-managed",
                "Path": "/rt/",
                "Description": "d",
                "PolicyDocument": json.dumps(allow("s3:*")),
                "Tags": [{"Key": "a", "Value": "b"}],
            },
        ),
        read=Do("get_policy", {"PolicyArn": POLICY}),
        at="Policy",
        reads={
            "Path": "/rt/",
            "Description": "d",
            "DefaultVersionId": "v1",
            "Tags": [{"Key": "a", "Value": "b"}],
        },
        update=(
            Do(
                "create_policy_version",
                {"PolicyArn": POLICY, "PolicyDocument": json.dumps(allow("sqs:*")), "SetAsDefault": True},
            ),
        ),
        then={"DefaultVersionId": "v2"},
    ),
    Trip(
        id="profile",
        service="iam",
        before=(
            Do(
                "create_role",
                {
                    "RoleName": "rt-profile",
                    "AssumeRolePolicyDocument": json.dumps(trust("ec2.amazonaws.com")),
                },
            ),
        ),
        create=Do("create_instance_profile", {"InstanceProfileName": "rt-profile", "Path": "/rt/"}),
        read=Do("get_instance_profile", {"InstanceProfileName": "rt-profile"}),
        at="InstanceProfile",
        update=(
            Do(
                "add_role_to_instance_profile",
                {"InstanceProfileName": "rt-profile", "RoleName": "rt-profile"},
            ),
        ),
        then={"Roles": [{"RoleName": "rt-profile"}]},
    ),
)

KMS = (
    Trip(
        id="key",
        service="kms",
        create=Do(
            "create_key",
            {
                "Description": "d",
                "KeySpec": "SYMMETRIC_DEFAULT",
                "KeyUsage": "ENCRYPT_DECRYPT",
                "MultiRegion": True,
                "Tags": [{"TagKey": "a", "TagValue": "b"}],
            },
            {"id": "KeyMetadata.KeyId"},
        ),
        read=Do("describe_key", {"KeyId": "<id>"}),
        at="KeyMetadata",
        reads={
            "Description": "d",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": True,
            "Enabled": True,
        },
        update=(
            Do("update_key_description", {"KeyId": "<id>", "Description": "e"}),
            Do("disable_key", {"KeyId": "<id>"}),
        ),
        then={"Description": "e", "Enabled": False, "KeyState": "Disabled"},
    ),
    Trip(
        id="rotation",
        service="kms",
        before=(Do("create_key", {}, {"id": "KeyMetadata.KeyId"}),),
        create=Do("enable_key_rotation", {"KeyId": "<id>", "RotationPeriodInDays": 180}),
        read=Do("get_key_rotation_status", {"KeyId": "<id>"}),
        reads={"KeyRotationEnabled": True, "RotationPeriodInDays": 180},
        update=(Do("disable_key_rotation", {"KeyId": "<id>"}),),
        then={"KeyRotationEnabled": False, "RotationPeriodInDays": None},
    ),
    Trip(
        id="rotation-default",
        service="kms",
        before=(Do("create_key", {}, {"id": "KeyMetadata.KeyId"}),),
        create=Do("enable_key_rotation", {"KeyId": "<id>"}),
        read=Do("get_key_rotation_status", {"KeyId": "<id>"}),
        reads={"KeyRotationEnabled": True, "RotationPeriodInDays": 365},
    ),
    Trip(
        id="policy",
        service="kms",
        before=(Do("create_key", {"Policy": json.dumps(allow("kms:*"))}, {"id": "KeyMetadata.KeyId"}),),
        create=Do(
            "put_key_policy",
            {"KeyId": "<id>", "PolicyName": "default", "Policy": json.dumps(allow("kms:Decrypt"))},
        ),
        read=Do("get_key_policy", {"KeyId": "<id>", "PolicyName": "default"}),
        reads={"Policy": json.dumps(allow("kms:Decrypt"))},
        update=(
            Do(
                "put_key_policy",
                {"KeyId": "<id>", "PolicyName": "default", "Policy": json.dumps(allow("kms:*"))},
            ),
        ),
        then={"Policy": json.dumps(allow("kms:*")), "PolicyName": "default"},
    ),
)

SECRETS = (
    Trip(
        id="secret",
        service="secretsmanager",
        create=Do(
            "create_secret",
            {
                "Name": "rt-secret",
                "Description": "d",
                "KmsKeyId": "alias/k",
                "SecretString": "s",
                "Tags": [{"Key": "a", "Value": "b"}],
            },
        ),
        read=Do("describe_secret", {"SecretId": "rt-secret"}),
        reads={
            "Name": "rt-secret",
            "Description": "d",
            "KmsKeyId": "alias/k",
            "Tags": [{"Key": "a", "Value": "b"}],
        },
        update=(Do("update_secret", {"SecretId": "rt-secret", "Description": "e", "KmsKeyId": "alias/l"}),),
        then={"Description": "e", "KmsKeyId": "alias/l"},
        delete=Do("delete_secret", {"SecretId": "rt-secret", "ForceDeleteWithoutRecovery": True}),
        missing="ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ),
)

SSM = (
    Trip(
        id="parameter",
        service="ssm",
        create=Do(
            "put_parameter",
            {
                "Name": "/rt/a",
                "Type": "String",
                "Value": "v",
                "Description": "d",
                "AllowedPattern": ".*",
                "Tier": "Advanced",
                "DataType": "text",
                "Policies": '[{"Type":"NoChangeNotification","Version":"1.0",'
                '"Attributes":{"After":"2","Unit":"Days"}}]',
                "Tags": [{"Key": "a", "Value": "b"}],
            },
        ),
        read=Do("describe_parameters", {"ParameterFilters": [{"Key": "Name", "Values": ["/rt/a"]}]}),
        at="Parameters.0",
        reads={
            "Name": "/rt/a",
            "Type": "String",
            "Description": "d",
            "AllowedPattern": ".*",
            "Tier": "Advanced",
            "DataType": "text",
            "Version": 1,
            "Policies": [{"PolicyType": "NoChangeNotification", "PolicyStatus": "Pending"}],
        },
        update=(
            Do(
                "put_parameter",
                {
                    "Name": "/rt/a",
                    "Type": "StringList",
                    "Value": "v,w",
                    "Description": "e",
                    "Overwrite": True,
                },
            ),
        ),
        then={"Type": "StringList", "Description": "e", "Version": 2},
    ),
    Trip(
        id="value",
        service="ssm",
        create=Do("put_parameter", {"Name": "/rt/b", "Type": "SecureString", "Value": "v"}),
        read=Do("get_parameter", {"Name": "/rt/b", "WithDecryption": True}),
        at="Parameter",
        reads={"Type": "SecureString", "Value": "v"},
        update=(Do("put_parameter", {"Name": "/rt/b", "Value": "w", "Overwrite": True}),),
        then={"Type": "SecureString", "Value": "w"},
        delete=Do("delete_parameter", {"Name": "/rt/b"}),
        missing="ParameterNotFound",
    ),
)


@pytest.mark.parametrize("trip", [*IAM, *KMS, *SECRETS, *SSM], ids=lambda t: f"{t.service}-{t.id}")
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


def test_managed_policy_answers_its_document(local_cloud: Any) -> None:
    iam = local_cloud.client("iam")
    arn = iam.create_policy(PolicyName="rt-document", PolicyDocument=json.dumps(allow("s3:*")))["Policy"][
        "Arn"
    ]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(allow("sqs:*")), SetAsDefault=True)
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"] == allow(
        "sqs:*"
    )
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn=arn)


def test_alias_points_where_it_was_told(local_cloud: Any) -> None:
    kms = local_cloud.client("kms")
    keys = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2)]
    kms.create_alias(AliasName="alias/rt", TargetKeyId=keys[0])
    kms.update_alias(AliasName="alias/rt", TargetKeyId=keys[1])
    assert kms.describe_key(KeyId="alias/rt")["KeyMetadata"]["KeyId"] == keys[1]
    kms.delete_alias(AliasName="alias/rt")
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="alias/rt")


def test_deleted_key_is_pending(local_cloud: Any) -> None:
    kms = local_cloud.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_unknown_key_is_not_found(local_cloud: Any) -> None:
    kms = local_cloud.client("kms")
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="11111111-1111-1111-1111-111111111111")


def test_a_key_policys_one_statement_need_not_stand_in_a_list(local_cloud: Cloud) -> None:
    kms, alias = local_cloud.client("kms"), f"alias/{unique('lone')}"
    owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    statement = {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": statement}
    key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyId"] == key
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="alias/nobody")
