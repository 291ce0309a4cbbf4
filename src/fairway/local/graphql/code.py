"""Runs the code of APPSYNC_JS resolvers: each handler in a Node.js process of its own, which has no state."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fairway.local.functions.runtimes import interpreter
from fairway.local.graphql.failures import FieldFailed

_PROGRAM = Path(__file__).parent / "resources" / "evaluate.mjs"
_NODE = "nodejs22.x"
_PATIENCE = 10.0  # seconds; AppSync bounds its own runtime more tightly


@dataclass(frozen=True)
class Outcome:
    """What a handler answered; `early` says that it ended its resolver (`runtime.earlyReturn`)."""

    value: Any
    stash: Any
    early: bool
    errors: tuple[FieldFailed, ...]


def evaluate(code: str, handler: Literal["request", "response"], context: Mapping[str, Any]) -> Outcome:
    """Call a handler with the context. Raises FieldFailed for what it raises, and without a Node.js."""
    node = interpreter(_NODE)
    if node is None:
        raise FieldFailed(
            "Unsupported", "APPSYNC_JS code needs Node.js 18 or newer, which is not on this machine"
        )
    asked = json.dumps({"code": code, "name": handler, "context": context})
    try:
        done = subprocess.run(
            [node.path, str(_PROGRAM)],
            input=asked,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise FieldFailed("Code", f"{handler} did not end within {_PATIENCE:g} s") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise FieldFailed("Code", f"{handler} could not be run: {error}") from None
    told = json.loads(done.stdout)
    if told["failure"]:
        raise _failure(told["failure"])
    return Outcome(told["value"], told["stash"], told["early"], tuple(map(_failure, told["errors"])))


def _failure(told: Mapping[str, Any]) -> FieldFailed:
    return FieldFailed(told["type"], told["message"], told.get("data"), told.get("info"))
