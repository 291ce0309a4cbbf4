"""Amazon EventBridge."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fairway.aws.catalogue.context import Context, properties_in
from fairway.aws.catalogue.convert import to_input
from fairway.aws.catalogue.declaration import (
    Bulk,
    Call,
    Facet,
    Naming,
    Pages,
    ResourceType,
    Tags,
    Told,
)
from fairway.aws.failures import CallFailed, Kind

_LIST_TARGETS = Call("ListTargetsByRule")
_NESTED = {
    "Targets.*.EcsParameters.PlacementStrategies": "PlacementStrategy",
    "Targets.*.EcsParameters.TagList": "Tags",
}
_TARGETS_AT_ONCE = 10
"""PutTargets takes no more (BC events PutTargets)."""


def _rule(context: Context) -> dict[str, Any]:
    """The rule as the calls for its targets name it."""
    bus = context.get("EventBusName")
    return {"Rule": context["Name"], **({"EventBusName": bus} if bus else {})}


def _put_targets(context: Context) -> None:
    """Puts what is new or different and removes what is gone; a target is known by its Id."""
    shape = context.derived.operation(Call("PutTargets")).input_shape.members["Targets"]
    old, new = (
        {target["Id"]: target for target in to_input(p.get("Targets") or [], shape, "Targets", _NESTED)}
        for p in (context.before, context.after)
    )
    _remove(context, sorted(old.keys() - new.keys()))
    changed = [target for key, target in new.items() if old.get(key) != target]
    for start in range(0, len(changed), _TARGETS_AT_ONCE):
        answer = context.call(
            "PutTargets", **_rule(context), Targets=changed[start : start + _TARGETS_AT_ONCE]
        )
        _refuse_failed("PutTargets", answer)


def _remove(context: Context, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), _TARGETS_AT_ONCE):
        _refuse_failed(
            "RemoveTargets",
            context.call("RemoveTargets", **_rule(context), Ids=ids[start : start + _TARGETS_AT_ONCE]),
        )


def _refuse_failed(operation: str, answer: Mapping[str, Any]) -> None:
    """A status of success can carry entries that failed (BC events PutTargets)."""
    for entry in answer.get("FailedEntries", ()):
        code, why = entry.get("ErrorCode", "Unknown"), entry.get("ErrorMessage", "")
        raise CallFailed(Kind.FATAL, f"events.{operation}", code, f"target {entry.get('TargetId')}: {why}")


def _read_targets(context: Context) -> Mapping[str, Any]:
    pages = context.pages("ListTargetsByRule", **_rule(context))
    targets = [target for page in pages for target in page["Targets"]]
    return properties_in(context, _LIST_TARGETS, {"Targets": targets}, frozenset({"Targets"}))


def _remove_all(context: Context) -> None:
    """A rule with targets cannot be deleted (BC events DeleteRule)."""
    pages = context.pages("ListTargetsByRule", **_rule(context))
    _remove(context, [target["Id"] for page in pages for target in page["Targets"]])


def of_arn(arn: str) -> Mapping[str, str]:
    """docs: arn:partition:events:region:account:rule/[bus/]name."""
    *bus, name = arn.partition(":rule/")[2].split("/")
    if not bus:
        return {"Name": name, "RuleName": name, "Reference": name}
    return {"Name": name, "RuleName": name, "Reference": f"{bus[0]}|{name}", "EventBusName": bus[0]}


def _tell_rules(pages: Pages, arns: Collection[str]) -> Iterator[Told]:
    """The rules of every bus that a wanted one is on."""
    for bus in sorted({of_arn(arn).get("EventBusName", _DEFAULT_BUS) for arn in arns}):
        for page in pages("ListRules", EventBusName=bus, Limit=100):
            for rule in page["Rules"]:
                named = {"Name": rule["Name"], "EventBusName": bus}
                yield Told(rule["Arn"], (("DescribeRule", named, rule), *_unnamed(bus, rule)))


def _unnamed(bus: str, rule: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The default bus may go without its name."""
    if bus == _DEFAULT_BUS:
        yield "DescribeRule", {"Name": rule["Name"]}, rule


_DEFAULT_BUS = "default"
_BUS = {"EventBusName": "{EventBusName}?"}
_ARN = {"ResourceARN": "{Arn}"}

RULE = ResourceType(
    name="AWS::Events::Rule",
    service="events",
    identity=("Arn",),
    names=of_arn,
    # CFN: the name, on another than the default bus with the bus before it.
    ref="{Reference}",
    create=Call("PutRule"),
    read=Call("DescribeRule", keys=_BUS),
    bulk=Bulk(_tell_rules, "{Arn}"),
    update=(Call("PutRule", keys=_BUS, whole=True, without=("Tags",)),),
    delete=Call("DeleteRule", keys=_BUS),
    find=Call("DescribeRule", keys=_BUS),
    attributes={"Arn": "{RuleArn}", "RuleName": "{Name}"},
    rename=_NESTED,
    facets=(Facet(("Targets",), put=_put_targets, get=_read_targets),),
    tags=Tags(
        tag=Call("TagResource", keys=_ARN),
        untag=Call("UntagResource", keys=_ARN),
        list=Call("ListTagsForResource", keys=_ARN),
        arn="{Arn}",
    ),
    naming=Naming("Name", 64, allowed="A-Za-z0-9_.-"),
    # BC events PutRule.
    defaults={"EventBusName": "default", "State": "ENABLED"},
    documents=("EventPattern",),
    create_only=("EventBusName",),
    overwrites=True,
    prepare_delete=_remove_all,
)

BUS = ResourceType(
    name="AWS::Events::EventBus",
    service="events",
    identity=("Name",),
    create=Call("CreateEventBus"),
    read=Call("DescribeEventBus", keys={"Name": "{Name}"}),
    update=(Call("UpdateEventBus", keys={"Name": "{Name}"}),),
    delete=Call("DeleteEventBus"),
    attributes={"Arn": "arn:{partition}:events:{region}:{account}:event-bus/{Name}", "Name": "{Name}"},
    facets=(
        Facet(
            ("Policy",),
            put=Call("PutPermission", keys={"EventBusName": "{Name}"}),
            clear=Call(
                "RemovePermission", keys={"EventBusName": "{Name}"}, fixed={"RemoveAllPermissions": True}
            ),
        ),
    ),
    tags=Tags(
        tag=Call("TagResource", keys=_ARN),
        untag=Call("UntagResource", keys=_ARN),
        list=Call("ListTagsForResource", keys=_ARN),
        arn="{Arn}",
    ),
    # TF events bus: what UpdateEventBus does not get stays as it is, so nothing is sent as an empty value.
    resets={"DeadLetterConfig": {}, "LogConfig": {"Level": "OFF", "IncludeDetail": "NONE"}},
    documents=("Policy",),
    create_only=("EventSourceName",),
    unreadable=("EventSourceName",),
)

TYPES = (RULE, BUS)
