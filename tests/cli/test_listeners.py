"""Those who hear a command's events beside its report."""

from __future__ import annotations

import io
import json
from argparse import Namespace

from fairway.cli.output import Output
from fairway.model.errors import Failed
from fairway.model.events import Event, StageStarted


class Broken:
    """A listener that fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, event: Event) -> None:
        raise self.error

    def close(self) -> None:
        """It has nothing."""


def heard(*errors: Exception) -> list[dict[str, object]]:
    """What is reported of one event while listeners fail."""
    stdout = io.StringIO()
    output = Output.for_arguments(Namespace(command="deploy", json=True), stdout, io.StringIO(), {})
    output.listeners.extend(map(Broken, errors))
    output.emit(StageStarted(1.0, "read"))
    return [json.loads(line) for line in stdout.getvalue().splitlines()]


def test_one_that_fails_is_a_warning_before_the_event_and_the_others_hear_it_too() -> None:
    lines = heard(Failed("some.code", "what went wrong", next="do that"), KeyError("a secret"))
    assert [line["event"] for line in lines] == ["Warned", "Warned", "StageStarted"]
    first, second = (line["finding"] for line in lines[:2])
    assert isinstance(first, dict)
    assert (first["code"], first["message"], first["next"]) == ("some.code", "what went wrong", "do that")
    assert isinstance(second, dict)
    assert second["message"] == "Fairway itself failed: KeyError"
    assert "a secret" not in json.dumps(lines)
