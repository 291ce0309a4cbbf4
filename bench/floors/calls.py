"""Sends the calls of a file with 16 threads: `[[service, operation, parameters], …]`."""

from __future__ import annotations

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

    calls = json.loads(Path(sys.argv[1]).read_text())
    clients = {service: make_client(service) for service in dict.fromkeys(call[0] for call in calls)}

    def send(call: tuple[str, str, dict[str, Any]]) -> None:
        service, operation, parameters = call
        getattr(clients[service], xform_name(operation))(**parameters)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, calls))
