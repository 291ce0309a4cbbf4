"""The floor of a deploy and of a destroy: boto3, one client per service, the necessary writes."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from bench.floors.calls import THREADS, send_file


def client(service: str) -> Any:
    return boto3.client(service, config=Config(max_pool_connections=THREADS))


if __name__ == "__main__":
    send_file(client)
