"""Amazon DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, send
from fairway.aws.catalogue.declaration import Call, Codec, Facet, Naming, ResourceType, Tags, Wait
from fairway.aws.catalogue.users import NAMING
from fairway.aws.catalogue.waiting import wait_until_usable
from fairway.model.plan import Contents

_ARN = {"ResourceArn": "{Arn}"}
_INDEXES = "GlobalSecondaryIndexes"
_UPDATE = Call(
    "UpdateTable",
    answer="TableDescription",
    only=(
        "AttributeDefinitions", "BillingMode", "DeletionProtectionEnabled", "OnDemandThroughput",
        "ProvisionedThroughput", "SSESpecification", "StreamSpecification", "TableClass", "WarmThroughput",
    ),
)  # fmt: skip
_CAPACITY = ("BillingMode", "ProvisionedThroughput", "OnDemandThroughput")


def _update(context: Context) -> None:
    """One UpdateTable for the table itself, one per index: AWS takes no more at a time (BC UpdateTable)."""
    old, new = _indexes(context.before), _indexes(context.after)
    for name in sorted(old.keys() - new.keys()):
        _update_table(context, {}, [{"Delete": {"IndexName": name}}])
    _update_stream(context)
    own = _own_changes(context)
    capacity = list(_capacity_changes(old, new))
    if own or capacity:
        _update_table(context, own, capacity)
    for name in sorted(new.keys() - old.keys()):
        _update_table(context, {}, [{"Create": _created(new[name])}])


def _indexes(properties: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {item["IndexName"]: item for item in properties.get(_INDEXES) or ()}


def _own_changes(context: Context) -> dict[str, Any]:
    """The changed properties of the table; capacity goes together, for AWS checks one against the other."""
    names = set(context.changed) & set(_UPDATE.only) - {"AttributeDefinitions", "StreamSpecification"}
    if names & set(_CAPACITY):
        names |= {name for name in _CAPACITY if name in context.after}
    found = {name: context.after.get(name) for name in names}
    for name in [name for name, value in found.items() if value is None]:
        found[name] = TABLE.resets.get(name, TABLE.defaults.get(name))
    return {name: value for name, value in found.items() if value is not None}


def _capacity_changes(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    settings = ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
    for name in sorted(old.keys() & new.keys()):
        changed = {s: new[name][s] for s in settings if s in new[name] and new[name][s] != old[name].get(s)}
        if changed:
            yield {"Update": {"IndexName": name, **changed}}


def _created(index: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in index.items() if name != "ContributorInsightsSpecification"}


def _update_stream(context: Context) -> None:
    """A stream's view type cannot be changed while it is on (BC UpdateTable): off first, then on again."""
    if "StreamSpecification" not in context.changed:
        return
    if context.before.get("StreamSpecification"):
        _update_table(context, {"StreamSpecification": {"StreamEnabled": False}}, [])
    if view := context.after.get("StreamSpecification"):
        _update_table(context, {"StreamSpecification": view}, [])


def _update_table(context: Context, properties: Mapping[str, Any], indexes: list[Mapping[str, Any]]) -> None:
    """The attribute definitions always go along: a new index needs them, and AWS refuses unused ones."""
    given = dict(properties)
    fixed: dict[str, Any] = {"GlobalSecondaryIndexUpdates": indexes} if indexes else {}
    if any("Create" in change for change in indexes):
        given["AttributeDefinitions"] = context.after["AttributeDefinitions"]
    call = Call(
        _UPDATE.operation, answer=_UPDATE.answer, only=_UPDATE.only, fixed=fixed, rename=_UPDATE_RENAMES
    )
    answer = send(context, call, given, context.derived.targets(call))
    context.answer = {**context.answer, **answer}
    wait_until_usable(context, "update")


INDEX_TIMEOUT = 3600.0
"""Seconds until an index counts as stuck (TF dynamodb: 60 minutes for all of them)."""
_COUNTED = 1000
"""Items that a count reads at most: it costs the table's read capacity."""


