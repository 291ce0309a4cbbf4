"""Reads of many things at once, which moto cuts short or does not select."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_GROUPS_AT_ONCE = 50
_ARNS_AT_ONCE = 100
_NO_LIMIT = 10**9
_TAGGED = ("cloudwatch", "events", "lambda")
"""Services whose composite alarms, rules and event source mappings moto tags but does not show here."""


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "logs", "DescribeLogGroups", groups_by_name
    yield "resourcegroupstaggingapi", "GetResources", tags_by_arn


def groups_by_name(call: Call, forward: Forward) -> Answer | Params:
    """The groups that are named, by name or ARN; moto answers any (BC logs DescribeLogGroups)."""
    wanted = call.params.get("logGroupIdentifiers")
    if wanted is None:
        return forward()
    if len(wanted) > _GROUPS_AT_ONCE:
        raise Refused("InvalidParameterException", f"at most {_GROUPS_AT_ONCE} logGroupIdentifiers")
    names = {name.partition(":log-group:")[2] or name for name in wanted}
    groups = call.backend().groups
    return {"logGroups": [groups[name].to_describe_dict() for name in sorted(names & groups.keys())]}


def tags_by_arn(call: Call, forward: Forward) -> Answer | Params:
    """All that are named, however many tags they have (BC resourcegroupstaggingapi GetResources); moto ends
    a page after a hundred tags."""
    wanted = call.params.get("ResourceARNList")
    if wanted is None:
        return forward()
    if len(wanted) > _ARNS_AT_ONCE or call.params.keys() != {"ResourceARNList"}:
        why = f"ResourceARNList takes up to {_ARNS_AT_ONCE} ARNs, and no filter or page beside it"
        raise Refused("InvalidParameterException", why)
    _, found = call.backend().get_resources(
        resources_per_page=len(wanted), tags_per_page=_NO_LIMIT, resource_arn_list=wanted
    )
    tagged = {resource.arn: resource.tags for resource in found}
    more = ((arn, _tags(call, arn)) for arn in wanted if arn not in tagged)
    tagged |= {arn: tags for arn, tags in more if tags}
    return {"ResourceTagMappingList": [_mapping(arn, tags) for arn, tags in tagged.items()]}


def _tags(call: Call, arn: str) -> Mapping[str, str]:
    from moto.core.exceptions import ServiceException

    service = arn.split(":")[2]
    if service not in _TAGGED:
        return {}
    backend = replace(call, service=service).backend()
    try:
        found: Mapping[str, str] = (
            backend.list_tags(arn) if service == "lambda" else backend.tagger.get_tag_dict_for_resource(arn)
        )
    except ServiceException:
        return {}  # what does not exist is left out
    return found


def _mapping(arn: str, tags: Mapping[str, str]) -> Params:
    return {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
