"""The corpus of templates by third parties, which lies beside the repository (or above a work tree of it)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fairway.model.values import Value
from fairway.sources.load import read_parameters

_REPOSITORY = Path(__file__).parents[2]
CORPUS = next(
    (place for parent in _REPOSITORY.parents if (place := parent / "shared" / "corpus" / "sam").is_dir()),
    _REPOSITORY.parent / "shared" / "corpus" / "sam",
)

# Placeholders of the corpus that do not look like what they stand for.
_FIXTURES = {
    "fixture:subnet-id": "subnet-0123456789abcdef0",
    "fixture:subnet-id-2": "subnet-0123456789abcdef1",
    "fixture:security-group-id": "sg-0123456789abcdef0",
    "fixture:vpc-id": "vpc-0123456789abcdef0",
    "fixture:role-arn": "arn:aws:iam::123456789012:role/an-existing-role",
    "fixture:secret-arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:existing-AbCdEf",
    "fixture:subnet-ids": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
    "fixture:bucket-name": "an-existing-bucket",
}


def cases(kind: str) -> Sequence[Any]:
    """The corpus's entries of a kind (`CFN`, `SAM`) as pytest parameters; one that is skipped without it."""
    manifest = CORPUS / "manifest.jsonl"
    if not manifest.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"the corpus is not at {CORPUS}"))]
    entries = map(json.loads, manifest.read_text().splitlines())
    return [pytest.param(entry, id=entry["name"]) for entry in entries if entry["kind"] == kind]


def template_of(case: dict[str, Any]) -> Path:
    return CORPUS / str(case["name"]) / str(case["template"])


def parameters_of(case: dict[str, Any]) -> dict[str, Value]:
    given = read_parameters(CORPUS / str(case["name"]) / "params.json")
    return {name: _FIXTURES.get(str(value), value) for name, value in given.items()}
