"""Events as JSON, one object per line. docs/events.md describes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from fairway.model.errors import FairwayError, InvalidDefinition
from fairway.model.events import Event, to_json


class JsonReport:
    """Writes every event, flushed, so that a reader sees it at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: Event) -> None:
        self.write(to_json(event))

    def write(self, document: Mapping[str, Any]) -> None:
        """Write one object as a line."""
        self._stream.write(json.dumps(document, default=str, ensure_ascii=False) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing is held back."""


def result_line(
    command: str, exit_code: int, data: Mapping[str, Any], error: FairwayError | None = None
) -> dict[str, Any]:
    """The last line of a `--json` run."""
    return {
        "event": "result",
        "command": command,
        "exit_code": exit_code,
        **data,
        "error": error_json(error) if error else None,
    }


def error_json(error: FairwayError) -> dict[str, Any]:
    """An error with its four parts and, for an invalid definition, its findings."""
    document: dict[str, Any] = {
        "code": error.code,
        "message": error.what,
        "where": str(error.where),
        "why": error.why,
        "next": error.next,
    }
    if isinstance(error, InvalidDefinition):
        document["findings"] = [
            {
                "severity": finding.severity,
                "code": finding.code,
                "message": finding.message,
                "file": finding.location.file if finding.location else "",
                "line": finding.location.line if finding.location else 0,
                "why": finding.why,
                "next": finding.next,
            }
            for finding in error.findings
        ]
    return document
