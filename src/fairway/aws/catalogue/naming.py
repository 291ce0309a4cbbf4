"""Physical names that a definition leaves open: made from facts, so that a lost create is found again."""

from __future__ import annotations

import base64
import hashlib
import re

from fairway.aws.catalogue.declaration import Naming
from fairway.aws.provider import Owner
from fairway.model.values import Properties

HASH_LENGTH = 8


def generated_name(naming: Naming, owner: Owner, place: str, type_name: str, properties: Properties) -> str:
    """`<stack>-<address>-<hash>` within the type's rules. Deterministic; the hash is never cut off.

    `place` (account and region) is part of the hash because some names are unique in the world.
    """
    suffix = ""
    if naming.suffix_when and str(properties.get(naming.suffix_when[0], "")).lower() == "true":
        suffix = naming.suffix_when[1]
    tail = f"-{_hash(owner, place, type_name)}{suffix}"
    words = _fit(owner, naming.length - len(tail))
    words = words.lower() if naming.lower else words
    body = re.sub(f"[^{naming.allowed}]+", "-", words).strip("-")
    return body + tail if body else tail.removeprefix("-")


def _fit(owner: Owner, room: int) -> str:
    """The stack and the address, each cut as little as needed."""
    stack, address = owner.stack, owner.address
    if len(stack) + len(address) + 1 > room:
        stack = stack[: max(room - len(address) - 1, room // 3)]
        address = address[: room - len(stack) - 1]
    return f"{stack}-{address}"


def _hash(owner: Owner, place: str, type_name: str) -> str:
    facts = "\0".join(
        (place, owner.environment, owner.stack, owner.address, type_name, str(owner.generation))
    )
    digest = hashlib.sha256(facts.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:HASH_LENGTH]