def _contents(context: Context) -> Contents | None:
    """The table's own figures are up to six hours old (BC dynamodb DescribeTable): it is looked into too."""
    name = context["TableName"]
    table = context.call("DescribeTable", TableName=name)["Table"]
    seen = context.call("Scan", TableName=name, Select="COUNT", Limit=_COUNTED)
    count = max(seen["Count"], table.get("ItemCount", 0))
    size = table.get("TableSizeBytes") or None
    return Contents(count, "item", "LastEvaluatedKey" in seen, size) if count else None


_MODE = "ContributorInsightsMode"


def _put_insights(context: Context) -> None:
    wanted = context.after.get("ContributorInsightsSpecification") or {}
    enabled = str(wanted.get("Enabled", False)).lower() == "true"
    mode = {_MODE: wanted["Mode"]} if "Mode" in wanted else {}
    action = "ENABLE" if enabled else "DISABLE"
    context.call(
        "UpdateContributorInsights", TableName=context["TableName"], ContributorInsightsAction=action, **mode
    )


def _read_insights(context: Context) -> Mapping[str, Any]:
    answer = context.call("DescribeContributorInsights", TableName=context["TableName"])
    enabled = answer.get("ContributorInsightsStatus") in ("ENABLED", "ENABLING")
    mode = {"Mode": answer[_MODE]} if enabled and answer.get(_MODE) else {}
    return {"ContributorInsightsSpecification": {"Enabled": enabled, **mode}}


def _put_kinesis(context: Context) -> None:
    """The stream cannot be changed in place: the old destination goes, then the new one comes."""
    before = context.before.get("KinesisStreamSpecification") or {}
    after = context.after.get("KinesisStreamSpecification") or {}
    table = context["TableName"]
    if before and before.get("StreamArn") != after.get("StreamArn"):
        context.call("DisableKinesisStreamingDestination", TableName=table, StreamArn=before["StreamArn"])
        before = {}
    precision = after.get("ApproximateCreationDateTimePrecision")
    setting = {"ApproximateCreationDateTimePrecision": precision} if precision else {}
    if after and not before:
        given: dict[str, Any] = {"EnableKinesisStreamingConfiguration": setting} if setting else {}
        context.call(
            "EnableKinesisStreamingDestination", TableName=table, StreamArn=after["StreamArn"], **given
        )
    elif after and setting:
        context.call(
            "UpdateKinesisStreamingDestination",
            TableName=table,
            StreamArn=after["StreamArn"],
            UpdateKinesisStreamingConfiguration=setting,
        )


def _read_kinesis(context: Context) -> Mapping[str, Any]:
    answer = context.call("DescribeKinesisStreamingDestination", TableName=context["TableName"])
    live = [
        d for d in answer["KinesisDataStreamDestinations"] if d["DestinationStatus"] in ("ACTIVE", "ENABLING")
    ]
    if not live:
        return {}
    names = ("StreamArn", "ApproximateCreationDateTimePrecision")
    return {"KinesisStreamSpecification": {name: live[0][name] for name in names if name in live[0]}}


# The schema has no switch for the stream: that it is given turns it on.
_STREAM = Codec(
    write=lambda stream: {"StreamEnabled": True, **stream},
    read=lambda stream: stream if stream.get("StreamEnabled", True) else None,
)
_POLICY = Codec(
    write=lambda policy: policy["PolicyDocument"],
    read=lambda text: {"PolicyDocument": json.loads(text)},
)

# The answers tell a status where the schema has a switch; these are the values that mean "on".
_ON = ("ENABLED", "ENABLING", "UPDATING")


def _switched(switch: str, status: str) -> Callable[[Any], Any]:
    """Reads a description's status as the schema's switch."""
    return lambda found: {**found, switch: found[status] in _ON} if status in found else None


_CREATE_RENAMES = {"SSESpecification.SSEEnabled": "Enabled", "StreamArn": "LatestStreamArn"}
_UPDATE_RENAMES = {"SSESpecification.SSEEnabled": "Enabled"}

