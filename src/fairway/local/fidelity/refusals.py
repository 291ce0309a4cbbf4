"""What AWS refuses and moto accepts: mistakes that are worth finding before they reach an account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Refused

RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922)
LONGEST_RETENTION_DAYS = (3288, 3653)
"""BC logs PutRetentionPolicy."""

QUEUE_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1048576),
    "MessageRetentionPeriod": (60, 1209600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43200),
    "KmsDataKeyReusePeriodSeconds": (60, 86400),
}
"""BC sqs CreateQueue, Attributes."""

INLINE_POLICY_CHARACTERS = 10240
"""Of all inline policies of a role together, white space not counted (docs: IAM, reference_iam-quotas)."""

_BUCKET_NAME = re.compile(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
_ADDRESS = re.compile(r"^\d+\.\d+\.\d+\.\d+$")
_LAMBDA_TRUST = "The role defined for the function cannot be assumed by Lambda."
_STATES_TRUST = (
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume "
    "the provided role."
)
Check = Callable[[Call], None]


def rows() -> Iterator[tuple[str, str, Repair]]:
    for service, operation, check in CHECKS:
        yield service, operation, _checked(check)


def _checked(check: Check) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        check(call)
        return forward()

    return checked


def bucket_name(call: Call) -> None:
    """docs: AmazonS3 userguide, bucketnamingrules."""
    name = call.params["Bucket"]
    if not _BUCKET_NAME.match(name) or ".." in name or _ADDRESS.match(name) or name.startswith("xn--"):
        raise Refused("InvalidBucketName", "The specified bucket is not valid.")


def notified_functions(call: Call) -> None:
    """S3 checks that it may call each function (docs: AmazonS3 API, PutBucketNotificationConfiguration)."""
    from fairway.local.permissions import may_invoke

    configuration = call.params.get("NotificationConfiguration") or {}
    bucket = f"arn:aws:s3:::{call.params['Bucket']}"
    for target in configuration.get("LambdaFunctionConfigurations") or ():
        if not may_invoke(target["LambdaFunctionArn"], "s3.amazonaws.com", [bucket]):
            raise Refused("InvalidArgument", "Unable to validate the following destination configurations")


def secret_name(call: Call) -> None:
    """A deleted secret keeps its name until the window ends (BC secretsmanager DeleteSecret)."""
    secret = call.backend().secrets.get(call.params["Name"])
    if secret is not None and secret.is_deleted():
        raise Refused(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )


def retention(call: Call) -> None:
    days, allowed = call.params["retentionInDays"], RETENTION_DAYS + LONGEST_RETENTION_DAYS
    if days not in allowed:
        raise Refused(
            "InvalidParameterException",
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
            f"Member must satisfy enum value set: {list(allowed)}",
        )


def queue_attributes(call: Call) -> None:
    for name, text in (call.params.get("Attributes") or {}).items():
        least, most = QUEUE_RANGES.get(name, (None, None))
        if least is not None and most is not None and not (text.isdigit() and least <= int(text) <= most):
            raise Refused("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def trust_policy(call: Call) -> None:
    """It names who may assume the role, and no resource (docs: IAM, reference_policies_elements)."""
    text = call.params.get("AssumeRolePolicyDocument") or call.params.get("PolicyDocument") or ""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Refused("MalformedPolicyDocument", "This policy contains invalid Json") from error
    for statement in _statements(document):
        for required in ("Principal", "Action"):
            if required not in statement and f"Not{required}" not in statement:
                raise Refused("MalformedPolicyDocument", f"Missing required field {required}")
        if "Resource" in statement or "NotResource" in statement:
            raise Refused("MalformedPolicyDocument", "Has prohibited field Resource")


def _statements(document: Any) -> list[Mapping[str, Any]]:
    found = document.get("Statement") if isinstance(document, dict) else None
    statements = [found] if isinstance(found, dict) else found
    if not isinstance(statements, list) or not all(isinstance(s, dict) for s in statements):
        raise Refused("MalformedPolicyDocument", "Syntax errors in policy.")
    return statements


def inline_policies(call: Call) -> None:
    role = call.backend().roles
    found = next((r for r in role.values() if r.name == call.params["RoleName"]), None)
    others = (
        {} if found is None else {k: v for k, v in found.policies.items() if k != call.params["PolicyName"]}
    )
    texts = [*others.values(), call.params["PolicyDocument"]]
    if sum(len(re.sub(r"\s", "", text)) for text in texts) > INLINE_POLICY_CHARACTERS:
        name = call.params["RoleName"]
        raise Refused(
            "LimitExceeded",
            f"Maximum policy size of {INLINE_POLICY_CHARACTERS} bytes exceeded for role {name}",
            409,
        )


def profile_role(call: Call) -> None:
    """A profile holds one role, and loses only that one (BC iam AddRoleToInstanceProfile)."""
    profiles = call.backend().instance_profiles.values()
    name = call.params["InstanceProfileName"]
    roles = [role.name for profile in profiles if profile.name == name for role in profile.roles]
    if call.operation == "AddRoleToInstanceProfile" and roles:
        message = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
        raise Refused("LimitExceeded", message, 409)
    if call.operation == "RemoveRoleFromInstanceProfile" and call.params["RoleName"] not in roles:
        message = f"The role with name {call.params['RoleName']} cannot be found."
        raise Refused("NoSuchEntity", message, 404)


def lambda_role(call: Call) -> None:
    if "Role" in call.params and not _trusts(call, call.params["Role"], "lambda"):
        raise Refused("InvalidParameterValueException", _LAMBDA_TRUST)


def states_role(call: Call) -> None:
    if "roleArn" in call.params and not _trusts(call, call.params["roleArn"], "states"):
        raise Refused("AccessDeniedException", _STATES_TRUST)


def _trusts(call: Call, role_arn: str, service: str) -> bool:
    """Whether the role exists and its trust policy lets the service assume it."""
    from moto.iam.models import iam_backends

    account = role_arn.split(":")[4] if role_arn.count(":") >= 5 else call.account
    roles = iam_backends[account]["aws"].roles.values()
    role = next((r for r in roles if r.arn == role_arn), None)
    if role is None:
        return False
    named = {f"{service}.amazonaws.com", f"{service}.{call.region}.amazonaws.com", "*"}
    document = json.loads(role.assume_role_policy_document)
    return any(
        statement.get("Effect") == "Allow" and named & _principals(statement.get("Principal"))
        for statement in _statements(document)
    )


def _principals(stated: Any) -> set[str]:
    if isinstance(stated, str):
        return {stated}
    services = (stated or {}).get("Service", []) if isinstance(stated, dict) else []
    return {services} if isinstance(services, str) else set(services)


def policy_document(call: Call) -> None:
    """A permissions policy is JSON with statements that name actions and resources, and no principal."""
    try:
        document = json.loads(call.params["PolicyDocument"])
    except ValueError as error:
        raise Refused("MalformedPolicyDocument", "Syntax errors in policy.") from error
    for statement in _statements(document):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise Refused("MalformedPolicyDocument", "Policy document should not specify a principal.")


CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("s3", "CreateBucket", bucket_name),
    ("s3", "PutBucketNotificationConfiguration", notified_functions),
    ("logs", "PutRetentionPolicy", retention),
    ("sqs", "CreateQueue", queue_attributes),
    ("sqs", "SetQueueAttributes", queue_attributes),
    ("iam", "CreateRole", trust_policy),
    ("iam", "UpdateAssumeRolePolicy", trust_policy),
    ("iam", "PutRolePolicy", policy_document),
    ("iam", "PutRolePolicy", inline_policies),
    ("iam", "CreatePolicy", policy_document),
    ("iam", "CreatePolicyVersion", policy_document),
    ("iam", "AddRoleToInstanceProfile", profile_role),
    ("iam", "RemoveRoleFromInstanceProfile", profile_role),
    ("lambda", "CreateFunction", lambda_role),
    ("lambda", "UpdateFunctionConfiguration", lambda_role),
    ("secretsmanager", "CreateSecret", secret_name),
    ("stepfunctions", "CreateStateMachine", states_role),
    ("stepfunctions", "UpdateStateMachine", states_role),
)
