"""DynamoDB: operations that moto lacks."""

from __future__ import annotations

from collections.abc import Iterator

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

STORE = "fairway_dynamodb"


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "dynamodb", "UpdateTable", update_table
    yield "dynamodb", "TagResource", tag_table
    yield "dynamodb", "UpdateContributorInsights", update_insights
    yield "dynamodb", "DescribeContributorInsights", describe_insights
    yield "dynamodb", "EnableKinesisStreamingDestination", enable_stream
    yield "dynamodb", "UpdateKinesisStreamingDestination", enable_stream
    yield "dynamodb", "DisableKinesisStreamingDestination", disable_stream
    yield "dynamodb", "DescribeKinesisStreamingDestination", describe_streams


def _kept(call: Call, what: str) -> Params:
    """What is kept of a table; on the table's own object, so that it goes when the table goes."""
    name = str(call.params["TableName"]).rpartition("/")[2]
    table = call.backend().tables.get(name)
    if table is None:
        raise Refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")
    kept: Params = table.__dict__.setdefault(STORE, {}).setdefault(what, {})
    return kept


def update_table(call: Call, forward: Forward) -> Answer | Params:
    """A stream that was turned off may be turned on again: moto takes its old label for a running stream."""
    table = call.backend().tables.get(str(call.params["TableName"]).rpartition("/")[2])
    if table is not None and not (table.stream_specification or {}).get("StreamEnabled"):
        table.latest_stream_label = None
    if table is not None:
        _check_indexes(call, {index.name for index in table.global_indexes})
    return forward()


def _check_indexes(call: Call, there: set[str]) -> None:
    """Where moto fails with an error of Python's (BC dynamodb UpdateTable)."""
    for change in call.params.get("GlobalSecondaryIndexUpdates") or ():
        if "Create" in change and change["Create"]["IndexName"] in there:
            raise Refused("ValidationException", "Attempting to create an index which already exists")
        if "Delete" in change and change["Delete"]["IndexName"] not in there:
            raise Refused("ResourceNotFoundException", "Requested resource not found")


def tag_table(call: Call, forward: Forward) -> Answer:
    """A tag that is there already gets the new value; moto adds a second one of that key."""
    table = call.backend().tables.get(str(call.params["ResourceArn"]).rpartition("/")[2])
    if table is not None:
        given = {tag["Key"] for tag in call.params["Tags"]}
        table.tags = [tag for tag in table.tags if tag["Key"] not in given]
    return forward()


def update_insights(call: Call, forward: Forward) -> Params:
    status = "ENABLED" if call.params["ContributorInsightsAction"] == "ENABLE" else "DISABLED"
    mode = call.params.get("ContributorInsightsMode", "ACCESSED_AND_THROTTLED_KEYS")
    index = str(call.params.get("IndexName", ""))
    _kept(call, "insights")[index] = {"ContributorInsightsStatus": status, "ContributorInsightsMode": mode}
    return describe_insights(call, forward)


def describe_insights(call: Call, _: Forward) -> Params:
    index = str(call.params.get("IndexName", ""))
    kept = _kept(call, "insights").get(index, {"ContributorInsightsStatus": "DISABLED"})
    return {"TableName": call.params["TableName"], **({"IndexName": index} if index else {}), **kept}


def enable_stream(call: Call, _: Forward) -> Params:
    arn = call.params["StreamArn"]
    settings: Params = next(
        (call.params[m] for m in call.params if m.endswith("KinesisStreamingConfiguration")), {}
    )
    precision = settings.get("ApproximateCreationDateTimePrecision", "MILLISECOND")
    _kept(call, "streams")[arn] = {
        "StreamArn": arn,
        "DestinationStatus": "ACTIVE",
        "ApproximateCreationDateTimePrecision": precision,
    }
    return {"TableName": call.params["TableName"], "StreamArn": arn, "DestinationStatus": "ENABLING"}


def disable_stream(call: Call, _: Forward) -> Params:
    arn = call.params["StreamArn"]
    stream = _kept(call, "streams").get(arn)
    if stream is None or stream["DestinationStatus"] != "ACTIVE":
        raise Refused(
            "ValidationException", "Table is not in a valid state to disable Kinesis Streaming Destination"
        )
    stream["DestinationStatus"] = "DISABLED"
    return {"TableName": call.params["TableName"], "StreamArn": arn, "DestinationStatus": "DISABLING"}


def describe_streams(call: Call, _: Forward) -> Params:
    return {
        "TableName": call.params["TableName"],
        "KinesisDataStreamDestinations": list(_kept(call, "streams").values()),
    }
