"""What AWS's errors mean to a deployment, as a table.

Sources: BC botocore's API model, BR botocore's retry tables, TF hashicorp/terraform-provider-aws (with the
package under `internal/service`), CH aws/chalice (`awsclient.py`), CD go-to-k/cdkd (`retryable-errors.ts`),
JS aws/aws-sdk-js-v3 (`client-sqs`), docs: docs.aws.amazon.com.
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
    """A call that AWS refused; `aws_code` and `request_id` are AWS's own.

    `after_lost` tells that an earlier try got no answer, so that the refusal may be of its effect.
    """

    after_lost = False

    def __init__(self, kind: Kind, operation: str, code: str, message: str, request_id: str = "") -> None:
        super().__init__(f"aws.{code}", message or code, where=operation, next=_NEXT.get(code, ""))
        self.kind = kind
        self.aws_code = code
        self.request_id = request_id
        if request_id:
            self.why = f"{operation} was refused with {code} (request {request_id})"


@dataclass(frozen=True)
class Row:
    """An error and where it is known from; a code may stand for any service, a text never does.

    Empty fields match anything; `text` is part of AWS's message, in any letter case.
    """

    kind: Kind
    source: str
    service: str = ""
    code: str = ""
    text: str = ""

    def matches(self, service: str, code: str, message: str) -> bool:
        """Whether the row speaks of this error."""
        named = self.service in ("", service) and self.code in ("", code)
        return named and self.text.casefold() in message.casefold()


P, C, L, N, E = Kind.PROPAGATION, Kind.CONFLICT, Kind.LOAD, Kind.NOT_FOUND, Kind.EXISTS
_INVALID = "InvalidParameterValueException"

ROWS = (
    # A role, policy or principal that was made a moment ago. A wrong one looks the same and costs two
    # minutes, so the texts are as long as their sources give them.
    Row(P, "TF lambda, CH", "lambda", _INVALID, "cannot be assumed by Lambda"),
    Row(P, "TF lambda, CH", "lambda", _INVALID, "execution role does not have permissions"),
    Row(P, "TF lambda", "lambda", _INVALID, "KMS key is invalid for CreateGrant"),
    Row(P, "CH", "lambda", _INVALID, "valid principal"),
    Row(P, "CD", "lambda", _INVALID, "Cannot access stream"),
    Row(P, "CD", "lambda", _INVALID, "Please ensure the role can perform"),
    Row(P, "CD", "stepfunctions", "AccessDeniedException",
        "authorized to assume the provided role"),
    Row(P, "TF scheduler", "scheduler", "ValidationException",
        "must allow AWS EventBridge Scheduler to assume"),
    Row(P, "TF events", "events", "ValidationException", "cannot be assumed by principal"),
    Row(P, "CD", "sns", "InvalidParameter", "Policy Error: PrincipalNotFound"),
    Row(P, "CD", "sns", "InvalidParameter", "is not a valid role to allow SNS"),
    Row(P, "CD", "sqs", text="Invalid value for the parameter Policy"),
    Row(P, "CD", "s3", "MalformedPolicy", "Invalid principal in policy"),
    Row(P, "TF s3", "s3", "InvalidArgument",
        "Unable to validate the following destination configurations"),
    Row(P, "CD, TF kms", "kms", "MalformedPolicyDocumentException",
        "contains a statement with one or more invalid principals"),
    Row(P, "TF secretsmanager", "secretsmanager", "MalformedPolicyDocumentException",
        "invalid principal"),
    Row(P, "TF iam", "iam", "MalformedPolicyDocument", "Invalid principal in policy"),
    Row(P, "TF apigateway", "apigateway", "BadRequestException",
        "role ARN does not have required permissions"),
    Row(P, "TF apigateway", "apigateway", "BadRequestException",
        "could not successfully write to CloudWatch Logs using the ARN"),
    Row(P, "CD", "logs", "InvalidParameterException", "Could not deliver test message"),
    # A change of the same thing that is still under way.
    Row(C, "TF lambda, BC", "lambda", "ResourceConflictException", "update is in progress"),
    Row(C, "CD", "lambda", "ResourceConflictException", "concurrent update operation"),
    Row(C, "CD", "lambda", "ResourceConflictException",
        "is currently in the following state: Pending"),
    Row(C, "BC, CH", "lambda", "ResourceInUseException", "because it is in use"),
    Row(C, "BC", "dynamodb", "ResourceInUseException", "is being"),
    Row(C, "TF dynamodb", "dynamodb", "LimitExceededException", "simultaneously"),
    Row(C, "BC", "dynamodb", "ContinuousBackupsUnavailableException"),
    Row(C, "TF apigateway", "apigateway", text="due to concurrent modification"),
    Row(C, "TF apigatewayv2", "apigatewayv2", text="due to concurrent modification"),
    Row(C, "TF s3", "s3", "OperationAborted"),
    Row(C, "docs:AmazonS3/latest/userguide/conditional-writes.html", "s3", "ConditionalRequestConflict"),
    Row(C, "BC", "logs", "OperationAbortedException"),
    Row(C, "BC", "sns", "ConcurrentAccess"),
    Row(C, "BC", "ssm", "TooManyUpdates"),
    Row(C, "BC", code="ConcurrentModificationException"),
    Row(C, "BC", "iam", "ConcurrentModification"),
    Row(C, "BC", "stepfunctions", "StateMachineDeleting"),
    Row(C, "BC", "sqs", "QueueDeletedRecently"),
    Row(C, "JS", "sqs", "AWS.SimpleQueueService.QueueDeletedRecently"),
    Row(C, "TF secretsmanager", "secretsmanager", "InvalidRequestException", "was deleted"),
    Row(C, "BC", "cloudfront", "TooManyInvalidationsInProgress"),
    Row(L, "TF lambda", "lambda", _INVALID, "throttled by EC2"),
    # Already there.
    Row(E, "CD", "lambda", "ResourceConflictException", "already exist"),
    Row(E, "BC", "s3", "BucketAlreadyOwnedByYou"),
    Row(E, "BC", "sqs", "QueueNameExists"),
    Row(E, "JS", "sqs", "QueueAlreadyExists"),
    Row(E, "BC", code="EntityAlreadyExists"),
    Row(E, "BC", code="ResourceAlreadyExistsException"),
    Row(E, "BC", code="AlreadyExistsException"),
    Row(E, "BC", code="ResourceExistsException"),
    Row(E, "BC", "dynamodb", "ResourceInUseException", "already exists"),
    Row(E, "BC", code="ParameterAlreadyExists"),
    Row(E, "BC", code="ConflictException", text="already exists"),
    Row(E, "answer of CreateResource", "apigateway", "ConflictException", "already has this name"),
    Row(E, "BC", "cloudfront", "DistributionAlreadyExists"),
    Row(E, "BC", "cloudfront", "OriginAccessControlAlreadyExists"),
    # Not there.
    Row(N, "BC", code="NoSuchEntity"),
    Row(N, "BC", "cloudfront", "NoSuchDistribution"),
    Row(N, "BC", "cloudfront", "NoSuchOriginAccessControl"),
    Row(N, "BC", "cloudfront", "NoSuchResource"),
    Row(N, "BC", code="ResourceNotFoundException"),
    Row(N, "BC", code="NotFoundException"),
    Row(N, "BC", code="NotFound"),
    Row(N, "BC", code="NoSuchBucket"),
    Row(N, "BC", code="ParameterNotFound"),
    Row(N, "BC", code="QueueDoesNotExist"),
    Row(N, "BC", code="StateMachineDoesNotExist"),
    Row(N, "BC", code="ActivityDoesNotExist"),
    Row(N, "BC", code="ResourceNotFound"),
    Row(N, "docs:AmazonS3/latest/API/API_HeadBucket.html", code="404"),
    Row(N, "docs:AmazonS3/latest/API/ErrorResponses.html", code="NoSuchBucketPolicy"),
    Row(N, "JS", code="AWS.SimpleQueueService.NonExistentQueue"),
    Row(N, "TF kms", "kms", "KMSInvalidStateException", "is pending deletion"),
)  # fmt: skip

DENIED = frozenset({"AccessDenied", "AccessDeniedException"})
"""Not allowed (BC); S3 has further ones."""
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
    if code in THROTTLES or message.startswith("Rate exceeded"):
        return Kind.LOAD
    for row in ROWS:
        if row.matches(service, code, message):
            return row.kind
    if status in (500, 502, 503, 504) or code == "RequestTimeout":
        return Kind.UNCERTAIN
    return Kind.FATAL
