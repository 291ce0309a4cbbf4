"""What in a text must not be told to everybody: keys, tokens and passwords."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import Protocol

BASELINE = ".secrets.baseline"
"""detect-secrets' own file of what is known and allowed."""
# Those of detect-secrets that know a key by its form; others take any long text for one.
_DETECTORS = (
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
_DOCUMENTED = re.compile(r"EXAMPLE(KEY)?$")
"""How the keys in AWS's manuals end."""
_ALLOWED = re.compile(r"pragma: ?allowlist[ -]secret")
_ALLOWED_NEXT = re.compile(r"pragma: ?allowlist[ -]nextline[ -]secret")
_OF_AN_ENVIRONMENT = re.compile(r"\.env(\.(?!example$|sample$|template$|dist$).*)?")
_ASSIGNED = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?P<name>\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY|ACCESS_?KEY))"
    r"[ \t]*=[ \t]*[\"']?(?P<value>[^\s\"'$#]{4,})",
    re.IGNORECASE | re.MULTILINE,
)


class _Detector(Protocol):
    secret_type: str

    def analyze_string(self, text: str) -> Iterator[str]: ...


@dataclass(frozen=True)
class Leak:
    """A secret in a line of a file. The value itself is nowhere kept."""

    line: int
    kind: str


def is_environment(path: str) -> bool:
    """Whether a file is one that tools read variables from, and no example of one."""
    return bool(_OF_AN_ENVIRONMENT.fullmatch(PurePosixPath(path).name))


def leaks(path: str, text: str, known: Collection[str] = ()) -> Iterator[Leak]:
    """The secrets in a file, but for those whose hashes are `known` and those that a comment allows."""
    lines = text.splitlines()
    for kind, value, start in _found(path, text):
        line = text.count("\n", 0, start) + 1
        if not (_DOCUMENTED.search(value) or _hash(value) in known or _is_allowed(lines, line)):
            yield Leak(line, kind)


def known_hashes(baseline: str) -> frozenset[str]:
    """The hashes in a baseline. Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
    results = json.loads(baseline)["results"]
    return frozenset(str(each["hashed_secret"]) for found in results.values() for each in found)


def _found(path: str, text: str) -> Iterator[tuple[str, str, int]]:
    """Each secret's kind, value and place in the text."""
    for detector in _detectors():
        for value in set(detector.analyze_string(text)):
            for place in re.finditer(re.escape(value), text):
                yield detector.secret_type, value, place.start()
    if is_environment(path):
        for place in _ASSIGNED.finditer(text):
            yield f"Value of {place['name']}", place["value"], place.start("name")


@cache
def _detectors() -> tuple[_Detector, ...]:
    """Loaded when a text is looked at: they bring a client for HTTP with them."""
    places = ((import_module(f"detect_secrets.plugins.{module}"), name) for module, name in _DETECTORS)
    return tuple(getattr(module, name)() for module, name in places)


def _hash(value: str) -> str:
    from detect_secrets.core.potential_secret import PotentialSecret

    return str(PotentialSecret.hash_secret(value))


def _is_allowed(lines: list[str], line: int) -> bool:
    before = lines[line - 2] if line > 1 else ""
    return bool(_ALLOWED.search(lines[line - 1]) or _ALLOWED_NEXT.search(before))
