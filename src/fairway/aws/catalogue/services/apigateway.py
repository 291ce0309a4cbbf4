"""Amazon API Gateway: REST APIs and what belongs to one. Methods, stages and keys have their own modules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, properties_in
from fairway.aws.catalogue.declaration import Call, Codec, Facet, Naming, ResourceType, Tags
from fairway.aws.catalogue.services.apigateway_find import own, part
from fairway.aws.catalogue.services.apigateway_keys import KEYS
from fairway.aws.catalogue.services.apigateway_methods import METHOD
from fairway.aws.catalogue.services.apigateway_stages import STAGES
from fairway.aws.catalogue.writing import send_operations, send_patch

_READ_API = Call("GetRestApi")
_UPDATE_API = Call("UpdateRestApi", patch=True)
_SETTINGS = (
    "ApiKeySourceType", "BinaryMediaTypes", "Description", "DisableExecuteApiEndpoint",
    "MinimumCompressionSize", "Name", "Policy", "Version",
)  # fmt: skip
_SOURCES = ("Body", "BodyS3Location")


def _put_endpoint(context: Context) -> None:
    """TF apigateway/rest_api.go: the type is `types/0`, VPC endpoints are values, not steps."""
    before, after = (p.get("EndpointConfiguration") or {} for p in (context.before, context.after))
    path = "/endpointConfiguration/"
    operations = []
    kinds = after.get("Types") or ["EDGE"]
    if kinds != before.get("Types"):
        operations.append({"op": "replace", "path": f"{path}types/0", "value": kinds[0]})
    address = after.get("IpAddressType")
    if address and address != before.get("IpAddressType"):
        operations.append({"op": "replace", "path": f"{path}ipAddressType", "value": address})
    old, new = (list(c.get("VpcEndpointIds") or ()) for c in (before, after))
    gone = [{"op": "remove", "path": f"{path}vpcEndpointIds", "value": v} for v in old if v not in new]
    come = [{"op": "add", "path": f"{path}vpcEndpointIds", "value": v} for v in new if v not in old]
    send_operations(context, _UPDATE_API, [*operations, *gone, *come])


def _put_body(context: Context) -> None:
    """Imports the document, then sets again what the definition gives and an overwriting import took away."""
    if not any(properties.get(name) for properties in (context.before, context.after) for name in _SOURCES):
        return
    body = _body(context)
    given = {"failOnWarnings": context.after.get("FailOnWarnings")}
    parameters = context.after.get("Parameters") or {}
    answer = context.call(
        "PutRestApi",
        restApiId=context["RestApiId"],
        mode=context.after.get("Mode") or "overwrite",
        body=body,
        parameters={name: str(value) for name, value in parameters.items()},
        **{name: value for name, value in given.items() if value is not None},
    )
    live = properties_in(context, _READ_API, answer, context.derived.main_properties)
    context.before = {**context.before, **dict.fromkeys(_SETTINGS), **live}
    send_patch(context, _UPDATE_API, {name for name in _SETTINGS if context.after.get(name) is not None})
    if context.after.get("EndpointConfiguration"):
        _put_endpoint(context)


def _body(context: Context) -> bytes:
    """The document. Where there was one and is none any more, an empty one takes its methods away."""
    body, place = context.after.get("Body"), context.after.get("BodyS3Location")
    if body is not None:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    if place is None:
        return json.dumps(
            {"openapi": "3.0.1", "info": {"title": context.get("Name", "")}, "paths": {}}
        ).encode()
    version = {"VersionId": place["Version"]} if place.get("Version") else {}
    answer = context.call("GetObject", service="s3", Bucket=place["Bucket"], Key=place["Key"], **version)
    content: bytes = answer["Body"].read()
    return content


def _policy(text: Any) -> Any:
    """GetRestApi answers the policy with its quotes escaped (TF apigateway/rest_api.go flattenAPIPolicy)."""
    if not isinstance(text, str):
        return text
    for candidate in (text, text.replace('\\"', '"').replace("\\/", "/")):
        try:
            return json.loads(candidate)
        except ValueError:
            continue
    return text


_API_ARN = {"resourceArn": "arn:{partition}:apigateway:{region}::/restapis/{RestApiId}"}
REST_API = ResourceType(
    name="AWS::ApiGateway::RestApi",
    service="apigateway",
    identity=("RestApiId",),
    # An API that only its document names is called by the document's title once that is imported.
    create=Call("CreateRestApi", keys={"name": "{Name|unique_name}"}),
    read=_READ_API,
    update=(_UPDATE_API,),
    delete=Call("DeleteRestApi"),
    find=own("GetRestApis"),
    rename={"ApiKeySourceType": "apiKeySource"},
    codecs={"Policy": Codec(read=_policy)},
    attributes={"RestApiId": "{id}"},
    facets=(
        Facet(
            ("Body", "BodyS3Location", "Mode", "FailOnWarnings", "Parameters"),
            put=_put_body,
            before_main=True,
            readable=False,
        ),
        Facet(("EndpointConfiguration",), put=_put_endpoint),
    ),
    tags=Tags(tag=Call("TagResource", keys=_API_ARN), untag=Call("UntagResource", keys=_API_ARN)),
    # BC apigateway CreateRestApi; CFN for the mode.
    defaults={
        "ApiKeySourceType": "HEADER",
        "DisableExecuteApiEndpoint": False,
        "EndpointConfiguration": {"Types": ["EDGE"]},
        "Mode": "overwrite",
    },
    documents=("Policy",),
    create_only=("CloneFrom",),
)

RESOURCE = ResourceType(
    name="AWS::ApiGateway::Resource",
    service="apigateway",
    identity=("RestApiId", "ResourceId"),
    ref="{ResourceId}",
    create=Call("CreateResource"),
    read=Call("GetResource"),
    delete=Call("DeleteResource"),
    find=part("GetResources", {"parentId": "{ParentId}", "pathPart": "{PathPart}"}),
    attributes={"ResourceId": "{id}"},
    unreadable=("RestApiId",),
    serialize="{RestApiId}",
)

_MODEL = {"modelName": "{Name}"}

MODEL = ResourceType(
    name="AWS::ApiGateway::Model",
    service="apigateway",
    identity=("RestApiId", "Name"),
    ref="{Name}",
    create=Call("CreateModel"),
    read=Call("GetModel", keys=_MODEL),
    update=(Call("UpdateModel", keys=_MODEL, patch=True),),
    delete=Call("DeleteModel", keys=_MODEL),
    naming=Naming("Name", 64, allowed="A-Za-z0-9"),
    # CFN.
    defaults={"ContentType": "application/json"},
    documents=("Schema",),
    unreadable=("RestApiId",),
    serialize="{RestApiId}",
)

AUTHORIZER = ResourceType(
    name="AWS::ApiGateway::Authorizer",
    service="apigateway",
    identity=("RestApiId", "AuthorizerId"),
    ref="{AuthorizerId}",
    create=Call("CreateAuthorizer"),
    read=Call("GetAuthorizer"),
    update=(Call("UpdateAuthorizer", patch=True),),
    delete=Call("DeleteAuthorizer"),
    find=part("GetAuthorizers", {"name": "{Name}"}),
    attributes={"AuthorizerId": "{id}"},
    # BC apigateway CreateAuthorizer.
    defaults={"AuthorizerResultTtlInSeconds": 300},
    unreadable=("RestApiId",),
    serialize="{RestApiId}",
)

VALIDATOR = ResourceType(
    name="AWS::ApiGateway::RequestValidator",
    service="apigateway",
    identity=("RestApiId", "RequestValidatorId"),
    ref="{RequestValidatorId}",
    create=Call("CreateRequestValidator"),
    read=Call("GetRequestValidator"),
    update=(Call("UpdateRequestValidator", patch=True),),
    delete=Call("DeleteRequestValidator"),
    find=part("GetRequestValidators", {"name": "{Name}"}),
    attributes={"RequestValidatorId": "{id}"},
    naming=Naming("Name", 128),
    # BC apigateway CreateRequestValidator.
    defaults={"ValidateRequestBody": False, "ValidateRequestParameters": False},
    unreadable=("RestApiId",),
    serialize="{RestApiId}",
)

GATEWAY_RESPONSE = ResourceType(
    name="AWS::ApiGateway::GatewayResponse",
    service="apigateway",
    identity=("Id",),
    names=lambda identifier: dict(zip(("RestApiId", "ResponseType"), identifier.split(":"), strict=False)),
    create=Call("PutGatewayResponse"),
    read=Call("GetGatewayResponse"),
    update=(Call("PutGatewayResponse", whole=True, keys={"responseType": "{ResponseType}"}),),
    delete=Call("DeleteGatewayResponse"),
    attributes={"Id": "{RestApiId}:{ResponseType}"},
    unreadable=("RestApiId",),
    serialize="{RestApiId}",
)


def _put_role(context: Context) -> Mapping[str, Any]:
    """The role is a setting of the account and the region, so there is nothing to create."""
    path, role = "/cloudwatchRoleArn", context.after.get("CloudWatchRoleArn") or ""
    context.call("UpdateAccount", patchOperations=[{"op": "replace", "path": path, "value": role}])
    return {}


def _update_role(context: Context) -> None:
    _put_role(context)


def _keep_role(_: Context) -> None:
    """CFN leaves the role in place, for other stacks' APIs write their logs with it."""


ACCOUNT = ResourceType(
    name="AWS::ApiGateway::Account",
    service="apigateway",
    identity=("Id",),
    create=_put_role,
    read=Call("GetAccount"),
    update_hook=_update_role,
    delete=_keep_role,
    rename={"CloudWatchRoleArn": "cloudwatchRoleArn"},
    attributes={"Id": "{unique_name}"},
    carries=("CloudWatchRoleArn",),
)

TYPES = (
    REST_API,
    RESOURCE,
    METHOD,
    *STAGES,
    MODEL,
    AUTHORIZER,
    VALIDATOR,
    GATEWAY_RESPONSE,
    ACCOUNT,
    *KEYS,
)
