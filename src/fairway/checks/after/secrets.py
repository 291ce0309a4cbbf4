"""Secrets must be there; one that holds a placeholder still waits for somebody.

Their values are looked at and forgotten: nothing that is told holds any part of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from fairway.aws.failures import DENIED, CallFailed, Kind
from fairway.aws.secret_stores import STORES
from fairway.checks.outcome import Outcome, failed, passed, skipped, warned
from fairway.checks.subject import Subject
from fairway.model.state import ResourceState
from fairway.project.names import filled
from fairway.project.placeholders import placeholders
from fairway.project.settings import SecretSettings

TYPE = "AWS::SecretsManager::Secret"
_IN_STACKS = STORES["secretsmanager"]
_NOT_READ = skipped("they may not be read with these credentials")


def of_stack(resources: Sequence[ResourceState], subject: Subject) -> Outcome:
    """Of a stack's secrets, which hold a placeholder."""
    return _looked_at(
        {each.address: partial(_IN_STACKS.read, subject.caller, each.identifier) for each in resources}
    )


def declared(secret: SecretSettings, subject: Subject) -> Outcome:
    """A secret that fairway.toml names: whether it is there, and holds more than a placeholder."""
    name = filled(secret.name, subject.names)
    found = _looked_at({name: partial(STORES[secret.store].read, subject.caller, name)})
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
