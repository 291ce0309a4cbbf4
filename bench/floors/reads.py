"""The floor of a deploy with no change: botocore, the same clients, the same reads."""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.config import Config

from bench.floors.calls import THREADS, send_file

session = botocore.session.get_session()


def client(service: str) -> Any:
    return session.create_client(service, config=Config(max_pool_connections=THREADS))


if __name__ == "__main__":
    send_file(client)
