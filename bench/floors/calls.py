"""Sends the calls of a file with 16 threads.

The file holds waves, each of which needs the one before: `[[[service, operation, parameters], …], …]`.
Bytes are written as `{"base64": text}`.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

THREADS = 16


def send_file(make_client: Callable[[str], Any]) -> None:
    """Make one client per service, then send every call of the file named on the command line."""
    from botocore import xform_name

    waves = json.loads(Path(sys.argv[1]).read_bytes(), object_hook=_with_bytes)
    services = dict.fromkeys(service for wave in waves for service, _, _ in wave)
    clients = {service: make_client(service) for service in services}

    def send(call: tuple[str, str, dict[str, Any]]) -> None:
        service, operation, parameters = call
        getattr(clients[service], xform_name(operation))(**parameters)

    with ThreadPoolExecutor(THREADS) as pool:
        for wave in waves:
            list(pool.map(send, wave))


def _with_bytes(node: dict[str, Any]) -> Any:
    return base64.b64decode(node["base64"]) if node.keys() == {"base64"} else node
