"""Finds the declaration of a type: a table from the name's service to a module, imported when needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from fairway.aws.catalogue.declaration import ResourceType
from fairway.model.errors import WrongInput

MODULES = {
    "AWS::ApiGateway": "apigateway",
    "AWS::ApiGatewayV2": "apigatewayv2",
    "AWS::AppSync": "appsync",
    "AWS::CloudFront": "cloudfront",
    "AWS::CloudWatch": "cloudwatch",
    "AWS::DynamoDB": "dynamodb",
    "AWS::Events": "events",
    "AWS::IAM": "iam",
    "AWS::KMS": "kms",
    "AWS::Lambda": "lambda_",
    "AWS::Logs": "logs",
    "AWS::S3": "s3",
    "AWS::SNS": "sns",
    "AWS::SQS": "sqs",
    "AWS::SSM": "ssm",
    "AWS::Scheduler": "scheduler",
    "AWS::SecretsManager": "secretsmanager",
    "AWS::StepFunctions": "stepfunctions",
}


@cache
def resource_type(name: str) -> ResourceType:
    """The declaration. Raises WrongInput for a type outside the catalogue."""
    service = name.rpartition("::")[0]
    for declared in service_types(service):
        if declared.name == name:
            return declared
    raise WrongInput(
        "catalogue.type",
        f"{name} is not in the catalogue of resource types",
        why="no call is known that would make it",
        next="docs/adding-a-resource-type.md shows how to add it, which takes minutes",
    )


@cache
def service_types(service: str) -> tuple[ResourceType, ...]:
    """The declared types of a service (`AWS::SQS`); none for a service that has no module."""
    module = MODULES.get(service)
    if module is None:
        return ()
    found: tuple[ResourceType, ...] = import_module(f"fairway.aws.catalogue.services.{module}").TYPES
    return found
