"""`fairway` with its calls written to a file, so that a floor can make exactly the same ones.

Run as `python -m bench.recorder FILE ARGUMENTS…`; never measured itself.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import botocore

from fairway.__main__ import main

Call = tuple[str, str, dict[str, Any]]


def record(calls: list[Call]) -> None:
    """Have every botocore session made from here on note its calls, in the order they are sent."""

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((model.service_model.service_name, model.name, dict(params)))

    botocore.register_initializer(lambda session: session.register("provide-client-params", note))


def _encoded(value: Any) -> Any:
    """Bytes as `bench.floors.calls` reads them."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"a call holds {type(value).__name__}")


if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    calls: list[Call] = []
    record(calls)
    code = main()
    file.write_text(json.dumps(calls, default=_encoded))
    sys.exit(code)
