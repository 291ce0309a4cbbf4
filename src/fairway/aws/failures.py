"""What AWS's errors mean to a deployment, as a table.

Sources: BC botocore's API model, BR botocore's retry tables, TF hashicorp/terraform-provider-aws, CH
aws/chalice, CD go-to-k/cdkd.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from fairway.model.errors import Failed


class Kind(Enum):
    """What to do about an error."""

    PROPAGATION = "something new is not visible everywhere yet"
    LOAD = "AWS asks to slow down"
    CONFLICT = "another change of the same thing is under way"
    UNCERTAIN = "the call may or may not have happened"
    NOT_FOUND = "it does not exist"
    EXISTS = "it exists already"
    FATAL = "AWS refused"


class CallFailed(Failed):
    """A call that AWS refused; `aws_code` and `request_id` are AWS's own."""

    def __init__(self, kind: Kind, operation: str, code: str, message: str, request_id: str = "") -> None:
        super().__init__(f"aws.{code}", message or code, where=operation, next=_NEXT.get(code, ""))
        self.kind = kind
        self.aws_code = code
        self.request_id = request_id
        if request_id:
            self.why = f"{operation} was refused with {code} (request {request_id})"


@dataclass(frozen=True)
class Row:
    """An error: empty fields match anything; `text` is part of AWS's message, in any letter case."""

    kind: Kind
    service: str = ""
    code: str = ""
    text: str = ""


P, C, L, N, E = Kind.PROPAGATION, Kind.CONFLICT, Kind.LOAD, Kind.NOT_FOUND, Kind.EXISTS

ROWS = (
    # A role, policy or principal that was made a moment ago.
    Row(P, "lambda", "InvalidParameterValueException", "cannot be assumed by Lambda"),  # TF, CH
    Row(P, "lambda", "InvalidParameterValueException", "role does not have permissions"),  # TF, CH
    Row(P, "lambda", "InvalidParameterValueException", "execution role does not have"),  # TF, CH
    Row(P, "lambda", "InvalidParameterValueException", "KMS key is invalid for CreateGrant"),  # TF
    Row(P, "lambda", "InvalidParameterValueException", "not have a valid principal"),  # CH
    Row(P, "lambda", text="Cannot access stream"),  # CD
    Row(P, "lambda", text="Please ensure the role can perform"),  # CD
    Row(P, "stepfunctions", "AccessDeniedException", "authorized to assume the provided role"),  # CD
    Row(P, "scheduler", "ValidationException", "must allow AWS EventBridge Scheduler to assume"),  # TF
    Row(P, "sns", "InvalidParameter", "PrincipalNotFound"),  # CD
    Row(P, "sns", "InvalidParameter", "is not a valid role to allow SNS"),  # CD
    Row(P, "sqs", text="Invalid value for the parameter Policy"),  # CD
    Row(P, "s3", "MalformedPolicy", "Invalid principal in policy"),  # CD
    Row(P, "s3", "InvalidArgument", "Unable to validate the following destination configurations"),  # TF
    Row(P, "kms", "MalformedPolicyDocumentException", "invalid principals"),  # CD, TF
    Row(P, "secretsmanager", "MalformedPolicyDocumentException", "invalid principal"),  # TF
    Row(P, "iam", "MalformedPolicyDocument", "Invalid principal in policy"),  # TF
    Row(P, "apigateway", "BadRequestException", "does not have required permissions"),  # TF account.go
    Row(P, "logs", "InvalidParameterException", "Could not deliver test message"),  # CD
    Row(P, text="Role validation failed"),  # CD
    Row(P, text="trust policy"),  # CD
    Row(P, text="trust relationship"),  # CD
    # A change of the same thing that is still under way.
    Row(C, "lambda", "ResourceConflictException", "update is in progress"),  # TF, BC
    Row(C, "lambda", "ResourceConflictException", "concurrent update"),  # CD
    Row(C, "lambda", "ResourceConflictException", "is currently in the following state: Pending"),  # CD
    Row(C, "lambda", "ResourceInUseException", "in use"),  # BC, CH
    Row(C, "dynamodb", "ResourceInUseException", "being"),  # BC
    Row(C, "dynamodb", "LimitExceededException", "Subscriber limit exceeded"),  # TF
    Row(C, "dynamodb", "ContinuousBackupsUnavailableException"),  # BC: backups are being enabled
    Row(C, text="concurrent modification"),  # TF apigateway, apigatewayv2
    Row(C, "s3", "OperationAborted"),  # TF, BC
    Row(C, "logs", "OperationAbortedException"),  # BC
    Row(C, "sns", "ConcurrentAccessException"),  # BC
    Row(C, "ssm", "TooManyUpdates"),  # BC
    Row(C, code="ConcurrentModificationException"),  # BC
    Row(C, code="ConcurrentModification"),  # BC iam
    Row(C, "stepfunctions", "StateMachineDeleting"),  # BC
    Row(C, "sqs", text="QueueDeletedRecently"),  # BC: 60 s
    Row(C, "sqs", text="must wait 60 seconds"),  # BC
    Row(C, "secretsmanager", "InvalidRequestException", "was deleted"),  # TF
    # Already there.
    Row(E, "lambda", "ResourceConflictException", "already exist"),  # CD
    Row(E, "s3", "BucketAlreadyOwnedByYou"),
    Row(E, "sqs", "QueueNameExists"),
    Row(E, "sqs", "QueueAlreadyExists"),
    Row(E, code="EntityAlreadyExists"),
    Row(E, code="ResourceAlreadyExistsException"),
    Row(E, code="AlreadyExistsException"),
    Row(E, code="ResourceExistsException"),
    Row(E, "dynamodb", "ResourceInUseException", "already exists"),
    Row(E, code="ParameterAlreadyExists"),
    Row(E, code="ConflictException", text="already exists"),
    Row(E, "apigateway", "ConflictException", "already has this name"),
    # Not there.
    Row(N, code="NoSuchEntity"),
    Row(N, code="ResourceNotFoundException"),
    Row(N, code="NotFoundException"),
    Row(N, code="NotFound"),
    Row(N, code="404"),
    Row(N, code="NoSuchBucket"),
    Row(N, code="NoSuchBucketPolicy"),
    Row(N, code="ParameterNotFound"),
    Row(N, code="AWS.SimpleQueueService.NonExistentQueue"),
    Row(N, code="QueueDoesNotExist"),
    Row(N, code="StateMachineDoesNotExist"),
    Row(N, code="ActivityDoesNotExist"),
    Row(N, code="ResourceNotFound"),
    Row(N, "kms", "KMSInvalidStateException", "is pending deletion"),  # TF
)

