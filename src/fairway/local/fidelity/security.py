"""IAM, KMS and Parameter Store: what moto refuses or answers in part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params

DEFAULT_ROTATION_DAYS = 365
"""BC kms EnableKeyRotation, RotationPeriodInDays."""


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "kms", "DescribeKey", accept_a_lone_statement
    yield "kms", "EnableKeyRotation", keep_rotation_period
    yield "kms", "GetKeyRotationStatus", answer_rotation_period
    yield "kms", "GetKeyPolicy", answer_policy_name
    yield "ssm", "DescribeParameters", answer_parameter_policies
    yield "iam", "PutRolePolicy", accept_any_version
    yield "iam", "AddClientIDToOpenIDConnectProvider", add_audience


def accept_any_version(call: Call, forward: Forward) -> Answer | Params:
    """An inline policy may leave its version away, as SAM's policy templates do; moto wants 2012-10-17."""
    document = call.params["PolicyDocument"]
    try:
        current = json.loads(document).get("Version", "2008-10-17") == "2012-10-17"
    except (ValueError, AttributeError):
        current = True
    if current:
        return forward()
    role = call.backend().get_role(call.params["RoleName"])
    role.put_policy(call.params["PolicyName"], document)
    return {}


def add_audience(call: Call, forward: Forward) -> Answer | Params:
    """moto has no such call. One that is there already stays (BC iam AddClientIDToOpenIDConnectProvider)."""
    provider = call.backend().open_id_providers.get(call.params["OpenIDConnectProviderArn"])
    if provider is None:
        return forward()
    provider.client_id_list = list(dict.fromkeys([*provider.client_id_list, call.params["ClientID"]]))
    return {}


def accept_a_lone_statement(call: Call, forward: Forward) -> Answer | Params:
    """A key policy's one statement need not stand in a list (docs: IAM, policy grammar); moto wants one."""
    key = _key(call.backend(), call.params["KeyId"])
    if key is None or not isinstance(json.loads(key.policy).get("Statement"), dict):
        return forward()
    metadata: Params = key.to_dict()
    return metadata


def _key(backend: Any, name: str) -> Any:
    """The key of an id, an alias or the ARN of either."""
    alias = backend.get_alias_name(name)
    is_alias = alias.startswith("alias/")
    return backend.keys.get(backend.get_key_id_from_alias(alias) if is_alias else backend.get_key_id(name))


def keep_rotation_period(call: Call, forward: Forward) -> Answer:
    answer = forward()
    if answer.ok:
        backend = call.backend()
        key = backend.keys[backend.get_key_id(call.params["KeyId"])]
        key.fairway_rotation_days = call.params.get("RotationPeriodInDays", DEFAULT_ROTATION_DAYS)
    return answer


def answer_rotation_period(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if not answer.ok or not answer.data["KeyRotationEnabled"]:
        return answer
    backend = call.backend()
    key = backend.keys[backend.get_key_id(call.params["KeyId"])]
    days = getattr(key, "fairway_rotation_days", DEFAULT_ROTATION_DAYS)
    return {**answer.data, "KeyId": key.id, "RotationPeriodInDays": days}


def answer_policy_name(_: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    return {**answer.data, "PolicyName": "default"} if answer.ok else answer


def answer_parameter_policies(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if not answer.ok:
        return answer
    result = answer.data
    for parameter in result["Parameters"]:
        text = call.backend()._parameters[parameter["Name"]][-1].policies
        parameter["Policies"] = [
            {"PolicyText": json.dumps(policy), "PolicyType": policy["Type"], "PolicyStatus": "Pending"}
            for policy in json.loads(text or "[]")
        ]
    return result
