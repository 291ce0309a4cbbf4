"""One row per (resource type, property set): reads answer what was set, updates take effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

Params = dict[str, Any]


@dataclass(frozen=True)
class Do:
    """One call. Strings of the form `<name>` are replaced by what earlier calls captured.

    `keep` captures from the answer: name -> dotted path.
    """

    operation: str
    params: Params = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    service: str = ""


@dataclass(frozen=True)
class Trip:
    """create → read (must contain `reads`) → update → read (must contain `then`) → delete → NotFound.

    `at`: where the resource stands in the read's answer (dotted; a number indexes a list).
    `reads` None: the create's own parameters. `missing`: the error code (or "code: text") after the delete.
    """

    id: str
    service: str
    create: Do
    read: Do
    at: str = ""
    reads: Params | None = None
    before: tuple[Do, ...] = ()
    update: tuple[Do, ...] = ()
    then: Params = field(default_factory=dict)
    delete: Do | None = None
    missing: str = ""


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {k: filled(v, known) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, known) for v in value]
    if isinstance(value, str):
        for name, found in known.items():
            if value == f"<{name}>":
                return found
            value = value.replace(f"<{name}>", str(found))
    return value


def at(document: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """How `found` falls short of `expected`; members that `expected` does not name are free."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line
            for key, value in expected.items()
            for line in differences(value, found.get(key), f"{where}.{key}" if where else str(key))
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [
            line
            for i, (a, b) in enumerate(zip(expected, found, strict=True))
            for line in differences(a, b, f"{where}[{i}]")
        ]
    return [] if expected == found else [f"{where}: expected {expected!r}, found {found!r}"]


class Traveller:
    def __init__(self, cloud: Any, trip: Trip) -> None:
        self.cloud = cloud
        self.trip = trip
        self.known: dict[str, Any] = {}
        self.clients: dict[str, Any] = {}

    def do(self, step: Do) -> Params:
        service = step.service or self.trip.service
        client = self.clients.setdefault(service, None) or self.cloud.client(service)
        self.clients[service] = client
        answer: Params = getattr(client, step.operation)(**filled(step.params, self.known))
        for name, path in step.keep.items():
            self.known[name] = at(answer, path)
        return answer

    def check(self, expected: Params, after: str) -> None:
        # Not a bare assert: pytest explains asserts in test files only, and here the lines are the message.
        found = at(self.do(self.trip.read), self.trip.at)
        if lines := differences(filled(expected, self.known), found):
            pytest.fail(f"after {after}:\n" + "\n".join(lines), pytrace=False)

    def travel(self) -> None:
        trip = self.trip
        for step in trip.before:
            self.do(step)
        self.do(trip.create)
        self.check(trip.create.params if trip.reads is None else trip.reads, trip.create.operation)
        for step in trip.update:
            self.do(step)
        self.check(trip.then, " and ".join(step.operation for step in trip.update))
        if trip.delete is not None:
            self.do(trip.delete)
            self.is_missing()

    def is_missing(self) -> None:
        code, _, text = self.trip.missing.partition(": ")
        with pytest.raises(ClientError) as caught:
            self.do(self.trip.read)
        error = caught.value.response["Error"]
        if error["Code"] != code or text not in error["Message"]:
            pytest.fail(f"after the delete: expected {self.trip.missing!r}, found {error}", pytrace=False)


def travel(cloud: Any, trip: Trip) -> None:
    Traveller(cloud, trip).travel()
