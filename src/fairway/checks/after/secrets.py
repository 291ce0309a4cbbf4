"""Secrets must be there; one that holds a placeholder still waits for somebody.

Their values are looked at and forgotten: nothing that is told holds any part of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from fairway.aws.calls import Caller
from fairway.aws.failures import DENIED, CallFailed, Kind
from fairway.checks.outcome import Outcome, failed, passed, skipped, warned
from fairway.checks.subject import Subject
from fairway.model.state import ResourceState
from fairway.model.values import Json
from fairway.project.names import filled
from fairway.project.settings import SecretSettings

TYPE = "AWS::SecretsManager::Secret"
_PLACEHOLDER = re.compile(
    r"\W*(placeholder|change.?me|replace.?me|to.?do|tbd|dummy|x{3,}|your[\s_-].*)\W*|<.*>|.*\bplaceholder\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""What people write where a secret is to come."""
_NOT_READ = skipped("they may not be read with these credentials")


def of_stack(resources: Sequence[ResourceState], subject: Subject) -> Outcome:
    """Of a stack's secrets, which hold a placeholder."""
    return _looked_at({each.address: partial(_secret, subject.caller, each.identifier) for each in resources})


def declared(secret: SecretSettings, subject: Subject) -> Outcome:
    """A secret that fairway.toml names: whether it is there, and holds more than a placeholder."""
    name = filled(secret.name, subject.names)
    found = _looked_at({name: partial(_STORES[secret.store], subject.caller, name)})
    return replace(found, next=f"`fairway secrets set {secret.key}`") if found.next else found


def _looked_at(reads: Mapping[str, Callable[[], str]]) -> Outcome:
    """What is to be said of secrets, by their names; their values stay in here."""
    missing, waiting = [], []
    for name, read in reads.items():
        try:
            places = placeholders(read())
        except CallFailed as failure:
            if failure.aws_code in DENIED:
                return _NOT_READ
            if failure.kind is not Kind.NOT_FOUND:
                raise
            missing.append(name)
        else:
            waiting += [f"{name} ({', '.join(places)})" if any(places) else name] if places else []
    if missing:
        return failed(f"no value is there of {', '.join(missing)}", next="put one in")
    if waiting:
        return warned(f"a placeholder is in {'; '.join(waiting)}", next="put the real value in")
    return passed(f"{len(reads)} without placeholders")


def placeholders(value: str) -> list[str]:
    """Where they are: names of members where the value is JSON, else an empty one."""
    try:
        document: Json = json.loads(value)
    except ValueError:
        document = value
    return [place for place, text in _texts(document, "") if _PLACEHOLDER.fullmatch(text)]


def _texts(value: Json, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield place, value
        case Mapping():
            for name, each in value.items():
                yield from _texts(each, f"{place}.{name}".lstrip("."))


def _secret(aws: Caller, name: str) -> str:
    return str(aws.call("secretsmanager", "GetSecretValue", {"SecretId": name}).get("SecretString", ""))


def _parameter(aws: Caller, name: str) -> str:
    wanted = {"Name": name, "WithDecryption": True}
    return str(aws.call("ssm", "GetParameter", wanted)["Parameter"]["Value"])


_STORES: Mapping[str, Callable[[Caller, str], str]] = {"secretsmanager": _secret, "ssm": _parameter}
