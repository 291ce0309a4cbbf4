"""AWS AppSync: GraphQL APIs and what they consist of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Facet, ResourceType, Tags, Template, Wait
from fairway.aws.catalogue.tags import is_same_owner

_SERVICE = "appsync"
_ARN = "arn:{partition}:appsync:{region}:{account}:apis/{ApiId}"
_IN_BUCKET = (
    "the document lies in a bucket and cannot be compared there; name a file beside the template instead"
)


def _find_api(context: Context) -> Mapping[str, Any]:
    """Names of GraphQL APIs are not unique: what tells is the owner's tags."""
    for page in context.pages("ListGraphqlApis"):
        for item in page["graphqlApis"]:
            if is_same_owner(context.after.get("Tags"), item.get("tags")):
                return dict(item)
    return {}


API = ResourceType(
    name="AWS::AppSync::GraphQLApi",
    service=_SERVICE,
    identity=("Arn",),
    names=lambda arn: {"ApiId": arn.rpartition("/")[2]},
    create=Call("CreateGraphqlApi", answer="graphqlApi"),
    read=Call("GetGraphqlApi", answer="graphqlApi"),
    # BC appsync UpdateGraphqlApi: what is left out is reset.
    update=(Call("UpdateGraphqlApi", answer="graphqlApi", whole=True),),
    delete=Call("DeleteGraphqlApi"),
    find=_find_api,
    attributes={"Arn": "{arn}", "ApiId": "{apiId}"},
    rename={
        "GraphQLUrl": "uris.GRAPHQL",
        "RealtimeUrl": "uris.REALTIME",
        "GraphQLDns": "dns.GRAPHQL",
        "RealtimeDns": "dns.REALTIME",
    },
    facets=(
        Facet(
            ("EnvironmentVariables",),
            put=Call("PutGraphqlApiEnvironmentVariables"),
            get=Call("GetGraphqlApiEnvironmentVariables"),
            clear=Call("PutGraphqlApiEnvironmentVariables", fixed={"environmentVariables": {}}),
        ),
    ),
    tags=Tags(
        tag=Call("TagResource", keys={"resourceArn": "{Arn}"}),
        untag=Call("UntagResource", keys={"resourceArn": "{Arn}"}),
        arn="{Arn}",
    ),
    # BC appsync CreateGraphqlApi.
    defaults={
        "ApiType": "GRAPHQL",
        "IntrospectionConfig": "ENABLED",
        "QueryDepthLimit": 0,
        "ResolverCountLimit": 0,
        "Visibility": "GLOBAL",
        "XrayEnabled": False,
    },
    # BC appsync UpdateGraphqlApi has no member for them.
    create_only=("ApiType", "Visibility"),
)


def _stays(_: Context) -> None:
    """BC appsync: a schema goes with its API; there is no call that takes it away."""


SCHEMA = ResourceType(
    name="AWS::AppSync::GraphQLSchema",
    service=_SERVICE,
    identity=("Id",),
    names=lambda identifier: {"ApiId": identifier.removesuffix("GraphQLSchema")},
    create=Call("StartSchemaCreation"),
    read=Call("GetSchemaCreationStatus"),
    update=(Call("StartSchemaCreation", whole=True),),
    delete=_stays,
    attributes={"Id": "{ApiId}GraphQLSchema"},
    retried_by=("Definition",),
    wait=(Wait("status", busy=("PROCESSING",), failed=("FAILED",), reason="details"),),
    going={"status": "NOT_APPLICABLE"},  # BC appsync SchemaStatus: no schema yet
    # The read call that answers a schema writes it in its own way.
    unreadable=("Definition", "ApiId"),
    refused={"DefinitionS3Location": _IN_BUCKET},
    create_only=("ApiId",),  # docs: CloudFormation, AWS::AppSync::GraphQLSchema
    serialize="appsync {ApiId}",
)


