"""The zips that a stack's kept deployments were made of: with them they can be deployed again from anywhere.

Each stack has its own: whoever holds the stack may remove what none of its deployments names any more,
without asking what other stacks need.
"""

from __future__ import annotations

import hashlib

from fairway.model.errors import Failed
from fairway.model.objects import Objects

_SUFFIX = ".zip"


class KeptArtifacts:
    """Zips under a prefix of a backend."""

    def __init__(self, objects: Objects, prefix: str, where: str) -> None:
        self._objects = objects
        self._prefix = prefix
        self._where = where

    def digests(self) -> frozenset[str]:
        """What is kept."""
        names = (key.removeprefix(self._prefix) for key in self._objects.keys(self._prefix))
        return frozenset(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))

    def put(self, digest: str, content: bytes) -> None:
        """Keep a zip."""
        self._objects.put(self._key(digest), content)

    def get(self, digest: str) -> bytes:
        """A zip's content. Raises Failed when it is not kept, or damaged."""
        blob = self._objects.get(self._key(digest))
        if blob is None:
            raise self._unusable(digest, "is not kept any more")
        if hashlib.sha256(blob.content).hexdigest() != digest:
            raise self._unusable(digest, "is damaged")
        return blob.content

    def remove(self, digest: str) -> None:
        """Keep a zip no longer."""
        self._objects.delete(self._key(digest))

    def _key(self, digest: str) -> str:
        return f"{self._prefix}{digest}{_SUFFIX}"

    def _unusable(self, digest: str, why: str) -> Failed:
        return Failed(
            "artifact.missing",
            f"the artifact {digest[:12]} {why}",
            where=self._where,
            next="check out that deployment's commit and deploy it: the code is built again",
        )
