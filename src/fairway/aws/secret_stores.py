"""The two places that keep secrets: Secrets Manager, and SSM as a SecureString.

A value goes into a call and comes out of one, and nowhere else: no error holds any part of it.
Sources: BC secretsmanager CreateSecret, DescribeSecret, GetSecretValue, PutSecretValue; BC ssm
DescribeParameters, GetParameter, PutParameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Failed


class SecretDeleted(Failed):
    """The secret was deleted, and its name is not free yet."""


class Store(Protocol):
    """A place that keeps secrets by name. What AWS refuses is raised as CallFailed."""

    title: str

    def changed(self, aws: Caller, name: str) -> float | None:
        """When a secret was last changed, in seconds since the epoch; None where there is none.

        Raises SecretDeleted for a name that cannot be used yet again.
        """

    def read(self, aws: Caller, name: str) -> str:
        """A secret's value."""

    def create(self, aws: Caller, name: str, value: str, about: str) -> bool:
        """Keep a value under a new name; whether there was no secret of that name."""

    def put(self, aws: Caller, name: str, value: str) -> None:
        """Have this value under a name that there is."""


class _SecretsManager:
    title = "Secrets Manager"

    def changed(self, aws: Caller, name: str) -> float | None:
        try:
            found = aws.call("secretsmanager", "DescribeSecret", {"SecretId": name})
        except CallFailed as failure:
            if failure.kind is Kind.NOT_FOUND:
                return None
            raise
        if "DeletedDate" in found:
            raise SecretDeleted(
                "secrets.deleted",
                f"the secret {name} was deleted, and its name is kept until {found['DeletedDate']:%Y-%m-%d}",
                next=f"take it back with `aws secretsmanager restore-secret --secret-id {name}`",
            )
        return _seconds(found.get("LastChangedDate") or found["CreatedDate"])

    def read(self, aws: Caller, name: str) -> str:
        return str(aws.call("secretsmanager", "GetSecretValue", {"SecretId": name}).get("SecretString", ""))

    def create(self, aws: Caller, name: str, value: str, about: str) -> bool:
        wanted = {"Name": name, "Description": about, "SecretString": value}
        return _created(aws, "secretsmanager", "CreateSecret", wanted, value)

    def put(self, aws: Caller, name: str, value: str) -> None:
        wanted = {"SecretId": name, "SecretString": value}
        aws.call("secretsmanager", "PutSecretValue", wanted, secrets=frozenset({value}))


class _ParameterStore:
    title = "SSM"

    def changed(self, aws: Caller, name: str) -> float | None:
        wanted = {
            "Key": "Name",
            "Option": "Equals",
            "Values": [name],
        }  # GetParameter would need leave to read
        pages = aws.pages("ssm", "DescribeParameters", {"ParameterFilters": [wanted]})
        found = next((each for page in pages for each in page["Parameters"]), None)
        return found and _seconds(found["LastModifiedDate"])

    def read(self, aws: Caller, name: str) -> str:
        wanted = {"Name": name, "WithDecryption": True}
        return str(aws.call("ssm", "GetParameter", wanted)["Parameter"]["Value"])

    def create(self, aws: Caller, name: str, value: str, about: str) -> bool:
        wanted = {"Name": name, "Description": about, "Type": "SecureString", "Value": value}
        return _created(aws, "ssm", "PutParameter", wanted, value)

    def put(self, aws: Caller, name: str, value: str) -> None:
        wanted = {"Name": name, "Type": "SecureString", "Value": value, "Overwrite": True}
        aws.call("ssm", "PutParameter", wanted, secrets=frozenset({value}))


STORES: Mapping[str, Store] = {"secretsmanager": _SecretsManager(), "ssm": _ParameterStore()}
"""By the names that fairway.toml has for them."""


def _created(aws: Caller, service: str, operation: str, wanted: Mapping[str, Any], value: str) -> bool:
    try:
        aws.call(service, operation, wanted, secrets=frozenset({value}))
    except CallFailed as failure:
        if failure.kind is Kind.EXISTS:
            return failure.after_lost  # then it is of our own first try, whose answer was lost
        raise
    return True


def _seconds(when: Any) -> float:
    return float(when.timestamp())