THROTTLES = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "TransactionInProgressException", "SlowDown", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "EC2ThrottledException",
    }
)  # fmt: skip
"""BR. `LimitExceededException` is left out: several services use it for a real quota."""

_NEXT = {
    "ExpiredToken": "log in again (`aws sso login`): the credentials have expired",
    "ExpiredTokenException": "log in again (`aws sso login`): the credentials have expired",
    "InvalidClientTokenId": "check the credentials: AWS does not know this access key",
    "UnrecognizedClientException": "check the credentials: AWS does not know this access key",
    "AccessDenied": "allow the deploying identity this action",
    "AccessDeniedException": "allow the deploying identity this action",
}


def classify(service: str, operation: str, error: Exception) -> CallFailed:
    """An error of botocore's as one of ours, with what to do about it."""
    import botocore.exceptions as botocore

    name = f"{service}.{operation}"
    if isinstance(error, botocore.ClientError):
        return _refused(service, name, error)
    if isinstance(error, botocore.EndpointConnectionError | botocore.ConnectTimeoutError):
        return CallFailed(Kind.LOAD, name, "Unreachable", str(error))
    if isinstance(error, botocore.HTTPClientError | botocore.ConnectionError):
        return CallFailed(Kind.UNCERTAIN, name, "ConnectionLost", str(error))
    return CallFailed(Kind.FATAL, name, type(error).__name__, str(error))


def _refused(service: str, name: str, error: Any) -> CallFailed:
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    code, message = str(details.get("Code", "Unknown")), str(details.get("Message", ""))
    kind = _kind(service, code, message, int(metadata.get("HTTPStatusCode", 400)))
    return CallFailed(kind, name, code, message, str(metadata.get("RequestId", "")))


def _kind(service: str, code: str, message: str, status: int) -> Kind:
    if code in THROTTLES or "Rate exceeded" in message:
        return Kind.LOAD
    lowered = message.lower()
    for row in ROWS:
        if row.service in ("", service) and row.code in ("", code) and row.text.lower() in lowered:
            return row.kind
    if status in (500, 502, 503, 504) or code == "RequestTimeout":
        return Kind.UNCERTAIN
    return Kind.FATAL
