"""Round trips of secrets and keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

from fairway.model.values import Secret

TAGS = [{"Key": "team", "Value": "rays"}]

SECRETS: tuple[Row, ...] = (
    Row(
        "given",
        "AWS::SecretsManager::Secret",
        {"Description": "of the CRM", "SecretString": Secret("one"), "Tags": TAGS},
        {"Description": "of the shop", "SecretString": Secret("two"), "Tags": []},
    ),
    Row(
        "generated",
        "AWS::SecretsManager::Secret",
        {
            "GenerateSecretString": {
                "SecretStringTemplate": '{"user": "ray"}',
                "GenerateStringKey": "password",
                "PasswordLength": 20,
                "ExcludePunctuation": True,
            },
        },
        {"Description": "now described"},
    ),
)


def _policy(*actions: str) -> Mapping[str, Any]:
    """A policy of a key that lets its account do these things."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": list(actions),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _key(world: World, address: str, attribute: str) -> Any:
    return world.once(address, "AWS::KMS::Key", {}).attributes[attribute]


KEYS: tuple[Row, ...] = (
    Row("plain", "AWS::KMS::Key", {}, {"Description": "of rays"}),
    Row(
        "all",
        "AWS::KMS::Key",
        {
            "Description": "of rays",
            "KeyPolicy": _policy("kms:*"),
            "BypassPolicyLockoutSafetyCheck": True,
            "EnableKeyRotation": True,
            "RotationPeriodInDays": 180,
            "PendingWindowInDays": 7,
            "MultiRegion": True,
            "Tags": TAGS,
        },
        {
            "Description": None,
            "KeyPolicy": _policy("kms:*", "kms:Encrypt"),
            "RotationPeriodInDays": 200,
            "PendingWindowInDays": 8,
            "Enabled": True,
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
    Row(
        "signing",
        "AWS::KMS::Key",
        {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "Enabled": False},
        {"Enabled": None},
    ),
    Row("rotating", "AWS::KMS::Key", {"EnableKeyRotation": True}, {"EnableKeyRotation": None}),
    Row(
        "by id",
        "AWS::KMS::Alias",
        lambda w: {"AliasName": "alias/rays", "TargetKeyId": _key(w, "FirstKey", "KeyId")},
        lambda w: {"TargetKeyId": _key(w, "SecondKey", "KeyId")},
    ),
    Row(
        "by ARN",
        "AWS::KMS::Alias",
        lambda w: {"AliasName": "alias/beams", "TargetKeyId": _key(w, "FirstKey", "Arn")},
        lambda w: {"TargetKeyId": _key(w, "SecondKey", "Arn")},
    ),
)

ROWS = (*SECRETS, *KEYS)
