"""`fairway` with its read calls written to a file, so that a floor can make exactly the same ones.

Run as `python -m bench.recorder FILE ARGUMENTS…`; never measured itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import botocore

from fairway.__main__ import main
from fairway.aws.session import is_read


def record(calls: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Have every botocore session made from here on note its reads."""

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        if is_read(model.name):
            calls.append((model.service_model.service_name, model.name, dict(params)))

    botocore.register_initializer(lambda session: session.register("provide-client-params", note))


if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    calls: list[tuple[str, str, dict[str, Any]]] = []
    record(calls)
    code = main()
    file.write_text(json.dumps(calls))
    sys.exit(code)
