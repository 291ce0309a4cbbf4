"""Handing a document over to its pattern."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any


def enqueue(document_id: str, kind: str) -> None:
    _queue().send_message(MessageBody=json.dumps({"id": document_id, "kind": kind}))


@cache
def _queue() -> Any:
    import boto3

    return boto3.resource("sqs").Queue(os.environ["QUEUE_URL"])
