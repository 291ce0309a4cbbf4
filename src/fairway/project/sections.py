"""The sections of `fairway.toml`, each read into its settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fairway.project.reading import Table
from fairway.project.settings import (
    TABLE_NAME,
    EnvironmentSettings,
    Import,
    Project,
    StateSettings,
)

# BC s3 CreateBucket (the naming rules of general purpose buckets).
S3_PLACE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")


def project_of(root: Table, file: Path) -> Project:
    state, environments = root.table("state"), root.table("environments")
    project = Project(
        file=file,
        name=file.resolve().parent.name,
        state=_state(state, file),
        environments={name: _environment(table, file) for name, table in environments.named().items()},
        imports=tuple(_import(table) for table in root.tables("import")),
    )
    root.close()
    return project


def _state(table: Table, file: Path) -> StateSettings:
    backend = table.text("backend")
    if re.match(r"\w+:", backend):
        backend = table.text("backend", form=S3_PLACE, example="s3://bucket/prefix")
    elif backend:
        backend = str(file.parent / backend)
    lock_table = table.text("lock_table", form=TABLE_NAME, example="3 to 255 letters, digits, _, . or -")
    settings = StateSettings(backend, lock_table, table.text("region"))
    table.close()
    return settings


def _environment(table: Table, file: Path) -> EnvironmentSettings:
    choice: Any = table.choice("on_failure", ("hold", "rollback"), "hold")
    own = table.table("state")
    state = _state(own, file) if own.held else None
    settings = EnvironmentSettings(choice, table.texts("protect"), state)
    table.close()
    return settings


def _import(table: Table) -> Import:
    found = Import(
        table.required("stack"),
        table.required("address"),
        table.required("identifier"),
        table.location,
        table.text("environment"),
    )
    table.close()
    return found