TABLE = ResourceType(
    name="AWS::DynamoDB::Table",
    service="dynamodb",
    identity=("TableName",),
    create=Call(
        "CreateTable", answer="TableDescription", rename=_CREATE_RENAMES, without=("ResourcePolicy",)
    ),
    read=Call(
        "DescribeTable",
        answer="Table",
        rename={
            "BillingMode": "BillingModeSummary.BillingMode",
            "TableClass": "TableClassSummary.TableClass",
            "SSESpecification": "SSEDescription",
            "SSESpecification.KMSMasterKeyId": "KMSMasterKeyArn",
        },
    ),
    rename={"StreamArn": "LatestStreamArn"},
    update_hook=_update,
    delete=Call("DeleteTable"),
    attributes={"Arn": "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"},
    codecs={
        "StreamSpecification": _STREAM,
        "ResourcePolicy": _POLICY,
        "SSESpecification": Codec(read=_switched("SSEEnabled", "Status")),
        "TimeToLiveSpecification": Codec(read=_switched("Enabled", "TimeToLiveStatus")),
        "PointInTimeRecoverySpecification": Codec(
            read=_switched("PointInTimeRecoveryEnabled", "PointInTimeRecoveryStatus")
        ),
    },
    facets=(
        Facet(
            ("TimeToLiveSpecification",),
            put=Call("UpdateTimeToLive"),
            get=Call("DescribeTimeToLive", rename={"TimeToLiveSpecification": "TimeToLiveDescription"}),
        ),
        Facet(
            ("PointInTimeRecoverySpecification",),
            put=Call("UpdateContinuousBackups"),
            get=Call(
                "DescribeContinuousBackups",
                answer="ContinuousBackupsDescription",
                rename={"PointInTimeRecoverySpecification": "PointInTimeRecoveryDescription"},
            ),
        ),
        Facet(
            ("ResourcePolicy",),
            put=Call("PutResourcePolicy", keys=_ARN, rename={"ResourcePolicy": "Policy"}),
            get=Call("GetResourcePolicy", keys=_ARN, rename={"ResourcePolicy": "Policy"}),
            clear=Call("DeleteResourcePolicy", keys=_ARN),
            absent=("PolicyNotFoundException",),
        ),
        Facet(("ContributorInsightsSpecification",), put=_put_insights, get=_read_insights),
        Facet(("KinesisStreamSpecification",), put=_put_kinesis, get=_read_kinesis),
    ),
    tags=Tags(
        tag=Call("TagResource", keys=_ARN),
        untag=Call("UntagResource", keys=_ARN),
        list=Call("ListTagsOfResource", keys=_ARN),
        arn="{Arn}",
    ),
    wait=(
        Wait("TableStatus", busy=("CREATING", "UPDATING")),
        # A table is usable while its new index is filled, which takes as long as it has items.
        Wait(
            "GlobalSecondaryIndexes.IndexStatus",
            busy=("CREATING", "UPDATING", "DELETING"),
            timeout=INDEX_TIMEOUT,
            settles=True,
        ),
    ),
    wait_deleted="configured",
    named_by=NAMING,
    going={"TableStatus": "DELETING"},
    naming=Naming("TableName", 255, allowed="A-Za-z0-9_.-"),
    # BC dynamodb CreateTable.
    defaults={"BillingMode": "PROVISIONED", "DeletionProtectionEnabled": False, "TableClass": "STANDARD"},
    resets={
        "ContributorInsightsSpecification": {"Enabled": False},
        "SSESpecification": {"SSEEnabled": False},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
    },
    refused={
        "ImportSourceSpecification": "a table is imported by a call of its own that takes hours",
        "VectorIndexes": "vector indexes are not handled yet",
    },
    unordered=("GlobalSecondaryIndexes", "LocalSecondaryIndexes", "AttributeDefinitions"),
    documents=("ResourcePolicy.PolicyDocument",),
    create_only=("KeySchema", "LocalSecondaryIndexes"),
    volatile=("StreamArn",),
    holds_data=True,
    contents=_contents,
)

TYPES = (TABLE,)
