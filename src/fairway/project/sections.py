"""The sections of `fairway.toml`, each read into its settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fairway.project.bucket_names import misnamed
from fairway.project.reading import Table
from fairway.project.settings import (
    NAME,
    NAME_RULE,
    TABLE_NAME,
    EnvironmentSettings,
    Import,
    Project,
    StateSettings,
    bucket_of,
)

S3_PLACE = re.compile(r"s3://[^/]+(/.*)?")


def project_of(root: Table, file: Path) -> Project:
    project = Project(
        file=file,
        name=file.resolve().parent.name,
        state=_state(root.table("state"), file),
        environments=_environments(root.table("environments"), file),
        imports=tuple(_import(table) for table in root.tables("import")),
    )
    root.close()
    return project


def _state(table: Table, file: Path) -> StateSettings:
    backend = table.text("backend")
    if re.match(r"\w+:", backend):
        backend = table.text("backend", form=S3_PLACE, example="s3://bucket/prefix")
        if backend and (why := misnamed(bucket_of(backend))):
            table.wrong("backend", f"{bucket_of(backend)!r} cannot be the name of a bucket", why=why)
    elif backend:
        backend = str(file.parent / backend)
    lock_table = table.text("lock_table", form=TABLE_NAME, example="3 to 255 letters, digits, _, . or -")
    settings = StateSettings(backend, lock_table, table.text("region"))
    table.close()
    return settings


def _environments(table: Table, file: Path) -> Mapping[str, EnvironmentSettings]:
    for name in table.held:
        if not NAME.fullmatch(name):
            table.wrong(name, f"{name!r} cannot be the name of an environment", why=NAME_RULE)
    return {name: _environment(each, file) for name, each in table.named().items()}


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
