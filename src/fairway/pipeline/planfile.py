"""A plan as a file, for review and for other tools."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.model.plain import plain
from fairway.model.plan import Plan


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan as JSON, whole or not at all. Raises WrongInput when the path cannot be written."""
    fresh = path.parent / f".{path.name}.{os.getpid()}"
    try:
        fresh.write_text(json.dumps(plain(plan), indent=2) + "\n")
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise WrongInput("plan.file", f"cannot write the plan to {path}", why=str(error.strerror)) from None
