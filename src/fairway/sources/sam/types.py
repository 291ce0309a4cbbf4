"""Facts about SAM's resource types. Source: the SAM specification, "Resource and property reference"."""

from __future__ import annotations

from collections.abc import Mapping

TRANSFORM = "AWS::Serverless-2016-10-31"
PREFIX = "AWS::Serverless::"

FUNCTION = "AWS::Serverless::Function"
APPLICATION = "AWS::Serverless::Application"
STATE_MACHINE = "AWS::Serverless::StateMachine"
API = "AWS::Serverless::Api"
HTTP_API = "AWS::Serverless::HttpApi"

CODE_PATHS: Mapping[str, str] = {
    FUNCTION: "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
"""The property that may name local code."""

DEFINITION_PATHS: Mapping[str, str] = {
    API: "DefinitionUri",
    HTTP_API: "DefinitionUri",
    STATE_MACHINE: "DefinitionUri",
}
"""The property that may name a local file whose content becomes part of the resource."""

NOT_YET: Mapping[str, str] = {
    "AWS::Serverless::MicrovmImage": "create the image beforehand and pass its ARN as a parameter",
    "AWS::Serverless::WebFunction": "use AWS::Serverless::Function with FunctionUrlConfig",
}
"""Types that are not deployed yet, with what to do instead."""

MAIN_TYPES: Mapping[str, str] = {
    API: "AWS::ApiGateway::RestApi",
    "AWS::Serverless::CapacityProvider": "AWS::Lambda::CapacityProvider",
    FUNCTION: "AWS::Lambda::Function",
    "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
    HTTP_API: "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::LayerVersion": "AWS::Lambda::LayerVersion",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    STATE_MACHINE: "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::WebSocketApi": "AWS::ApiGatewayV2::Api",
}
"""The generated resource that a SAM resource mainly is."""

RENAMED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("AWS::Lambda::Function", "Code"): ("CodeUri", "InlineCode", "ImageUri"),
    ("AWS::Lambda::Function", "TracingConfig"): ("Tracing",),
    ("AWS::Lambda::Function", "DeadLetterConfig"): ("DeadLetterQueue",),
    ("AWS::Lambda::Version", "CodeSha256"): ("CodeUri", "InlineCode"),
    ("AWS::Lambda::Version", "Description"): ("VersionDescription",),
    ("AWS::Lambda::Alias", "Name"): ("AutoPublishAlias",),
    ("AWS::Lambda::Alias", "ProvisionedConcurrencyConfig"): ("ProvisionedConcurrencyConfig",),
    ("AWS::Lambda::LayerVersion", "Content"): ("ContentUri",),
    ("AWS::IAM::Role", "ManagedPolicyArns"): ("Policies",),
    ("AWS::IAM::Role", "Path"): ("RolePath",),
    ("AWS::ApiGateway::RestApi", "Body"): ("DefinitionBody", "DefinitionUri"),
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): ("DefinitionUri",),
    ("AWS::ApiGatewayV2::Api", "Body"): ("DefinitionBody", "DefinitionUri"),
    ("AWS::ApiGatewayV2::Api", "BodyS3Location"): ("DefinitionUri",),
    ("AWS::StepFunctions::StateMachine", "DefinitionString"): ("Definition", "DefinitionUri"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"): ("DefinitionUri",),
    ("AWS::StepFunctions::StateMachine", "RoleArn"): ("Role",),
    ("AWS::StepFunctions::StateMachine", "StateMachineName"): ("Name",),
    ("AWS::StepFunctions::StateMachine", "StateMachineType"): ("Type",),
    ("AWS::StepFunctions::StateMachine", "LoggingConfiguration"): ("Logging",),
    ("AWS::StepFunctions::StateMachine", "TracingConfiguration"): ("Tracing",),
    ("AWS::DynamoDB::Table", "KeySchema"): ("PrimaryKey",),
    ("AWS::DynamoDB::Table", "AttributeDefinitions"): ("PrimaryKey",),
    ("AWS::AppSync::GraphQLSchema", "Definition"): ("SchemaInline",),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"): ("SchemaUri",),
    ("AWS::AppSync::FunctionConfiguration", "Code"): ("InlineCode",),
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location"): ("CodeUri",),
    ("AWS::AppSync::Resolver", "Code"): ("InlineCode",),
    ("AWS::AppSync::Resolver", "CodeS3Location"): ("CodeUri",),
    ("AWS::Events::Rule", "ScheduleExpression"): ("Schedule",),
    ("AWS::Events::Rule", "EventPattern"): ("Pattern",),
    ("AWS::Events::Rule", "State"): ("State", "Enabled"),
    ("AWS::Lambda::EventSourceMapping", "EventSourceArn"): ("Queue", "Stream", "Cluster", "Broker"),
    ("AWS::Lambda::Permission", "SourceArn"): ("Topic", "Bucket", "LogGroupName", "UserPool"),
    ("AWS::SNS::Subscription", "TopicArn"): ("Topic",),
}
"""Generated properties whose SAM property has another name."""

OWN_BLOCKS: Mapping[str, str] = {
    "AWS::Lambda::Url": "FunctionUrlConfig",
    "AWS::Lambda::EventInvokeConfig": "EventInvokeConfig",
    "AWS::Lambda::Alias": "AutoPublishAlias",
    "AWS::Lambda::Version": "AutoPublishAlias",
    "AWS::Lambda::Permission": "FunctionUrlConfig",
}
"""Generated types that exist because of one property of the SAM resource."""
