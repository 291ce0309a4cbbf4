"""What mapping templates work with: `$input`, `$util`, and the methods of texts, maps and lists.

Source of the names: BC API Gateway developer guide, "Mapping template and access logging variable reference".
"""

from __future__ import annotations

import base64
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus


class Unsupported(Exception):
    """A template uses what this subset does not have; the message names it."""


@dataclass(frozen=True)
class Input:
    """`$input`: the body and parameters that a template maps."""

    body: str
    path_parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]

    def document(self) -> Any:
        try:
            return json.loads(self.body or "{}")
        except ValueError:
            return {}

    def parameter(self, name: str) -> str:
        """Path first, then query string, then headers (BC mapping template reference, $input.params)."""
        lower = {key.lower(): value for key, value in self.headers.items()}
        return self.path_parameters.get(name) or self.query.get(name) or lower.get(name.lower()) or ""


class Scripted(ABC):
    """An object with properties and methods of its own; both raise Unsupported for what it has not."""

    @abstractmethod
    def get(self, name: str) -> Any:
        """The property of a name."""

    @abstractmethod
    def call(self, name: str, arguments: list[Any]) -> Any:
        """What a method answers."""


class Util:
    """`$util`: marks the object; its methods are in call_method's table."""


def json_path(document: Any, path: str) -> Any:
    """The first match of a JSONPath, or None; `$` is the document."""
    if path.strip() in ("$", ""):
        return document
    from jsonpath_ng.ext.parser import parse

    matches = parse(path).find(document)
    values = [match.value for match in matches]
    return values if len(values) > 1 else (values[0] if values else None)


UTIL_METHODS: dict[str, Callable[..., Any]] = {
    "escapeJavaScript": lambda text: json.dumps(text_of(text), ensure_ascii=False)[1:-1].replace("'", "\\'"),
    "parseJson": lambda text: json.loads(text_of(text)),
    "urlEncode": lambda text: quote_plus(text_of(text)),
    "urlDecode": lambda text: unquote_plus(text_of(text)),
    "base64Encode": lambda text: base64.b64encode(text_of(text).encode()).decode(),
    "base64Decode": lambda text: base64.b64decode(text_of(text)).decode(errors="replace"),
}

_STRING_METHODS: dict[str, Callable[..., Any]] = {
    "equals": lambda text, other: text == other,
    "equalsIgnoreCase": lambda text, other: text.lower() == str(other).lower(),
    "contains": lambda text, part: str(part) in text,
    "startsWith": lambda text, part: text.startswith(str(part)),
    "endsWith": lambda text, part: text.endswith(str(part)),
    "length": len,
    "isEmpty": lambda text: not text,
    "toLowerCase": lambda text: text.lower(),
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "replace": lambda text, old, new: text.replace(str(old), str(new)),
    "replaceAll": lambda text, old, new: re.sub(str(old), str(new).replace("$", "\\"), text),
    "split": lambda text, mark: re.split(str(mark), text),
    "substring": lambda text, start, end=None: text[int(start) : None if end is None else int(end)],
    "indexOf": lambda text, part: text.find(str(part)),
    "matches": lambda text, pattern: re.fullmatch(str(pattern), text) is not None,
    "toString": lambda text: text,
}

_MAP_METHODS: dict[str, Callable[..., Any]] = {
    "get": lambda map_, key: map_.get(key),
    "keySet": lambda map_: list(map_),
    "values": lambda map_: list(map_.values()),
    "entrySet": lambda map_: [{"key": key, "value": value} for key, value in map_.items()],
    "containsKey": lambda map_, key: key in map_,
    "size": len,
    "isEmpty": lambda map_: not map_,
    "put": lambda map_, key, value: map_.update({key: value}) or "",
}

_LIST_METHODS: dict[str, Callable[..., Any]] = {
    "get": lambda items, index: items[int(index)],
    "size": len,
    "isEmpty": lambda items: not items,
    "contains": lambda items, item: item in items,
    "add": lambda items, item: items.append(item) or "",
}


def call_method(value: Any, name: str, arguments: list[Any]) -> Any:
    """Call one of the methods that templates may use. Raises Unsupported for any other."""
    if value is None:
        return None
    if isinstance(value, Input):
        return _call_input(value, name, arguments)
    if isinstance(value, Scripted):
        return value.call(name, arguments)
    tables: tuple[tuple[type, Any, tuple[Any, ...]], ...] = (
        (Util, UTIL_METHODS, ()),
        (str, _STRING_METHODS, (value,)),
        (dict, _MAP_METHODS, (value,)),
        (list, _LIST_METHODS, (value,)),
    )
    for kind, methods, first in tables:
        if isinstance(value, kind) and name in methods:
            return methods[name](*first, *arguments)
    raise Unsupported(f"the method .{name}() of a {type(value).__name__.lower()}")


def _call_input(value: Input, name: str, arguments: list[Any]) -> Any:
    if name == "json" and len(arguments) == 1:
        return json.dumps(json_path(value.document(), arguments[0]), separators=(",", ":"))
    if name == "path" and len(arguments) == 1:
        return json_path(value.document(), arguments[0])
    if name == "params" and len(arguments) == 1:
        return value.parameter(arguments[0])
    if name == "params" and not arguments:
        parts = (("path", value.path_parameters), ("querystring", value.query), ("header", value.headers))
        return {kind: dict(values) for kind, values in parts}
    raise Unsupported(f"$input.{name}() with {len(arguments)} arguments")


def property_of(value: Any, name: str) -> Any:
    if isinstance(value, Input) and name == "body":
        return value.body
    if isinstance(value, Scripted):
        return value.get(name)
    if isinstance(value, dict):
        return value.get(name)
    if value is None:
        return None
    raise Unsupported(f"the property .{name} of a {type(value).__name__.lower()}")


def item_at(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        return None


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    return str(value)
