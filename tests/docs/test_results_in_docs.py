"""docs/events.md names every word in which a run can end, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from fairway.model.results import DeploymentResult, Ending, PipelineResult

EVENTS = (Path(__file__).parents[2] / "docs" / "events.md").read_text()


def listed(event: str, field: str) -> set[str]:
    """The words that the event's row gives for a field."""
    row = next(line for line in EVENTS.splitlines() if line.startswith(f"| `{event}` |"))
    sentence = row.split(f"`{field}` is ")[1].split(";")[0].split(". ")[0]
    return set(re.findall(r"`([a-z-]+)`", sentence))


@pytest.mark.parametrize(
    ("event", "field", "words"),
    [
        ("DeploymentFinished", "result", DeploymentResult),
        ("PipelineFinished", "result", PipelineResult),
        ("PipelineStageFinished", "ending", Ending),
    ],
)
def test_the_words_are_those_of_the_model(event: str, field: str, words: object) -> None:
    assert listed(event, field) == set(get_args(words))
