"""What is live, told from the history of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fairway.pipeline.remote.live import in_words


def deployment(number: int, command: str = "apply", result: str = "succeeded", restores: int = 0) -> Any:
    """One that a commit of its own brought about."""
    return {
        "number": number,
        "command": command,
        "result": result,
        "restores": restores or None,
        "origin": {"commit": f"{number:040}"[::-1]},
    }


FIRST, SECOND = deployment(1), deployment(2)
BACK = deployment(3, "rollback", restores=1)
TO_NOTHING = deployment(2, "rollback")
DESTROYED = deployment(3, "destroy", "destroyed")
FAILED = deployment(4, result="failed")


@pytest.mark.parametrize(
    ("oldest_first", "words"),
    [
        ((), "nothing is deployed"),
        ((FIRST, SECOND), "live is 20000000 (deployment 2)"),
        ((FIRST, SECOND, BACK), "live is 10000000 (deployment 3)"),
        ((SECOND, BACK), "live is an earlier commit (deployment 3)"),
        ((FIRST, TO_NOTHING), "nothing is deployed"),
        ((FIRST, SECOND, DESTROYED), "nothing is deployed"),
        ((FIRST, SECOND, FAILED), "live is 20000000 (deployment 2); deployment 4 of 40000000 failed"),
        ((FIRST, DESTROYED, FAILED), "nothing is deployed; deployment 4 of 40000000 failed"),
        ((FAILED,), "deployment 4 of 40000000 failed"),
    ],
)
def test_it_is_what_the_last_good_deployment_left(
    oldest_first: tuple[Mapping[str, Any], ...], words: str
) -> None:
    assert in_words(oldest_first[::-1]) == words
