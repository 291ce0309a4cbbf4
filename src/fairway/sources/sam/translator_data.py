"""The data files of aws-sam-translator, read without importing it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fairway.model.errors import Failed


@cache
def policy_templates() -> Mapping[str, Mapping[str, Any]]:
    """SAM's policy templates by name; `Parameters` holds what each asks for."""
    found: Mapping[str, Mapping[str, Any]] = _json("policy_templates_data/policy_templates.json")["Templates"]
    return found


def managed_policy_names(partition: str) -> tuple[str, ...]:
    """The names of AWS's managed policies in a partition."""
    return tuple(_json("internal/data/aws_managed_policies.json").get(partition, ()))


def identity() -> str:
    """What changes with the translator's version: the text that declares it."""
    return _file("__init__.py").read_text(encoding="utf-8")


def _json(name: str) -> Any:
    return json.loads(_file(name).read_bytes())


def _file(name: str) -> Path:
    """Found on sys.path: `importlib.util.find_spec` would do, at the price of importing more."""
    for entry in sys.path:
        if (file := Path(entry, "samtranslator", name)).is_file():
            return file
    raise Failed(
        "installation.incomplete",
        f"aws-sam-translator's file {name} is not installed",
        next="install Fairway again: pip install --force-reinstall fairway",
    )
