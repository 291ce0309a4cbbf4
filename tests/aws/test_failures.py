"""What AWS's errors mean: in the words AWS uses for them, and not in words that only look like them."""

from __future__ import annotations

import pytest
from tests.aws.fakes import refused
from tests.aws.world import offline_cloud

from fairway.aws.failures import ROWS, Kind, Row, classify

P, C, L, N, E, F = (
    Kind.PROPAGATION,
    Kind.CONFLICT,
    Kind.LOAD,
    Kind.NOT_FOUND,
    Kind.EXISTS,
    Kind.FATAL,
)
INVALID, BUSY = "InvalidParameterValueException", "ResourceConflictException"
KMS = "Lambda was unable to configure access to your environment variables because "
STREAM = "Cannot access stream arn:aws:dynamodb:eu-west-1:1:table/t/stream/1."
BUCKET = "Unable to validate the following destination configurations"
MODIFIED = "Unable to complete operation due to concurrent modification. Please try again later."
IN_FLIGHT = "Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted simultaneously"

TOLD = (
    (P, "lambda", INVALID, "The role defined for the function cannot be assumed by Lambda."),
    (P, "lambda", INVALID, "The provided execution role does not have permissions to call ReceiveMessage"),
    (P, "lambda", INVALID, f"{KMS}the KMS key is invalid for CreateGrant."),
    (P, "lambda", INVALID, "InvalidArnException: ARN does not refer to a valid principal"),
    (P, "lambda", INVALID, STREAM),
    (P, "lambda", INVALID, "Please ensure the role can perform the GetRecords action on your stream in IAM."),
    (
        P,
        "stepfunctions",
        "AccessDeniedException",
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to "
        "assume the provided role.",
    ),
    (
        P,
        "scheduler",
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    ),
    (
        P,
        "events",
        "ValidationException",
        "Provided role 'arn:aws:iam::1:role/r' cannot be assumed by principal 'events.amazonaws.com'.",
    ),
    (P, "sns", "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound"),
    (P, "sns", "InvalidParameter", "arn:aws:iam::1:role/r is not a valid role to allow SNS to write to Logs"),
    (P, "sqs", "InvalidAttributeValue", "Invalid value for the parameter Policy."),
    (P, "s3", "MalformedPolicy", "Invalid principal in policy"),
    (P, "s3", "InvalidArgument", BUCKET),
    (
        P,
        "kms",
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
    ),
    (
        P,
        "secretsmanager",
        "MalformedPolicyDocumentException",
        "This resource policy has an invalid principal",
    ),
    (P, "iam", "MalformedPolicyDocument", 'Invalid principal in policy: "AWS":"arn:aws:iam::1:role/r"'),
    (P, "apigateway", "BadRequestException", "The role ARN does not have required permissions set to API"),
    (
        P,
        "apigateway",
        "BadRequestException",
        "API Gateway could not successfully write to CloudWatch Logs using the ARN specified",
    ),
    (P, "logs", "InvalidParameterException", "Could not deliver test message to specified Kinesis stream."),
    (C, "lambda", BUSY, "The operation cannot be performed at this time. An update is in progress for f"),
    (C, "lambda", BUSY, "Function was modified by a concurrent update operation"),
    (C, "lambda", BUSY, "The function is currently in the following state: Pending"),
    (C, "lambda", "ResourceInUseException", "Cannot update the mapping because it is in use."),
    (C, "dynamodb", "ResourceInUseException", "Attempt to change a resource: Table is being created: t"),
    (C, "dynamodb", "LimitExceededException", IN_FLIGHT),
    (C, "dynamodb", "ContinuousBackupsUnavailableException", "Backups are being enabled for the table: t"),
    (C, "apigateway", "ConflictException", MODIFIED),
    (C, "apigatewayv2", "UnknownError", MODIFIED),
    (
        C,
        "s3",
        "OperationAborted",
        "A conflicting conditional operation is currently in progress against this resource.",
    ),
    (
        C,
        "s3",
        "ConditionalRequestConflict",
        "The conditional request cannot succeed: a conflicting operation",
    ),
    (C, "logs", "OperationAbortedException", "A conflicting operation is currently in progress"),
    (C, "sns", "ConcurrentAccess", "Only one tagging operation at a time"),
    (
        C,
        "cloudfront",
        "TooManyInvalidationsInProgress",
        "You have exceeded the maximum number of invalidations",
    ),
    (C, "ssm", "TooManyUpdates", "There are concurrent updates for a resource"),
    (C, "events", "ConcurrentModificationException", "Rule r was modified concurrently"),
    (C, "iam", "ConcurrentModification", "Multiple requests to change this object were submitted"),
    (C, "stepfunctions", "StateMachineDeleting", "State Machine is being deleted"),
    (C, "sqs", "QueueDeletedRecently", ""),
    (C, "sqs", "AWS.SimpleQueueService.QueueDeletedRecently", "You must wait 60 seconds after deleting a q"),
    (
        C,
        "secretsmanager",
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was deleted.",
    ),
    (L, "lambda", INVALID, "Your request has been throttled by EC2, please make sure you have enough limit."),
    (L, "iam", "Throttling", "Rate exceeded"),
    (E, "lambda", BUSY, "Function already exist: f"),
    (E, "cloudfront", "DistributionAlreadyExists", "The caller reference is associated with another one."),
    (E, "cloudfront", "OriginAccessControlAlreadyExists", "One with the specified name already exists."),
    (E, "s3", "BucketAlreadyOwnedByYou", "Your previous request succeeded and you already own it."),
    (E, "sqs", "QueueNameExists", "A queue already exists with the same name and a different value"),
    (E, "sqs", "QueueAlreadyExists", "A queue already exists with the same name and a different value"),
    (E, "iam", "EntityAlreadyExists", "Role with name r already exists."),
    (E, "logs", "ResourceAlreadyExistsException", "The specified log group already exists"),
    (E, "kms", "AlreadyExistsException", "An alias with the name a already exists"),
    (E, "secretsmanager", "ResourceExistsException", "The secret s already exists."),
    (E, "dynamodb", "ResourceInUseException", "Table already exists: wellbeing"),
    (E, "ssm", "ParameterAlreadyExists", "The parameter already exists."),
    (E, "scheduler", "ConflictException", "Schedule s already exists."),
    (E, "apigateway", "ConflictException", "Another resource with the same parent already has this name: a"),
    (N, "iam", "NoSuchEntity", "The role with name r cannot be found."),
    (N, "lambda", "ResourceNotFoundException", "Function not found"),
    (N, "apigateway", "NotFoundException", "Invalid API identifier specified"),
    (N, "sns", "NotFound", "Topic does not exist"),
    (N, "s3", "NoSuchBucket", "The specified bucket does not exist"),
    (N, "cloudfront", "NoSuchDistribution", "The specified distribution does not exist."),
    (N, "cloudfront", "NoSuchOriginAccessControl", "The origin access control does not exist."),
    (N, "cloudfront", "NoSuchResource", "A resource that was specified is not valid."),
    (N, "s3", "NoSuchBucketPolicy", "The bucket policy does not exist"),
    (N, "s3", "404", "Not Found"),
    (N, "ssm", "ParameterNotFound", ""),
    (N, "sqs", "QueueDoesNotExist", "The specified queue does not exist."),
    (N, "sqs", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."),
    (N, "stepfunctions", "StateMachineDoesNotExist", "State Machine Does Not Exist"),
    (N, "stepfunctions", "ActivityDoesNotExist", "Activity Does Not Exist"),
    (N, "cloudwatch", "ResourceNotFound", "Dashboard d does not exist"),
    (N, "kms", "KMSInvalidStateException", "arn:aws:kms:eu-west-1:1:key/k is pending deletion."),
)

LOOK_ALIKES = (
    ("iam", "MalformedPolicyDocument", "The trust policy has a syntax error"),
    ("iam", "LimitExceeded", "Cannot exceed quota for the size of a trust relationship"),
    ("iam", "ValidationError", "The trust policy of role r names no principal"),
    ("events", "ValidationException", "Role validation failed"),
    ("apigateway", "BadRequestException", "Caller does not have required permissions on the VPC link"),
    ("lambda", "AccessDeniedException", "The role cannot be assumed by Lambda"),
    ("lambda", INVALID, "The function name trust-policy is too long"),
    ("stepfunctions", "InvalidDefinition", "State 'concurrent modification' is not reachable"),
    ("ssm", "ValidationException", "The description 'Rate exceeded' is too long"),
    ("dynamodb", "LimitExceededException", "Subscriber limit exceeded: There is a limit of 256 tables"),
    ("dynamodb", "ResourceInUseException", "Table wellbeing has deletion protection"),
    ("sns", "LimitExceededException", "too many topics"),
)

SERVICES = [
    "apigateway",
    "apigatewayv2",
    "cloudwatch",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
]


def first_row(service: str, code: str, message: str) -> Row | None:
    return next((row for row in ROWS if row.matches(service, code, message)), None)


@pytest.mark.parametrize(("kind", "service", "code", "message"), TOLD)
def test_an_error_in_the_words_of_aws_means_what_its_row_says(
    kind: Kind, service: str, code: str, message: str
) -> None:
    assert classify(service, "CreateThing", refused(code, message)).kind is kind


@pytest.mark.parametrize(("service", "code", "message"), LOOK_ALIKES)
def test_a_refusal_that_only_looks_alike_is_not_tried_again(service: str, code: str, message: str) -> None:
    assert classify(service, "CreateThing", refused(code, message)).kind is F


def test_every_row_is_the_first_to_match_some_error() -> None:
    reached = {first_row(service, code, message) for _, service, code, message in TOLD}
    assert set(ROWS) - reached == set()


def test_a_row_has_a_source_and_a_text_is_never_looked_for_in_every_error() -> None:
    assert all(row.source for row in ROWS)
    assert all(row.service or row.code for row in ROWS)
    assert all(row.service for row in ROWS if row.text and row.kind in (P, C, L))


@pytest.mark.parametrize("row", [row for row in ROWS if row.source == "BC" and row.code], ids=str)
def test_the_api_model_knows_the_codes_that_are_taken_from_it(row: Row) -> None:
    model = offline_cloud().caller.session.model
    services = [row.service] if row.service else SERVICES
    shapes = [shape for service in services for shape in model(service).error_shapes]
    assert row.code in {name for shape in shapes for name in (shape.name, shape.error_code)}
