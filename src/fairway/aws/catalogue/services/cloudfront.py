"""Amazon CloudFront."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fairway.aws.calls import Answer
from fairway.aws.catalogue.context import Context, parameters_of, send
from fairway.aws.catalogue.declaration import Call, ResourceType, Tags, Wait
from fairway.aws.catalogue.reading import learn, main_answer
from fairway.aws.catalogue.services.cloudfront_codecs import CONFIG
from fairway.aws.catalogue.tags import as_dict, is_same_owner
from fairway.aws.catalogue.waiting import pauses, wait_until_usable
from fairway.model.errors import Failed

_AT = "DistributionConfig"
_CONTROL = "OriginAccessControlConfig"
_DEPLOYED = "Deployed"
DISABLED_TIMEOUT = 5400.0
"""Seconds until a change has reached every edge (TF cloudfront: 90 min)."""

_MAKE = Call(
    "CreateDistributionWithTags",
    rename={
        "DistributionConfig": "DistributionConfigWithTags.DistributionConfig",
        "Tags": "DistributionConfigWithTags.Tags",
    },
    answer="Distribution",
)
_REFERENCE = "DistributionConfigWithTags.DistributionConfig.CallerReference"
_GET = Call("GetDistribution", answer="Distribution")
_CHANGE = Call("UpdateDistribution", answer="Distribution")
_MAKE_CONTROL = Call("CreateOriginAccessControl", answer="OriginAccessControl")


def _create(context: Context) -> Answer:
    """The reference is another one each time: nobody says for how long a deleted distribution's is taken.

    So it is by its tags that one is found again whose creation nobody recorded.
    """
    reference = f"{context['unique_name']}-{context.caller.clock.chance():.12f}"
    call = replace(_MAKE, fixed={_REFERENCE: reference})
    return send(context, call, context.after, context.derived.create_targets, once=True)


def _update(context: Context) -> None:
    """The live configuration with all that the definition speaks of in its place, under the live ETag.

    BC UpdateDistribution: what is left out is reset, and CallerReference cannot change.
    """
    if _AT in context.changed:
        live = context.call("GetDistributionConfig", Id=context["Id"])
        wanted = {_AT: context.after[_AT]}
        sent = parameters_of(context, _CHANGE, wanted, context.derived.targets(_CHANGE))
        learn(context, _put(context, live, sent[_AT])["Distribution"])
        wait_until_usable(context, "update")


def _put(context: Context, live: Answer, changes: Mapping[str, Any]) -> Answer:
    config = {**live["DistributionConfig"], **changes}
    return context.call(
        "UpdateDistribution", Id=context["Id"], IfMatch=live["ETag"], DistributionConfig=config
    )


def _disable(context: Context) -> None:
    """BC DeleteDistribution: only one that is disabled, at every edge, can be deleted."""
    live = context.call("GetDistributionConfig", Id=context["Id"])
    if live["DistributionConfig"]["Enabled"]:
        _put(context, live, {"Enabled": False})
    stuck = Failed("aws.wait", "the distribution is still being disabled", next="try again later")
    waiting = pauses(context, DISABLED_TIMEOUT, stuck)
    while (status := main_answer(context, _GET).get("Status")) != _DEPLOYED:
        context.progress(f"being disabled: Status is {status}")
        next(waiting)


def _delete(context: Context) -> None:
    etag = context.call("GetDistributionConfig", Id=context["Id"])["ETag"]
    context.call("DeleteDistribution", Id=context["Id"], IfMatch=etag)


def _find(context: Context) -> Mapping[str, Any]:
    """The distribution with the owner's tags."""
    for page in context.pages("ListDistributions"):
        for each in page["DistributionList"].get("Items", ()):
            if is_same_owner(context.after.get("Tags"), _tags(context, each["ARN"])):
                return {"Id": each["Id"]}
    return {}


def _tags(context: Context, arn: str) -> dict[str, str]:
    return as_dict(context.call("ListTagsForResource", Resource=arn)["Tags"]["Items"])


_ARN = {"Resource": "arn:{partition}:cloudfront::{account}:distribution/{Id}"}
_METHODS = ("AllowedMethods", "CachedMethods")

DISTRIBUTION = ResourceType(
    name="AWS::CloudFront::Distribution",
    service="cloudfront",
    identity=("Id",),
    create=_create,
    sends=_MAKE,
    read=_GET,
    update_hook=_update,
    prepare_delete=_disable,
    delete=_delete,
    find=_find,
    rename={
        f"{_AT}.IPV6Enabled": "IsIPV6Enabled",
        f"{_AT}.Origins.*.OriginCustomHeaders": "CustomHeaders",
    },
    codecs={_AT: CONFIG},
    tags=Tags(
        tag=Call("TagResource", keys=_ARN),
        untag=Call("UntagResource", keys=_ARN),
        list=Call("ListTagsForResource", keys=_ARN),
    ),
    wait=(Wait("Status", busy=("InProgress",), timeout=DISABLED_TIMEOUT, settles=True),),
    unordered=(
        f"{_AT}.Aliases",
        *(f"{_AT}.DefaultCacheBehavior.{name}" for name in _METHODS),
        *(f"{_AT}.CacheBehaviors.*.{name}" for name in _METHODS),
        f"{_AT}.CustomErrorResponses",
        f"{_AT}.Origins.*.CustomOriginConfig.OriginSSLProtocols",
        f"{_AT}.Restrictions.GeoRestriction.Locations",
    ),
)


def _create_control(context: Context) -> Answer:
    """It has no tags: where the definition leaves its description open, that tells whose it is."""
    config = {"Description": _mark(context), **context.after[_CONTROL]}
    return send(context, _MAKE_CONTROL, {_CONTROL: config}, context.derived.create_targets, once=True)


def _mark(context: Context) -> str:
    return f"made by Fairway as {context['unique_name']}"


def _update_control(context: Context) -> None:
    live = context.call("GetOriginAccessControl", Id=context["Id"])
    config = {**live["OriginAccessControl"][_CONTROL], **context.after[_CONTROL]}
    given = {_CONTROL: config, "Id": context["Id"], "IfMatch": live["ETag"]}
    learn(context, context.call("UpdateOriginAccessControl", **given)["OriginAccessControl"])


def _delete_control(context: Context) -> None:
    etag = context.call("GetOriginAccessControl", Id=context["Id"])["ETag"]
    context.call("DeleteOriginAccessControl", Id=context["Id"], IfMatch=etag)


def _find_control(context: Context) -> Mapping[str, Any]:
    """The one of the name and the description that it would be created with."""
    wanted = {"Description": _mark(context), **context.after[_CONTROL]}
    for page in context.pages("ListOriginAccessControls"):
        for each in page["OriginAccessControlList"].get("Items", ()):
            if all(each.get(name) == wanted[name] for name in ("Name", "Description")):
                return {"Id": each["Id"]}
    return {}


ORIGIN_ACCESS_CONTROL = ResourceType(
    name="AWS::CloudFront::OriginAccessControl",
    service="cloudfront",
    identity=("Id",),
    create=_create_control,
    sends=_MAKE_CONTROL,
    read=Call("GetOriginAccessControl", answer="OriginAccessControl"),
    update_hook=_update_control,
    delete=_delete_control,
    find=_find_control,
    known_by=(f"{_CONTROL}.Name",),
)

TYPES = (DISTRIBUTION, ORIGIN_ACCESS_CONTROL)
