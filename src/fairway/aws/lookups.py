"""Values that only AWS can answer: parameters, secrets, the zones of a region."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import WrongInput
from fairway.model.values import Lookup, Secret, Value

MISSING = "lookup.missing"
"""The code of the error for a value that there is not."""


def look_up(caller: Caller, lookup: Lookup) -> Value:
    """The value; a `Secret` where it must not be shown. Raises WrongInput when AWS has none."""
    key = lookup.key if isinstance(lookup.key, str) else ""
    try:
        return _KINDS[lookup.kind](caller, key)
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            raise _missing(lookup.kind, key, failure) from None
        raise


def stored_parameter(caller: Caller, name: str) -> Value:
    """A parameter of SSM, whatever its type: a `Secret` where it is a SecureString. Raises as `look_up`."""
    try:
        found = caller.call("ssm", "GetParameter", {"Name": name, "WithDecryption": True})["Parameter"]
    except CallFailed as failure:
        raise (_missing("ssm", name, failure) if failure.kind is Kind.NOT_FOUND else failure) from None
    value = str(found["Value"])
    return Secret(value) if found["Type"] == "SecureString" else value


def _missing(kind: str, key: str, failure: CallFailed) -> WrongInput:
    what = f"there is no {kind} value {key}"
    return WrongInput(
        MISSING,
        what,
        why=failure.why,
        next="create it first; one that fairway.toml declares: `fairway secrets create`",
    )


def _parameter(caller: Caller, key: str) -> Value:
    """docs:CloudFormation dynamic references: `name` or `name:version`; a StringList becomes a list."""
    answer = caller.call("ssm", "GetParameter", {"Name": key, "WithDecryption": False})["Parameter"]
    if answer["Type"] == "SecureString":
        raise WrongInput("lookup.secure", f"the parameter {key} is secret", next="use resolve:ssm-secure")
    return str(answer["Value"])


def _secure_parameter(caller: Caller, key: str) -> Value:
    answer = caller.call("ssm", "GetParameter", {"Name": key, "WithDecryption": True})
    return Secret(str(answer["Parameter"]["Value"]))


def _secret(caller: Caller, key: str) -> Value:
    """`id:SecretString:json-key:version-stage:version-id`, the id perhaps an ARN (docs:CloudFormation)."""
    name, parts = _secret_name(key)
    _, json_key, stage, version = (*parts, "", "", "", "")[:4]
    wanted = {"SecretId": name, "VersionStage": stage, "VersionId": version}
    answer = caller.call(
        "secretsmanager", "GetSecretValue", {member: value for member, value in wanted.items() if value}
    )
    found = str(answer.get("SecretString", ""))
    return Secret(_member(found, json_key, name) if json_key else found)


def _secret_name(key: str) -> tuple[str, list[str]]:
    parts = key.split(":")
    length = 7 if key.startswith("arn:") else 1
    return ":".join(parts[:length]), parts[length:]


def _member(secret: str, json_key: str, name: str) -> str:
    try:
        found = json.loads(secret)[json_key]
    except (ValueError, KeyError, TypeError):
        raise WrongInput("lookup.key", f"the secret {name} has no key {json_key}") from None
    return found if isinstance(found, str) else json.dumps(found)


def _zones(caller: Caller, region: str) -> Value:
    """The names of the zones open to everybody, in order."""
    if region not in ("", caller.session.region):
        raise WrongInput("lookup.region", f"the zones of {region} cannot be asked for from here")
    wanted = [{"Name": "opt-in-status", "Values": ["opt-in-not-required"]}]
    answer = caller.call("ec2", "DescribeAvailabilityZones", {"Filters": wanted})
    return sorted(str(zone["ZoneName"]) for zone in answer["AvailabilityZones"])


_KINDS: Mapping[str, Callable[[Caller, str], Value]] = {
    "ssm": _parameter,
    "ssm-secure": _secure_parameter,
    "secretsmanager": _secret,
    "availability-zones": _zones,
}

LOOKED_UP: Mapping[str, tuple[str, ...]] = {
    "secretsmanager": ("secretsmanager:GetSecretValue",),
    "ssm": ("ssm:GetParameter",),
}
"""The IAM actions of these calls."""
