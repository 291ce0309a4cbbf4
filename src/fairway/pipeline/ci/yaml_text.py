"""Writes YAML as people write it: block style, quotes only where needed, the order kept, comments on pins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Node: TypeAlias = "str | int | bool | Commented | Sequence[Node] | Mapping[str, Node]"

# What both YAML 1.1 and 1.2 read as this very text, wherever a scalar may stand; narrower than either allows.
_PLAIN = re.compile(r"(?:[A-Za-z/$]|[.~](?=.*/))(?:[!-9;-~]| (?![#\s])|:(?=[!-~]))*(?<! )")
_LINES = re.compile(r"([!-~][ -~]*\n){2,}")
"""What is written line by line: commands of a script."""
_OTHER_KINDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"])


@dataclass(frozen=True)
class Commented:
    """A text with a comment behind it."""

    text: str
    comment: str


def to_yaml(document: Mapping[str, Node]) -> str:
    """The document as YAML, two spaces a level."""
    return "\n".join(_block(document, "")) + "\n"


def _block(node: Node, indent: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _entry(f"{indent}{_key(key)}:", value, indent)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from _item(value, indent)


def _entry(head: str, value: Node, indent: str) -> Iterator[str]:
    if isinstance(value, str) and _LINES.fullmatch(value):
        yield f"{head} |"
        yield from (f"{indent}  {line}" for line in value.splitlines())
    elif _is_flat(value):
        yield f"{head} {_flat(value)}"
    else:
        yield head
        yield from _block(value, f"{indent}  ")


def _item(value: Node, indent: str) -> Iterator[str]:
    if isinstance(value, str) or _is_flat(value):
        yield from _entry(f"{indent}-", value, indent)
        return
    first, *rest = _block(value, f"{indent}  ")
    yield f"{indent}- {first.removeprefix(indent).lstrip()}"
    yield from rest


def _is_flat(value: Node) -> bool:
    """What stands on one line: scalars, what is empty, and short lists of plain words."""
    if isinstance(value, Mapping):
        return not value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(isinstance(each, str) and re.fullmatch(r"[\w./-]+", each) for each in value)
    return True


def _flat(value: Node) -> str:
    match value:
        case Commented(text, comment):
            return f"{_scalar(text)} # {comment}"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _scalar(value)
        case Mapping():
            return "{}"
        case _:
            return f"[{', '.join(_flat(each) for each in value)}]"


def _key(text: str) -> str:
    """`on` stays as it is: only YAML 1.1 takes it for a truth value, and who reads these files does not."""
    return text if text == "on" else _scalar(text)


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _OTHER_KINDS
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    import yaml

    written: str = yaml.dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return written.rstrip("\n")
