"""A stack with every type that AWS's delays and conflicts touch, as first deployed and as changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.program import write

Resources = dict[str, dict[str, Any]]

HANDLER = "def handler(event, context):\n    return {}\n"
_SERVICES = ("lambda", "states", "events", "scheduler")


def lay_out(folder: Path, *, changed: bool) -> None:
    """Write the template and the code of the first or of the changed version."""
    template = json.dumps({"Resources": _resources(changed=changed)}, indent=1)
    write(folder, {"template.json": template, "src/app.py": HANDLER.format(2 if changed else 1)})


def _resources(*, changed: bool) -> Resources:
    found = {**_access(), **_code(changed), **_data(changed), **_messages(changed), **_api(changed)}
    if changed:
        for removed in ("Rule", "RulePermission", "Bucket", "BucketPolicy", "Scratch"):
            del found[removed]
        found["Extra"] = {"Type": "AWS::SQS::Queue"}
    return found


def _resource(type_name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{type_name}", "Properties": properties}


def _arn(address: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [address, "Arn"]}


def _policy(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def _access() -> Resources:
    services = {"Service": [f"{name}.amazonaws.com" for name in _SERVICES]}
    role = {"Principal": {"AWS": _arn("Role")}}
    return {
        "Role": _resource(
            "IAM::Role",
            AssumeRolePolicyDocument=_policy({"Principal": services, "Action": "sts:AssumeRole"}),
            ManagedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
            Policies=[{"PolicyName": "all", "PolicyDocument": _policy({"Action": "sqs:*", "Resource": "*"})}],
        ),
        "Reader": _resource(
            "IAM::Role",
            AssumeRolePolicyDocument=_policy({**role, "Action": "sts:AssumeRole"}),
        ),
        "Key": _resource("KMS::Key", KeyPolicy=_policy({**role, "Action": "kms:*", "Resource": "*"})),
        "KeyAlias": _resource("KMS::Alias", AliasName="alias/unkind", TargetKeyId={"Ref": "Key"}),
    }


def _code(changed: bool) -> Resources:
    function: dict[str, Any] = {"Runtime": "python3.11", "Handler": "app.handler", "Code": "src"}
    return {
        "Function": _resource(
            "Lambda::Function",
            **function,
            Role=_arn("Role"),
            Timeout=20 if changed else 10,
            Environment={"Variables": {"TABLE": {"Ref": "Table"}}},
            DeadLetterConfig={"TargetArn": _arn("DeadLetters")},
        ),
        "Worker": _resource("Lambda::Function", **function, Role=_arn("Role")),
        "Mapping": _resource(
            "Lambda::EventSourceMapping",
            FunctionName={"Ref": "Worker"},
            EventSourceArn=_arn("Queue"),
            BatchSize=5 if changed else 10,
        ),
        "Alias": _resource(
            "Lambda::Alias", FunctionName={"Ref": "Worker"}, FunctionVersion="$LATEST", Name="live"
        ),
        "Logs": _resource(
            "Logs::LogGroup",
            LogGroupName={"Fn::Sub": "/aws/lambda/${Function}"},
            RetentionInDays=14 if changed else 7,
        ),
        "Machine": _resource(
            "StepFunctions::StateMachine",
            RoleArn=_arn("Role"),
            Definition={
                "StartAt": "Only",
                "States": {"Only": {"Type": "Pass", "Comment": str(changed), "End": True}},
            },
        ),
        "Rule": _resource(
            "Events::Rule",
            ScheduleExpression="rate(1 day)",
            Targets=[{"Id": "function", "Arn": _arn("Function")}],
        ),
        "RulePermission": _permission("events.amazonaws.com", _arn("Rule")),
        "Schedule": _resource(
            "Scheduler::Schedule",
            ScheduleExpression="rate(2 days)" if changed else "rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": _arn("Machine"), "RoleArn": _arn("Role")},
        ),
    }


def _permission(principal: str, source: Any) -> dict[str, Any]:
    return _resource(
        "Lambda::Permission",
        FunctionName={"Ref": "Function"},
        Action="lambda:InvokeFunction",
        Principal=principal,
        SourceArn=source,
    )


def _data(changed: bool) -> Resources:
    key = "key" if changed else "id"  # another key is another table
    plain = {
        "BillingMode": "PAY_PER_REQUEST",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }
    return {
        "Table": _resource(
            "DynamoDB::Table",
            **plain,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
            StreamSpecification={"StreamViewType": "NEW_IMAGE" if changed else "KEYS_ONLY"},
        ),
        "Replaced": _resource(
            "DynamoDB::Table",
            **plain,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        ),
        "Scratch": _resource(
            "DynamoDB::Table",
            **plain,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ),
        "Bucket": _resource("S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
        "BucketPolicy": _resource(
            "S3::BucketPolicy",
            Bucket={"Ref": "Bucket"},
            PolicyDocument=_policy(
                {
                    "Principal": {"AWS": _arn("Role")},
                    "Action": "s3:GetObject",
                    "Resource": {"Fn::Sub": "${Bucket.Arn}/*"},
                }
            ),
        ),
        "Secret": _resource("SecretsManager::Secret", GenerateSecretString={}),
        "Parameter": _resource("SSM::Parameter", Type="String", Value=str(changed)),
    }


def _messages(changed: bool) -> Resources:
    reader = {"Principal": {"AWS": _arn("Role")}}
    return {
        "Queue": _resource(
            "SQS::Queue",
            VisibilityTimeout=90 if changed else 60,
            RedrivePolicy={"deadLetterTargetArn": _arn("DeadLetters"), "maxReceiveCount": 3},
        ),
        "DeadLetters": _resource("SQS::Queue"),
        "Moved": _resource("SQS::Queue", **({"FifoQueue": True} if changed else {})),
        "QueuePolicy": _resource(
            "SQS::QueuePolicy",
            Queues=[{"Ref": "Queue"}],
            PolicyDocument=_policy({**reader, "Action": "sqs:SendMessage", "Resource": _arn("Queue")}),
        ),
        "Topic": _resource("SNS::Topic", DisplayName="second" if changed else "first"),
        "TopicPolicy": _resource(
            "SNS::TopicPolicy",
            Topics=[{"Ref": "Topic"}],
            PolicyDocument=_policy({**reader, "Action": "sns:Publish", "Resource": {"Ref": "Topic"}}),
        ),
        "Subscription": _resource(
            "SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol="sqs", Endpoint=_arn("Queue")
        ),
        "Alarm": _resource(
            "CloudWatch::Alarm",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=2 if changed else 1,
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Period=60,
            Statistic="Sum",
            Threshold=1,
        ),
    }


def _api(changed: bool) -> Resources:
    api = {"Ref": "Api"}
    paths = {"One": "GET /one", "Two": "GET /two", "Three": "POST /three" if changed else "GET /three"}
    return {
        "Api": _resource("ApiGatewayV2::Api", Name="unkind", ProtocolType="HTTP"),
        "Stage": _resource("ApiGatewayV2::Stage", ApiId=api, StageName="$default", AutoDeploy=True),
        "Integration": _resource(
            "ApiGatewayV2::Integration",
            ApiId=api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=_arn("Function"),
            PayloadFormatVersion="2.0",
        ),
        **{
            f"Route{name}": _resource(
                "ApiGatewayV2::Route",
                ApiId=api,
                RouteKey=path,
                Target={"Fn::Sub": "integrations/${Integration}"},
            )
            for name, path in paths.items()
        },
        "ApiPermission": _permission(
            "apigateway.amazonaws.com",
            {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"},
        ),
        "Rest": _resource("ApiGateway::RestApi", Name="unkind-rest"),
        "Path": _resource(
            "ApiGateway::Resource",
            RestApiId={"Ref": "Rest"},
            ParentId={"Fn::GetAtt": ["Rest", "RootResourceId"]},
            PathPart="thing",
        ),
        "Method": _resource(
            "ApiGateway::Method",
            RestApiId={"Ref": "Rest"},
            ResourceId={"Ref": "Path"},
            HttpMethod="GET",
            AuthorizationType="NONE",
            Integration={"Type": "MOCK", "RequestTemplates": {"application/json": '{"statusCode": 200}'}},
        ),
        "Deployment": {
            **_resource("ApiGateway::Deployment", RestApiId={"Ref": "Rest"}),
            "DependsOn": ["Method"],
        },
        "RestStage": _resource(
            "ApiGateway::Stage",
            RestApiId={"Ref": "Rest"},
            DeploymentId={"Ref": "Deployment"},
            StageName="live",
            Description="second" if changed else "first",
        ),
    }
