"""What counts as a placeholder in a secret."""

from __future__ import annotations

import json

import pytest

from fairway.project.placeholders import PLACEHOLDER, placeholders


@pytest.mark.parametrize(
    "text", ["placeholder", "CHANGE_ME", "changeme!", "<token>", "todo", "XXXX", "your-key", PLACEHOLDER]
)
def test_what_counts_as_a_placeholder(text: str) -> None:
    assert placeholders(text) == [""]
    assert placeholders(json.dumps({"login": {"password": text}})) == ["login.password"]


@pytest.mark.parametrize("text", ["s3cr3t", "xK9", "", "12", "todos-are-me", '{"a": 1, "b": null}'])
def test_what_does_not(text: str) -> None:
    assert placeholders(text) == []
