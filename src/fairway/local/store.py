"""Reading moto's stores: every backend of a service that exists, without making new ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """An account and a region."""

    account: str
    region: str


def existing(backends: Any) -> Iterator[tuple[Place, Any]]:
    """Each (place, backend) of one of moto's BackendDicts that has been used."""
    # A copy each: another request may make a backend meanwhile.
    for account, regions in list(dict.items(backends)):
        for region, backend in list(dict.items(regions)):
            yield Place(account, region), backend


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN; `resource` is everything behind the account."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def place(self) -> Place:
        return Place(self.account, self.region)


def parse_arn(text: str) -> Arn:
    """Split an ARN. Raises ValueError for what is not one."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise ValueError(f"not an ARN: {text!r}")
    return Arn(parts[1], parts[2], parts[3], parts[4], parts[5])


def function_arn_of(integration_uri: str) -> str | None:
    """The function ARN inside an API Gateway integration URI
    (`arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations`), or a bare one."""
    _, marker, rest = integration_uri.partition("/functions/")
    arn = rest.removesuffix("/invocations") if marker else integration_uri
    return arn if arn.startswith("arn:") and ":lambda:" in arn and ":function:" in arn else None
