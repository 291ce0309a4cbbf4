"""A function that writes down what it gets, and waiting for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.local_cloud import ACCOUNT, REGION, Cloud, unique

# Every invocation's event goes to a queue of the test's own; what follows may then raise or return.
_RECORDER = """
import boto3, json, os
sqs = boto3.client("sqs")
def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(event))
{body}
"""

T = TypeVar("T")


def eventually(check: Callable[[], T], seconds: float = 15.0) -> T:
    """The first true answer of `check`. Raises AssertionError when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < end, f"still not after {seconds} s"
        time.sleep(0.05)


@dataclass
class Recorder:
    """A deployed function, and the events that it has got so far."""

    cloud: Cloud
    name: str
    queue: str
    seen: list[Any]

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def events(self) -> list[Any]:
        """All events so far, in the order in which they were written down."""
        while messages := self._receive():
            self.seen += [json.loads(message["Body"]) for message in messages]
        return self.seen

    def _receive(self) -> list[Any]:
        sqs = self.cloud.client("sqs")
        messages: list[Any] = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages", []
        )
        for message in messages:
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def wait(self, count: int = 1, seconds: float = 15.0) -> list[Any]:
        """At least `count` events."""
        return eventually(lambda: self.events() if len(self.events()) >= count else [], seconds)

    def records(self, count: int) -> list[Any]:
        """At least `count` records of the events' batches, flattened."""

        def enough() -> list[Any]:
            found = [record for event in self.events() for record in event["Records"]]
            return found if len(found) >= count else []

        return eventually(enough)

    def permit(self, principal: str, source_arn: str) -> None:
        self.cloud.client("lambda").add_permission(
            FunctionName=self.name,
            StatementId=unique("allow"),
            Action="lambda:InvokeFunction",
            Principal=principal,
            SourceArn=source_arn,
        )


def recorder(cloud: Cloud, body: str = "return None", **settings: Any) -> Recorder:
    """Deploy one; `body` runs after the event has been written down."""
    queue = cloud.client("sqs").create_queue(QueueName=unique("seen"))["QueueUrl"]
    code = _RECORDER.format(body="\n".join(f"    {line}" for line in body.splitlines()))
    name = cloud.function({"app.py": code}, Environment={"Variables": {"SEEN": queue}}, **settings)
    return Recorder(cloud, name, queue, [])


def queue(cloud: Cloud, **attributes: str) -> tuple[str, str]:
    """A new queue's URL and ARN."""
    sqs = cloud.client("sqs")
    suffix = ".fifo" if attributes.get("FifoQueue") == "true" else ""
    name = unique("queue") + suffix
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return str(url), f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def bodies(cloud: Cloud, url: str) -> list[str]:
    """What can be received from a queue now."""
    received = cloud.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return [message["Body"] for message in received.get("Messages", [])]
