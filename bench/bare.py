"""`fairway` whose journal and lease are kept in its memory alone: what they cost is the difference to this.

Run as `python -m bench.bare ARGUMENTS…`.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from fairway.__main__ import program
from fairway.aws.objects import S3Objects
from fairway.model.objects import Blob
from fairway.state.folder import FolderObjects

_LEFT_OUT = ("/journal.jsonl", "/lease.json")


def leave_out(backend: Any) -> None:
    """Have a backend keep these objects for this process only; nobody else is there to conflict with."""
    kept: dict[str, Blob] = {}
    get, put, delete = backend.get, backend.put, backend.delete

    def get_bare(self: Any, key: str, **options: Any) -> Blob | None:
        return kept.get(key) if key.endswith(_LEFT_OUT) else get(self, key, **options)

    def put_bare(self: Any, key: str, content: bytes, **options: Any) -> str:
        if not key.endswith(_LEFT_OUT):
            return str(put(self, key, content, **options))
        kept[key] = Blob(content, hashlib.sha256(content).hexdigest())
        return kept[key].tag

    def delete_bare(self: Any, key: str, **options: Any) -> None:
        if not key.endswith(_LEFT_OUT):
            delete(self, key, **options)
        kept.pop(key, None)

    backend.get, backend.put, backend.delete = get_bare, put_bare, delete_bare


if __name__ == "__main__":
    sys.argv[0] = "fairway"
    for backend in (FolderObjects, S3Objects):
        leave_out(backend)
    program()
