"""SQS to Lambda: batches, windows, filters, partial failures; the queue's own rules do the rest."""

from __future__ import annotations

import base64
import threading
import time
from typing import Any

from fairway.local.events.filters import accepts
from fairway.local.events.invocation import call
from fairway.local.events.poller import Poller, wake_source
from fairway.local.functions.overrides import replace_attribute
from fairway.local.store import parse_arn

# How many batches of one queue are processed at once (BC Lambda, SQS scaling: it begins with five).
_CONCURRENCY = 5
# After the first message the poller waits this long for company, as long polling does on AWS.
_COMPANY = 0.02


def install() -> None:
    """Wake pollers on every message; make sending, receiving and deleting safe beside each other."""
    from moto.sqs.models import Queue, SQSBackend

    add, delete, receive = Queue.add_message, Queue.delete_message, SQSBackend.receive_message

    def add_message(self: Any, message: Any) -> None:
        add(self, message)
        wake_source(self.queue_arn)

    def delete_message(self: Any, receipt_handle: str) -> None:
        # moto rebuilds its list here; a message that is added meanwhile would be lost.
        with self._messages_lock:
            delete(self, receipt_handle)

    def receive_message(self: Any, queue_name: str, *args: Any, **given: Any) -> Any:
        # Two consumers must not get one message; a long poll gives the lock up while it waits.
        with self.get_queue(queue_name)._messages_lock:
            return receive(self, queue_name, *args, **given)

    replace_attribute(Queue, "add_message", add_message)
    replace_attribute(Queue, "delete_message", delete_message)
    replace_attribute(SQSBackend, "receive_message", receive_message)


class QueuePoller(Poller):
    """Moves the messages of one queue to one function."""

    def __init__(self, mapping: Any) -> None:
        super().__init__(mapping)
        concurrency = (mapping.scaling_config or {}).get("MaximumConcurrency") or _CONCURRENCY
        self._slots = threading.Semaphore(int(concurrency))
        self._held: list[Any] = []
        self._held_since = 0.0

    def step(self) -> float | None:
        queue = self._queue()
        if queue is None:
            return None
        while self.alive() and self.mapping.enabled:
            if not self._gather(queue):
                return self._until_visible(queue)
            if not self._is_ready():
                return self._held_since + self._window() - time.monotonic()
            if not self._slots.acquire(blocking=False):
                return None  # the batch that ends wakes this poller
            batch, self._held = self._held, []
            threading.Thread(target=self._process, args=(queue, batch), daemon=True).start()
        self._release(queue)
        return None

    def _queue(self) -> Any:
        from moto.sqs.models import sqs_backends

        arn = parse_arn(self.mapping.event_source_arn)
        return sqs_backends[arn.account][arn.region].queues.get(arn.resource)

    def _window(self) -> float:
        return float(self.mapping.max_batch_window or 0)

    def _is_ready(self) -> bool:
        full = len(self._held) >= self.mapping.batch_size
        return full or time.monotonic() - self._held_since >= self._window()

    def _gather(self, queue: Any) -> bool:
        """Fill the held batch from the queue; whether it holds anything."""
        room = self.mapping.batch_size - len(self._held)
        if room > 0 and queue.messages:
            if not self._held and room > 1:
                time.sleep(_COMPANY)
            received = self._receive(queue, room)
            if received and not self._held:
                self._held_since = time.monotonic()
            self._held += received
        return bool(self._held)

    def _receive(self, queue: Any, count: int) -> list[Any]:
        from moto.sqs.models import sqs_backends

        backend = sqs_backends[queue.account_id][queue.region]
        received: list[Any] = backend.receive_message(
            queue.name, count, 0, queue.visibility_timeout, message_attribute_names=["All"]
        )
        return received

    def _until_visible(self, queue: Any) -> float | None:
        """Until a message in flight or delayed can be received again."""
        now = time.time() * 1000
        times = [max(message.visible_at, message.delayed_until) for message in list(queue._messages)]
        later = [moment for moment in times if moment > now]
        return (min(later) - now) / 1000 + 0.002 if later else None

    def _release(self, queue: Any) -> None:
        """Give back what was held when the mapping was disabled or deleted."""
        for message in self._held:
            _make_visible(queue, message)
        self._held = []

    def _process(self, queue: Any, batch: list[Any]) -> None:
        try:
            self._process_batch(queue, batch)
        finally:
            self._slots.release()
            self.wake()

    def _process_batch(self, queue: Any, batch: list[Any]) -> None:
        if not (self.alive() and self.mapping.enabled):
            for message in batch:
                _make_visible(queue, message)
            return
        records = {message.id: record_of(message, queue) for message in batch}
        wanted = {
            key: record for key, record in records.items() if accepts(self.mapping.filter_criteria, record)
        }
        failed: frozenset[str] = frozenset()
        if wanted:
            outcome = call(self.mapping, list(wanted.values()), frozenset(wanted))
            failed = frozenset(wanted) if outcome.failed else outcome.failures
        # What failed stays invisible until its timeout, then comes again or goes to the dead-letter queue.
        for message in batch:
            if message.id not in failed:
                queue.delete_message(message.receipt_handle)


def _make_visible(queue: Any, message: Any) -> None:
    for kept in list(queue._messages):
        if kept.id == message.id:
            kept.change_visibility(0)
            queue.pending_messages.discard(kept)


def record_of(message: Any, queue: Any) -> dict[str, Any]:
    """One record of Lambda's SQS event (BC Lambda developer guide, "Using Lambda with Amazon SQS")."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        "SequenceNumber": message.sequence_number,
        "MessageGroupId": message.group_id,
        "MessageDeduplicationId": message.deduplication_id,
    }
    trace = (message.system_attributes or {}).get("AWSTraceHeader")
    if trace:
        attributes["AWSTraceHeader"] = trace.get("StringValue")
    record = {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {key: value for key, value in attributes.items() if value is not None},
        "messageAttributes": {
            name: _attribute(value) for name, value in (message.message_attributes or {}).items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }
    if message.message_attributes:
        record["md5OfMessageAttributes"] = message.attribute_md5
    return record


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value.get("DataType"),
    }
    if value.get("StringValue") is not None:
        record["stringValue"] = str(value["StringValue"])
    if value.get("BinaryValue") is not None:
        binary = value["BinaryValue"]
        record["binaryValue"] = binary if isinstance(binary, str) else base64.b64encode(binary).decode()
    return record
