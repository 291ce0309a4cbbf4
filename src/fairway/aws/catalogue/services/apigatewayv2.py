"""Amazon API Gateway, HTTP and WebSocket APIs: the API itself. Its parts are in `apigatewayv2_parts`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, properties_in, send
from fairway.aws.catalogue.declaration import Call, Facet, ResourceType, Tags
from fairway.aws.catalogue.services.apigatewayv2_parts import PARTS
from fairway.aws.catalogue.tags import as_dict, is_same_owner
from fairway.model.errors import Failed

_ARN = "arn:{partition}:apigateway:{region}::/apis/{ApiId}"
_TAG_VALUE = "x-amazon-apigateway-tag-value"
_IMPORT = ("Body", "BasePath", "FailOnWarnings")
_QUICK = ("Target", "RouteKey", "CredentialsArn")
_MADE = Call("CreateApi", without=_IMPORT)
_SET = Call("UpdateApi", without=_QUICK)


def _create(context: Context) -> Mapping[str, Any]:
    """An import where the definition has a document, with what else it says on top; else a plain create."""
    if not context.after.get("Body"):
        return send(context, _MADE, context.after, context.derived.targets(_MADE), once=True)
    answer = context.call("ImportApi", once=True, **_document(context))
    context.learn({"ApiId": answer["ApiId"]})
    _put_over(context, answer)
    return answer


def _reimport(context: Context) -> None:
    if not context.after.get("Body"):
        raise _irrevocable("Body", "what an import made stays in the API")
    _put_over(context, context.call("ReimportApi", ApiId=context["ApiId"], **_document(context)))


def _document(context: Context) -> dict[str, Any]:
    """The members of an import.

    The tags go into the document, so that even an import whose answer is lost can be found again
    (docs: apigateway, api-gateway-swagger-extensions-tag-value).
    """
    given, tags = context.after["Body"], as_dict(context.after.get("Tags"))
    if isinstance(given, Mapping):
        others = [tag for tag in _tag_entries(given) if tag.get("name") not in tags]
        own = [{"name": name, _TAG_VALUE: value} for name, value in sorted(tags.items())]
        given = json.dumps({**given, "tags": [*others, *own]}, separators=(",", ":"))
    base_path, strict = context.after.get("BasePath"), context.after.get("FailOnWarnings")
    return {
        "Body": given,
        **({"Basepath": base_path} if base_path else {}),
        **({"FailOnWarnings": True} if str(strict).lower() == "true" else {}),
    }


def _put_over(context: Context, answer: Mapping[str, Any]) -> None:
    """What the definition says beside its document holds, whatever the document made of it."""
    targets = context.derived.targets(_SET)
    made = properties_in(context, _SET, answer, frozenset(targets))
    wanted = {name: context.after[name] for name in targets if context.after.get(name) is not None}
    different = {name: value for name, value in wanted.items() if made.get(name) != value}
    if different:
        send(context, _SET, different, targets)
    present = as_dict(answer.get("Tags"))
    tags = {**_document_tags(context), **as_dict(context.after.get("Tags"))}
    if missing := {key: value for key, value in tags.items() if present.get(key) != value}:
        context.call("TagResource", ResourceArn=context.expand(_ARN), Tags=missing)
    if gone := sorted(present.keys() - tags.keys()):
        context.call("UntagResource", ResourceArn=context.expand(_ARN), TagKeys=gone)


def _document_tags(context: Context) -> dict[str, str]:
    entries = _tag_entries(context.after.get("Body"))
    return {str(tag["name"]): str(tag[_TAG_VALUE]) for tag in entries if {"name", _TAG_VALUE} <= tag.keys()}


def _tag_entries(document: Any) -> list[Mapping[str, Any]]:
    listed = document.get("tags") if isinstance(document, Mapping) else ()
    return [tag for tag in listed if isinstance(tag, Mapping)] if isinstance(listed, list | tuple) else []


def _own_tags(context: Context) -> Mapping[str, Any]:
    """The live tags without those that only the document gives: they are its part, not the property's."""
    live, own = as_dict(context.answer.get("Tags")), as_dict(context.after.get("Tags"))
    document = _document_tags(context)
    kept = {key: value for key, value in live.items() if key in own or document.get(key) != value}
    return {"Tags": kept} if kept else {}


def _put_quick(context: Context) -> None:
    """BC apigatewayv2 UpdateApi: what quick create made can be changed, not removed."""
    for name in _QUICK:
        if context.before.get(name) is not None and context.after.get(name) is None:
            raise _irrevocable(name, "what quick create made stays in the API")
    given = {name: context.after[name] for name in _QUICK if context.after.get(name) is not None}
    context.call("UpdateApi", ApiId=context["ApiId"], **given)


def _irrevocable(name: str, why: str) -> Failed:
    return Failed(
        "catalogue.cannot-reset",
        f"{name} of AWS::ApiGatewayV2::Api cannot be taken back by leaving it away",
        why=why,
        next="give the resource another logical id, so that a new API takes its place",
    )


def _find(context: Context) -> Mapping[str, Any]:
    for page in context.pages("GetApis"):
        for item in page["Items"]:
            if is_same_owner(context.after.get("Tags"), item.get("Tags")):
                return {"ApiId": item["ApiId"]}
    return {}


API = ResourceType(
    name="AWS::ApiGatewayV2::Api",
    service="apigatewayv2",
    identity=("ApiId",),
    create=_create,
    carries=(
        *_IMPORT, *_QUICK, "ApiKeySelectionExpression", "CorsConfiguration", "Description",
        "DisableExecuteApiEndpoint", "DisableSchemaValidation", "IpAddressType", "Name", "ProtocolType",
        "RouteSelectionExpression", "Tags", "Version",
    ),
    read=Call("GetApi"),
    update=(_SET,),
    delete=Call("DeleteApi"),
    find=_find,
    attributes={
        "ApiId": "{ApiId}",
        "ExecuteApiArn": "arn:{partition}:execute-api:{region}:{account}:{ApiId}",
    },
    facets=(
        Facet(_IMPORT, put=_reimport, before_main=True),
        Facet(_QUICK, put=_put_quick),
        Facet(("CorsConfiguration",), put=Call("UpdateApi"), clear=Call("DeleteCorsConfiguration")),
    ),
    tags=Tags(
        tag=Call("TagResource", keys={"ResourceArn": _ARN}),
        untag=Call("UntagResource", keys={"ResourceArn": _ARN}),
        list=_own_tags,
    ),
    # BC apigatewayv2 CreateApi. What a document may set has no default here, only what takes it back.
    defaults={"ApiKeySelectionExpression": "$request.header.x-api-key"},
    resets={
        "RouteSelectionExpression": "${request.method} ${request.path}",
        "DisableExecuteApiEndpoint": False,
        "DisableSchemaValidation": False,
        "IpAddressType": "ipv4",
    },
    documents=("Body",),
    refused={
        "BodyS3Location": "what stands in a bucket can change unseen; give the path of a local file, or Body"
    },
)  # fmt: skip

TYPES = (API, *PARTS)
