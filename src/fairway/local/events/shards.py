"""Reading moto's streams: the shards of a DynamoDB stream (one) or of a Kinesis stream, as records for
Lambda."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import Any

from fairway.local.store import parse_arn


@dataclass(frozen=True)
class StreamRecord:
    """One record: its place, its arrival (epoch seconds) and the event record that Lambda gets."""

    shard: str
    sequence: int
    created: float
    event: dict[str, Any]


def shard_ids(stream_arn: str) -> list[str]:
    """The shards of a stream; none when it does not exist any more."""
    if ":kinesis:" in stream_arn:
        stream = _kinesis(stream_arn)
        return list(stream.shards) if stream else []
    shard = _dynamodb(stream_arn)
    return [shard.id] if shard else []


def shard_position(mapping: Any, shard_id: str) -> int:
    """The sequence number after which a new mapping begins, by its StartingPosition."""
    arn = mapping.event_source_arn
    if mapping.starting_position == "TRIM_HORIZON":
        return 0
    records = read_shard(arn, shard_id, 0, 10**9)
    if mapping.starting_position == "AT_TIMESTAMP":
        since = float(mapping.starting_position_timestamp or 0)
        records = [record for record in records if record.created < since]
    return records[-1].sequence if records else 0


def read_shard(stream_arn: str, shard_id: str, after: int, limit: int) -> list[StreamRecord]:
    """Up to `limit` records behind the sequence number `after`, oldest first."""
    if ":kinesis:" in stream_arn:
        return _read_kinesis(stream_arn, shard_id, after, limit)
    shard = _dynamodb(stream_arn)
    if shard is None:
        return []
    start = max(0, after + 1 - shard.starting_sequence_number)
    return [_dynamodb_record(item, stream_arn, shard.id) for item in list(shard.items)[start : start + limit]]


def _dynamodb(stream_arn: str) -> Any:
    from moto.dynamodb.models import dynamodb_backends

    arn = parse_arn(stream_arn)
    table_name, _, label = arn.resource.removeprefix("table/").partition("/stream/")
    table = dynamodb_backends[arn.account][arn.region].tables.get(table_name)
    return table.stream_shard if table and table.latest_stream_label == label else None


def _dynamodb_record(item: Any, stream_arn: str, shard_id: str) -> StreamRecord:
    record = item.to_json()
    created = calendar.timegm(record["dynamodb"]["ApproximateCreationDateTime"].utctimetuple())
    event = {
        **record,
        "eventVersion": "1.1",
        "awsRegion": parse_arn(stream_arn).region,
        "dynamodb": {**record["dynamodb"], "ApproximateCreationDateTime": float(created)},
        "eventSourceARN": stream_arn,
    }
    return StreamRecord(shard_id, int(record["dynamodb"]["SequenceNumber"]), float(created), event)


def _kinesis(stream_arn: str) -> Any:
    from moto.kinesis.models import kinesis_backends

    arn = parse_arn(stream_arn)
    name = arn.resource.removeprefix("stream/").partition("/")[0]
    return kinesis_backends[arn.account][arn.region].streams.get(name)


def _read_kinesis(stream_arn: str, shard_id: str, after: int, limit: int) -> list[StreamRecord]:
    stream = _kinesis(stream_arn)
    shard = stream.shards.get(shard_id) if stream else None
    if shard is None:
        return []
    records = [record for number, record in list(shard.records.items()) if number > after][:limit]
    return [_kinesis_record(record, stream_arn, shard_id) for record in records]


def _kinesis_record(record: Any, stream_arn: str, shard_id: str) -> StreamRecord:
    arn = parse_arn(stream_arn)
    event = {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": str(record.sequence_number),
            "data": record.data,
            "approximateArrivalTimestamp": record.created_at,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{record.sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{arn.account}:role/lambda",
        "awsRegion": arn.region,
        "eventSourceARN": stream_arn,
    }
    return StreamRecord(shard_id, record.sequence_number, record.created_at, event)
