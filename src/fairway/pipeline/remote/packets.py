"""How git talks with the hook that updates references itself (man:githooks, proc-receive).

Each packet is its length in four hexadecimal digits, those included, and its text; 0000 ends a group
(man:gitprotocol-common, pkt-line).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

_HEAD = 4
_END = b"0000"


def asked(given: IO[bytes], out: IO[bytes]) -> Sequence[str]:
    """Agree on the protocol; returns what git asks for, each as a line of pre-receive has it."""
    list(_group(given))  # git's version and features: of them nothing is needed
    out.write(_packet("version=1") + _END)
    out.flush()
    return tuple(_group(given))


def answer(out: IO[bytes], refusals: Mapping[str, str]) -> None:
    """Say of each reference, in git's order, why it was refused, or nothing: then it was updated."""
    for name, why in refusals.items():
        out.write(_packet(f"ng {name} {why}" if why else f"ok {name}"))
    out.write(_END)
    out.flush()


def _group(given: IO[bytes]) -> Iterator[str]:
    while size := int(given.read(_HEAD) or _END, 16):
        yield given.read(size - _HEAD).decode(errors="surrogateescape").rstrip("\n")


def _packet(text: str) -> bytes:
    encoded = text.encode(errors="surrogateescape")
    return f"{len(encoded) + _HEAD:04x}".encode() + encoded
