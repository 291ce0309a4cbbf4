"""`[state]`, for all environments or in one of them."""

from __future__ import annotations

import re
from pathlib import Path

from fairway.project.bucket_names import misnamed
from fairway.project.reading import Table
from fairway.project.settings import TABLE_NAME, StateSettings, bucket_of

S3_PLACE = re.compile(r"s3://[^/]+(/.*)?")


def state(table: Table, file: Path) -> StateSettings:
    """Folders are taken from the file's own."""
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
