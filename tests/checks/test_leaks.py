"""Keys, tokens and passwords are found in a text by their form, and never told."""

from __future__ import annotations

import json
from hashlib import sha1

import pytest

from fairway.checks.before.leaks import known_hashes, leaks

# In two pieces, so that this file holds none.
AWS = "AKIA" + "QYLPMN5HHHFPZAM2"
GITHUB = "ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"
STRIPE = "sk_live_" + "ReTllpYQYfIZu2Jnf2lAPFjD"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----"


def found(text: str, path: str = "app.py", known: frozenset[str] = frozenset()) -> list[tuple[int, str]]:
    return [(each.line, each.kind) for each in leaks(path, text, known)]


@pytest.mark.parametrize(("secret", "kind"), [
    (AWS, "AWS Access Key"),
    (GITHUB, "GitHub Token"),
    (STRIPE, "Stripe Access Key"),
    (PRIVATE, "Private Key"),
])  # fmt: skip
def test_known_forms_are_found_in_their_line(secret: str, kind: str) -> None:
    assert found(f"import os\n\nkey = '{secret}'\n") == [(3, kind)]


@pytest.mark.parametrize("text", [
    "AKIA" + "IOSFODNN7EXAMPLE",  # that of AWS's manuals
    "password = 'correct horse battery staple'",
    "sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'",
    "TOKEN=not-in-an-environment-file",
])  # fmt: skip
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("line", "expected"), [
    ("SALESFORCE_TOKEN=abc123", "Value of SALESFORCE_TOKEN"),
    ("export DB_PASSWORD='abc123'", "Value of DB_PASSWORD"),
    ("api_key = abc123", "Value of api_key"),
    ("TOKEN=", None),
    ("TOKEN=$FROM_ELSEWHERE", None),
    ("REGION=eu-central-1", None),
])  # fmt: skip
def test_variables_in_environment_files(line: str, expected: str | None) -> None:
    for path in (".env", "web/.env.production"):
        assert found(f"A=1\n{line}\n", path) == ([(2, expected)] if expected else [])
    assert found(f"A=1\n{line}\n", ".env.example") == []


@pytest.mark.parametrize("text", [
    f"key = '{AWS}'  # pragma: allowlist secret",
    f"# pragma: allowlist nextline secret\nkey = '{AWS}'",
])  # fmt: skip
def test_a_comment_allows_one(text: str) -> None:
    assert found(text) == []
    assert found(f"{text}\n\nother = '{AWS}'") != []


def test_so_does_the_baseline_of_detect_secrets() -> None:
    entry = {"type": "AWS Access Key", "hashed_secret": sha1(AWS.encode()).hexdigest(), "line_number": 1}
    known = known_hashes(json.dumps({"version": "1.5.0", "results": {"app.py": [entry]}}))
    assert found(f"key = '{AWS}'", known=known) == []
    assert found(f"key = '{GITHUB}'", known=known) == [(1, "GitHub Token")]
