"""DynamoDB streams and Kinesis to Lambda: in order within a shard, retried until it works, expires or gives
up."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fairway.local.events.delivery import Delivery, deliver
from fairway.local.events.filters import accepts
from fairway.local.events.invocation import Outcome, call
from fairway.local.events.poller import Poller, wake_source
from fairway.local.events.shards import StreamRecord, read_shard, shard_ids, shard_position
from fairway.local.events.times import iso_millis
from fairway.local.functions.overrides import replace_attribute

log = logging.getLogger("fairway.local.events")

_FIRST_RETRY = 0.2  # seconds, doubled each time
_LONGEST_RETRY = 30.0


def install() -> None:
    """Wake pollers on every record, and keep moto from delivering (and forgetting) stream records itself."""
    from moto.dynamodb.models.table import StreamShard
    from moto.kinesis.models import Stream

    add, put = StreamShard.add, Stream.put_record

    def add_record(self: Any, old: Any, new: Any) -> None:
        add(self, old, new)
        wake_source(f"{self.table.table_arn}/stream/{self.table.latest_stream_label}")

    def put_record(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = put(self, *args, **kwargs)
        wake_source(self.arn)
        return result

    replace_attribute(StreamShard, "add", add_record)
    replace_attribute(Stream, "put_record", put_record)


@dataclass(frozen=True)
class Progress:
    """Where a mapping stands in a shard: the last sequence number done with, and the batch that is failing.

    `limit` is the size that bisecting has come down to; `until` the last sequence number of a failing batch.
    """

    done: int
    attempts: int = 0
    retry_at: float = 0.0
    limit: int | None = None


class StreamPoller(Poller):
    """Moves the records of one stream to one function, shard by shard."""

    def __init__(self, mapping: Any) -> None:
        super().__init__(mapping)
        self._progress: dict[str, Progress] = {
            shard: Progress(shard_position(mapping, shard)) for shard in shard_ids(mapping.event_source_arn)
        }
        self._window_ends: dict[str, float] = {}

    def step(self) -> float | None:
        waits: list[float] = []
        for shard in shard_ids(self.mapping.event_source_arn):
            # A shard that a split made after the mapping is read from its beginning.
            self._progress.setdefault(shard, Progress(0))
            wait = self._drain(shard)
            if wait is not None:
                waits.append(wait)
        return min(waits) if waits else None

    def _drain(self, shard: str) -> float | None:
        """Process a shard until nothing is left (None) or something has to be waited for (seconds)."""
        while self.alive() and self.mapping.enabled:
            progress = self._progress[shard]
            now = time.monotonic()
            if progress.retry_at > now:
                return progress.retry_at - now
            batch = self._read(shard, progress)
            if not batch:
                return None
            if (wait := self._window_left(shard, batch, now)) > 0:
                return wait
            self._window_ends.pop(shard, None)
            self._progress[shard] = self._process(batch, progress)
        return None

    def _read(self, shard: str, progress: Progress) -> list[StreamRecord]:
        size = min(self.mapping.batch_size, progress.limit or self.mapping.batch_size)
        return read_shard(self.mapping.event_source_arn, shard, progress.done, size)

    def _window_left(self, shard: str, batch: list[StreamRecord], now: float) -> float:
        window = float(self.mapping.max_batch_window or 0)
        if not window or len(batch) >= self.mapping.batch_size:
            return 0.0
        return self._window_ends.setdefault(shard, now + window) - now

    def _process(self, batch: list[StreamRecord], progress: Progress) -> Progress:
        wanted = [record for record in batch if accepts(self.mapping.filter_criteria, record.event)]
        last = batch[-1].sequence
        if not wanted:
            return Progress(last)
        known = frozenset(str(record.sequence) for record in wanted)
        outcome = call(self.mapping, [record.event for record in wanted], known)
        if not outcome.failed and not outcome.failures:
            return Progress(last)
        if outcome.failures:
            # Everything from the lowest failed record on comes again.
            done = min(int(name) for name in outcome.failures) - 1
            if done > progress.done and done >= batch[0].sequence:
                progress = Progress(done)
            wanted = [record for record in wanted if record.sequence > done]
        return self._after_failure(wanted, last, progress, outcome)

    def _after_failure(
        self, failing: list[StreamRecord], last: int, progress: Progress, outcome: Outcome
    ) -> Progress:
        attempts = progress.attempts + 1
        if self._gives_up(failing, attempts):
            if self.mapping.bisect_on_error and len(failing) > 1 and not self._too_old(failing):
                return Progress(progress.done, limit=max(1, len(failing) // 2))
            self._report(failing, attempts, outcome)
            return Progress(last, limit=progress.limit if len(failing) > 1 else None)
        limit = progress.limit
        if self.mapping.bisect_on_error and len(failing) > 1:
            limit = max(1, len(failing) // 2)
        pause = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(attempts - 1, 20))
        return replace(progress, attempts=attempts, retry_at=time.monotonic() + pause, limit=limit)

    def _gives_up(self, failing: list[StreamRecord], attempts: int) -> bool:
        most = self.mapping.max_retry_attempts
        return (most is not None and most >= 0 and attempts > most) or self._too_old(failing)

    def _too_old(self, failing: list[StreamRecord]) -> bool:
        age = self.mapping.max_record_age
        return age is not None and age > 0 and time.time() - failing[0].created > age

    def _report(self, failing: list[StreamRecord], attempts: int, outcome: Outcome) -> None:
        """Tell the on-failure destination which records were given up (not their content, as on AWS)."""
        log.warning(
            "%s gave up %d records of %s after %d attempts: %s",
            self.mapping.function_arn,
            len(failing),
            self.mapping.event_source_arn,
            attempts,
            outcome.error,
        )
        target = ((self.mapping.destination_config or {}).get("OnFailure") or {}).get("Destination")
        if target:
            document = failure_document(self.mapping, failing, attempts)
            deliver(Delivery(self.mapping.event_source_arn, target, json.dumps(document)))


def failure_document(mapping: Any, failing: list[StreamRecord], attempts: int) -> dict[str, Any]:
    """The invocation record of a given-up batch (BC Lambda, "Retain discarded batches")."""
    kind = "KinesisBatchInfo" if ":kinesis:" in mapping.event_source_arn else "DDBStreamBatchInfo"
    info: Mapping[str, Any] = {
        "shardId": failing[0].shard,
        "startSequenceNumber": str(failing[0].sequence),
        "endSequenceNumber": str(failing[-1].sequence),
        "approximateArrivalOfFirstRecord": iso_millis(failing[0].created),
        "approximateArrivalOfLastRecord": iso_millis(failing[-1].created),
        "batchSize": len(failing),
        "streamArn": mapping.event_source_arn,
    }
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": iso_millis(time.time()),
        kind: info,
    }