def _part(
    name: str, kind: str, arn: str, place: Template, readable: tuple[str, ...], **declared: Any
) -> ResourceType:
    """A part of an API.

    `kind` is the end of its operations' names; `arn` the attribute that is its ARN, and `place` the end of
    that, with the names that identify it in the API; `readable` are properties that `GetAtt` answers too.
    """
    answer = "functionConfiguration" if kind == "Function" else kind[0].lower() + kind[1:]
    steps = place.split("/")

    def names(found: str) -> Mapping[str, str]:
        api, *values = found.partition(":apis/")[2].split("/")
        pairs = zip(steps, values, strict=False)
        return {"ApiId": api} | {step.strip("{}"): value for step, value in pairs if step.startswith("{")}

    return ResourceType(
        name=name,
        service=_SERVICE,
        identity=(arn,),
        names=names,
        create=Call(f"Create{kind}", answer=answer),
        read=Call(f"Get{kind}", answer=answer),
        # BC appsync: an update resets what it is not given.
        update=(Call(f"Update{kind}", answer=answer, whole=True),),
        delete=Call(f"Delete{kind}"),
        attributes={arn: f"{_ARN}/{place}"} | {each: f"{{{each}}}" for each in readable},
        unreadable=("ApiId",),
        serialize="appsync {ApiId}",  # TF appsync: one change of an API's parts at a time
        **declared,
    )


_MAPPING = {
    "CodeS3Location": _IN_BUCKET,
    "RequestMappingTemplateS3Location": _IN_BUCKET,
    "ResponseMappingTemplateS3Location": _IN_BUCKET,
}

DATA_SOURCE = _part(
    "AWS::AppSync::DataSource",
    "DataSource",
    "DataSourceArn",
    "datasources/{Name}",
    ("Name",),
    defaults={"MetricsConfig": "DISABLED"},
)

RESOLVER = _part(
    "AWS::AppSync::Resolver",
    "Resolver",
    "ResolverArn",
    "types/{TypeName}/resolvers/{FieldName}",
    ("TypeName", "FieldName"),
    defaults={"Kind": "UNIT", "MaxBatchSize": 0, "MetricsConfig": "DISABLED"},
    refused=_MAPPING,
)

FUNCTION = _part(
    "AWS::AppSync::FunctionConfiguration",
    "Function",
    "FunctionArn",
    "functions/{FunctionId}",
    ("Name", "DataSourceName"),
    find=Call(
        "ListFunctions",
        answer="functions",
        match={"name": "{Name}", "dataSourceName": "{DataSourceName}"},
    ),
    defaults={"MaxBatchSize": 0},
    refused=_MAPPING,
)


def _find_key(context: Context) -> Mapping[str, Any]:
    """A key has no name: the one with this description, if there is one."""
    described = context.after.get("Description")
    for page in context.pages("ListApiKeys", apiId=context["ApiId"]):
        for item in page["apiKeys"]:
            if item.get("description") == described:
                return dict(item)
    return {}


_KEY = {"ApiKeyId": "id", "ApiKey": "id"}

API_KEY = ResourceType(
    name="AWS::AppSync::ApiKey",
    service=_SERVICE,
    identity=("ApiId", "ApiKeyId"),
    # docs: CloudFormation, AWS::AppSync::ApiKey, "Return values".
    ref=f"{_ARN}/apikeys/{{ApiKeyId}}",
    create=Call("CreateApiKey", answer="apiKey", rename=_KEY),
    read=Call("ListApiKeys", answer="apiKeys", match={"id": "{ApiKeyId}"}, rename=_KEY),
    update=(Call("UpdateApiKey", answer="apiKey", keys={"id": "{ApiKeyId}"}, whole=True),),
    delete=Call("DeleteApiKey", keys={"id": "{ApiKeyId}"}),
    find=_find_key,
    attributes={"ApiKeyId": "{id}", "ApiKey": "{id}", "Arn": f"{_ARN}/apikeys/{{ApiKeyId}}"},
    # BC appsync CreateApiKey: rounded down to the hour, and some days from now where it is not given.
    unreadable=("ApiId", "Expires"),
)

TYPES = (API, SCHEMA, DATA_SOURCE, RESOLVER, FUNCTION, API_KEY)
