"""HTTP requests and answers as values, between the WSGI edge and the API data planes."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

Pairs = tuple[tuple[str, str], ...]

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"})


@dataclass(frozen=True)
class Request:
    """One HTTP request below an API's base path.

    `path` is still percent-encoded and starts with a slash; `headers` are in the order received.
    """

    method: str
    path: str
    query: str
    headers: Pairs
    body: bytes
    source_ip: str
    protocol: str
    host: str
    received: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def query_pairs(self) -> Pairs:
        return tuple(parse_qsl(self.query, keep_blank_values=True))

    def query_value(self, name: str) -> str | None:
        """The last value, which is the one API Gateway takes."""
        return dict(self.query_pairs()).get(name)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Pairs = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_headers(self, extra: Iterable[tuple[str, str]]) -> Response:
        """The same answer with `extra` headers replacing those of the same name."""
        extra = tuple(extra)
        replaced = {key.lower() for key, _ in extra}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in replaced)
        return Response(self.status, kept + extra, self.body)


def json_response(status: int, document: Any, headers: Iterable[tuple[str, str]] = ()) -> Response:
    body = json.dumps(document).encode()
    return Response(status, (("Content-Type", "application/json"), *headers), body)


def last_values(pairs: Pairs) -> dict[str, str]:
    return dict(pairs)


def all_values(pairs: Pairs) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return grouped


def joined_values(pairs: Pairs, *, lower: bool = False) -> dict[str, str]:
    """Several values of one name joined by commas, as the version 2.0 payload carries them."""
    named = tuple((key.lower() if lower else key, value) for key, value in pairs)
    return {key: ",".join(values) for key, values in all_values(named).items()}


def is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def base64_text(body: bytes) -> str:
    return base64.b64encode(body).decode()


def header_pairs(headers: Mapping[str, Any]) -> Pairs:
    return tuple((str(name), header_text(value)) for name, value in headers.items())


def header_text(value: Any) -> str:
    """A header's value as sent: booleans as in JSON, lists joined."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(header_text(item) for item in value)
    return str(value)


def one_line(text: str) -> str:
    """Text fit for a header: one line of ASCII, not too long."""
    return " ".join(text.split()).encode("ascii", "replace").decode()[:500]
