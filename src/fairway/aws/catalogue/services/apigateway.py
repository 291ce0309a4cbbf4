"""Amazon API Gateway: REST APIs and what belongs to one. Methods, stages and keys have their own modules."""

from __future__ import annotations

import json
from typing import Any

from fairway.aws.catalogue.context import Context, properties_in
from fairway.aws.catalogue.declaration import Call, Codec, Facet, ResourceType, Tags
from fairway.aws.catalogue.services.apigateway_find import own
from fairway.aws.catalogue.services.apigateway_stages import STAGES
from fairway.aws.catalogue.writing import send_operations, send_patch

_READ_API = Call("GetRestApi")
_UPDATE_API = Call("UpdateRestApi", patch=True)
_SETTINGS = (
    "ApiKeySourceType", "BinaryMediaTypes", "Description", "DisableExecuteApiEndpoint",
    "MinimumCompressionSize", "Name", "Policy", "Version",
)  # fmt: skip


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
    body = _body(context)
    if body is None:
        return
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


def _body(context: Context) -> bytes | None:
    body, place = context.after.get("Body"), context.after.get("BodyS3Location")
    if body is not None:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    if place is None:
        return None
    version = {"VersionId": place["Version"]} if place.get("Version") else {}
    answer = context.call("GetObject", service="s3", Bucket=place["Bucket"], Key=place["Key"], **version)
    content: bytes = answer["Body"].read()
    return content


def _policy(text: Any) -> Any:
    """GetRestApi answers the policy with its quotes escaped (TF apigateway/rest_api.go flattenAPIPolicy)."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(json.loads(f'"{text}"'))


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
TYPES: tuple[ResourceType, ...] = (REST_API, *STAGES)
