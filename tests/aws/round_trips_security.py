"""Round trips of secrets and keys."""

from __future__ import annotations

from tests.aws.round_trips import Row

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

ROWS = SECRETS
