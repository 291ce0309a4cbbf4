"""CloudFront: whole configurations, ETags that count, and what has to come before a deletion.

moto drops half of a distribution's configuration and takes any ETag. So configurations are kept here as they
were sent, on moto's own objects, which stay the store. BC cloudfront: the errors of each operation.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from fairway.local.apis.edge import edge_of
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_NOBODY = {"Enabled": False, "Quantity": 0}


def rows() -> Iterator[tuple[str, str, Repair]]:
    for operation in ("CreateDistribution", "CreateDistributionWithTags"):
        yield "cloudfront", operation, create
    yield "cloudfront", "UpdateDistribution", update
    yield "cloudfront", "GetDistribution", get
    yield "cloudfront", "GetDistributionConfig", get_config
    yield "cloudfront", "DeleteDistribution", delete
    yield "cloudfront", "CreateInvalidation", invalidate
    yield "cloudfront", "GetInvalidation", completed
    yield "cloudfront", "CreateOriginAccessControl", create_control
    yield "cloudfront", "UpdateOriginAccessControl", update_control
    yield "cloudfront", "DeleteOriginAccessControl", delete_control


def create(call: Call, forward: Forward) -> Answer | Params:
    given = call.params.get("DistributionConfigWithTags", call.params)["DistributionConfig"]
    _check(call, given)
    answer = forward()
    if not answer.ok:
        return answer
    distribution = call.backend().distributions[answer.data["Distribution"]["Id"]]
    distribution.fairway_config = given
    return {**_described(distribution), "Location": distribution.location}


def update(call: Call, _: Forward) -> Params:
    distribution, given = _of(call), call.params["DistributionConfig"]
    _match(call, distribution)
    if given.get("CallerReference") != distribution.fairway_config["CallerReference"]:
        raise Refused("IllegalUpdate", "The update contains modifications that are not allowed.")
    _check(call, given)
    distribution.fairway_config = given
    distribution.etag = _new_etag()
    return _described(distribution)


def get(call: Call, _: Forward) -> Params:
    return _described(_of(call))


def get_config(call: Call, _: Forward) -> Params:
    distribution = _of(call)
    return {"DistributionConfig": distribution.fairway_config, "ETag": distribution.etag}


def delete(call: Call, forward: Forward) -> Answer:
    distribution = _of(call)
    _match(call, distribution)
    if distribution.fairway_config["Enabled"]:
        raise Refused(
            "DistributionNotDisabled",
            "The distribution you are trying to delete has not been disabled.",
            409,
        )
    return forward()


def invalidate(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if answer.ok:
        edge_of(_of(call)).invalidate(call.params["InvalidationBatch"]["Paths"]["Items"])
    return completed(call, lambda: answer)


def completed(_: Call, forward: Forward) -> Answer | Params:
    """AWS writes the status in another letter case than moto (BC GetInvalidation)."""
    answer = forward()
    if not answer.ok:
        return answer
    data = answer.data
    data["Invalidation"]["Status"] = "Completed"
    return data


def create_control(call: Call, forward: Forward) -> Answer:
    _refuse_same_name(call, "")
    return forward()


def update_control(call: Call, forward: Forward) -> Answer | Params:
    control = _control(call)
    _match(call, control)
    _refuse_same_name(call, control.id)
    control.etag = _new_etag()
    return forward()


def delete_control(call: Call, forward: Forward) -> Answer:
    control = _control(call)
    _match(call, control)
    origins = (each for one in call.backend().distributions.values() for each in _origins(one.fairway_config))
    if any(origin.get("OriginAccessControlId") == control.id for origin in origins):
        raise Refused(
            "OriginAccessControlInUse",
            "Cannot delete the origin access control because it's in use by one or more distributions.",
            409,
        )
    return forward()


def _of(call: Call) -> Any:
    """moto's distribution."""
    found = call.backend().distributions.get(call.params.get("DistributionId") or call.params["Id"])
    if found is None:
        raise Refused("NoSuchDistribution", "The specified distribution does not exist.", 404)
    return found


def _control(call: Call) -> Any:
    """moto's origin access control."""
    found = call.backend().origin_access_controls.get(call.params["Id"])
    if found is None:
        raise Refused("NoSuchOriginAccessControl", "The specified origin access control does not exist.", 404)
    return found


def _described(distribution: Any) -> Params:
    described = {
        "Id": distribution.id,
        "ARN": distribution.arn,
        "Status": "Deployed",
        "LastModifiedTime": distribution.last_modified_time,
        "InProgressInvalidationBatches": 0,
        "DomainName": distribution.domain_name,
        "ActiveTrustedSigners": _NOBODY,
        "ActiveTrustedKeyGroups": _NOBODY,
        "DistributionConfig": distribution.fairway_config,
    }
    return {"Distribution": described, "ETag": distribution.etag}


def _new_etag() -> str:
    return f"E{uuid.uuid4().hex[:13].upper()}"


def _match(call: Call, thing: Any) -> None:
    given = call.params.get("IfMatch")
    if not given:
        raise Refused(
            "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource."
        )
    if given != thing.etag:
        raise Refused(
            "PreconditionFailed",
            "The precondition in one or more of the request fields evaluated to false.",
            412,
        )


def _origins(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = config["Origins"]["Items"]
    return found


def _check(call: Call, config: Mapping[str, Any]) -> None:
    """Mistakes that AWS finds when it gets a configuration."""
    known = {origin["Id"] for origin in _origins(config)}
    for behavior in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", {}).get("Items", ())):
        if behavior["TargetOriginId"] not in known:
            raise Refused("NoSuchOrigin", "One or more of your origins or origin groups do not exist.", 404)
        if not behavior.get("CachePolicyId") and "ForwardedValues" not in behavior:
            raise Refused("InvalidArgument", "The parameter ForwardedValues is required.")
    for origin in _origins(config):
        if not {"S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig"} & origin.keys():
            raise Refused("InvalidArgument", "Exactly one of the origin's configurations has to be given.")
        control = origin.get("OriginAccessControlId")
        if control and control not in call.backend().origin_access_controls:
            raise Refused("InvalidOriginAccessControl", "The origin access control is not valid.")


def _refuse_same_name(call: Call, own: str) -> None:
    name = call.params["OriginAccessControlConfig"]["Name"]
    controls = call.backend().origin_access_controls.values()
    if any(each.name == name and each.id != own for each in controls):
        raise Refused(
            "OriginAccessControlAlreadyExists",
            "An origin access control with the specified parameters already exists.",
            409,
        )
