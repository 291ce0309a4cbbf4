"""IAM's eventual consistency: a new role, trust policy or permission is not seen everywhere at once.

Each service words it in its own way, and it cannot be told from a truly wrong policy except by time. Keys of
the sources: TF hashicorp/terraform-provider-aws (package under `internal/service`), CD go-to-k/cdkd
(`src/deployment/retryable-errors.ts`), CH aws/chalice (`awsclient.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fairway.local.faults.board import Board
from fairway.local.faults.refusal import Refusal
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Refused

Roles = Callable[[Call], Iterable[str]]
"""The ARNs of the roles that a call hands to a service, or names in a policy."""

ROLE, GRANT = "role", "grant"
_CHANGES = {
    "CreateRole": ROLE,
    "UpdateAssumeRolePolicy": ROLE,
    "AttachRolePolicy": GRANT,
    "PutRolePolicy": GRANT,
}


def values_at(document: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path, in which `*` stands for every item of a list."""
    step, _, rest = path.partition(".")
    items = [document.get(step)] if isinstance(document, dict) else []
    if step == "*" and isinstance(document, list):
        items = document
    for item in items:
        if item is not None:
            yield from values_at(item, rest) if rest else (item,)


def given_at(path: str) -> Roles:
    """Roles given as an argument."""
    return lambda call: (str(value) for value in values_at(call.params, path))


def principals_at(path: str) -> Roles:
    """Roles named as principals in the policy document at that path."""

    def named(call: Call) -> Iterator[str]:
        for text in values_at(call.params, path):
            for principal in values_at(_statements(text), "*.Principal.AWS"):
                yield from principal if isinstance(principal, list) else [principal]

    return named


def _statements(text: str) -> list[Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return []
    found = document.get("Statement", []) if isinstance(document, dict) else []
    return found if isinstance(found, list) else [found]


def _of_the_function(call: Call) -> Iterator[str]:
    """The role of the function that an event source is mapped to."""
    from moto.awslambda.models import lambda_backends

    backend: Any = lambda_backends[call.account][call.region]
    function, _ = backend.locate(call.params["FunctionName"])
    yield str(function.role)


def _reaching_out(call: Call) -> Iterator[str]:
    """The role of a function that needs permissions for what it is given: a network, a dead letter target."""
    if any(values_at(call.params, "VpcConfig.SubnetIds.*")) or any(
        values_at(call.params, "DeadLetterConfig.TargetArn")
    ):
        yield from given_at("Role")(call)


@dataclass(frozen=True)
class Use:
    """Calls that need a role, and how they are refused while it is too new; `needs` says what must be old."""

    service: str
    operations: tuple[str, ...]
    roles: Roles
    refusal: Refusal
    source: str
    needs: tuple[str, ...] = (ROLE,)


_LAMBDA = ("CreateFunction", "UpdateFunctionConfiguration")
_INVALID = "InvalidParameterValueException"

USES = (
    Use("lambda", _LAMBDA, given_at("Role"),
        Refusal(_INVALID, "The role defined for the function cannot be assumed by Lambda.", 400),
        "TF lambda; CH"),
    Use("lambda", _LAMBDA, _reaching_out,
        Refusal(_INVALID, "The provided execution role does not have permissions to call this resource", 400),
        "TF lambda; CH", (ROLE, GRANT)),
    Use("lambda", ("CreateEventSourceMapping",), _of_the_function,
        Refusal(_INVALID, "Cannot access stream. Please ensure the role can perform the actions on it.", 400),
        "CD", (ROLE, GRANT)),
    Use("stepfunctions", ("CreateStateMachine", "UpdateStateMachine"), given_at("roleArn"),
        Refusal("AccessDeniedException", "Neither the global service principal states.amazonaws.com, nor the "
                "regional one is authorized to assume the provided role.", 400),
        "CD"),
    Use("events", ("PutTargets",), given_at("Targets.*.RoleArn"),
        Refusal("ValidationException",
                "Provided role '{role}' cannot be assumed by principal 'events.amazonaws.com'.", 400),
        "TF events"),
    Use("scheduler", ("CreateSchedule", "UpdateSchedule"), given_at("Target.RoleArn"),
        Refusal("ValidationException", "The execution role you provide must allow AWS EventBridge Scheduler "
                "to assume the role.", 400),
        "TF scheduler"),
    Use("apigateway", ("UpdateAccount",), given_at("patchOperations.*.value"),
        Refusal("BadRequestException", "The role ARN does not have required permissions configured. Please "
                "grant trust permission for API Gateway and add the required role policy.", 400),
        "TF apigateway", (ROLE, GRANT)),
    Use("logs", ("PutSubscriptionFilter",), given_at("roleArn"),
        Refusal("InvalidParameterException", "Could not deliver test message to specified destination. Check "
                "if the destination is valid.", 400),
        "CD", (ROLE, GRANT)),
    Use("sns", ("CreateTopic", "SetTopicAttributes"), principals_at("Attributes.Policy"),
        Refusal("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound", 400), "CD"),
    Use("sns", ("SetTopicAttributes",), principals_at("AttributeValue"),
        Refusal("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound", 400), "CD"),
    Use("sqs", ("CreateQueue", "SetQueueAttributes"), principals_at("Attributes.Policy"),
        Refusal("InvalidAttributeValue", "Invalid value for the parameter Policy.", 400), "CD"),
    Use("s3", ("PutBucketPolicy",), principals_at("Policy"),
        Refusal("MalformedPolicy", "Invalid principal in policy", 400), "CD"),
    Use("kms", ("CreateKey", "PutKeyPolicy"), principals_at("Policy"),
        Refusal("MalformedPolicyDocumentException",
                "Policy contains a statement with one or more invalid principals.", 400),
        "CD; TF kms"),
    Use("iam", ("CreateRole", "UpdateAssumeRolePolicy"), principals_at("AssumeRolePolicyDocument"),
        Refusal("MalformedPolicyDocument", 'Invalid principal in policy: "AWS":"{role}"', 400), "TF iam"),
    Use("secretsmanager", ("PutResourcePolicy",), principals_at("ResourcePolicy"),
        Refusal("MalformedPolicyDocumentException",
                "This resource policy contains an invalid principal.", 400),
        "TF secretsmanager"),
)  # fmt: skip


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """What remembers changes of roles, and what refuses their use."""
    for operation, kind in _CHANGES.items():
        yield "iam", operation, _remembering(board, kind)
    for use in USES:
        for operation in use.operations:
            yield use.service, operation, _refusing(board, use)


def _remembering(board: Board, kind: str) -> Repair:
    def remembered(call: Call, forward: Forward) -> Answer:
        answer = forward()
        if answer.ok:
            board.ages.mark(kind, call.account, str(call.params["RoleName"]))
        return answer

    return remembered


def _refusing(board: Board, use: Use) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        needed = board.faults["propagation"]
        for role in use.roles(call) if needed else ():
            _, _, name = role.rpartition("/")
            account = role.split(":")[4] if role.count(":") >= 5 else call.account
            if any(board.ages.of(kind, account, name) < needed for kind in use.needs):
                refusal = use.refusal
                raise Refused(refusal.code, refusal.message.replace("{role}", role), refusal.status)
        return forward()

    return checked
