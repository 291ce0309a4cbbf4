"""A run that is killed anywhere is finished by the same command: a sample of `make crash`."""

from __future__ import annotations

import pytest
from tests.crash.place import Place
from tests.crash.proxy import Kind
from tests.crash.trial import Case, Point, attempt, undisturbed

pytestmark = pytest.mark.xdist_group("crash")
CASES = (
    Case("atlas", "deploy", "s3"),
    Case("atlas", "replace", "folder"),
    Case("small", "update", "s3"),
    Case("small", "destroy", "folder"),
)


@pytest.mark.parametrize("kind", ["before", "after"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_same_command_finishes_what_was_killed(here: Place, case: Case, kind: Kind) -> None:
    expected = undisturbed(here, case)
    third = len(expected.calls) // 3
    point = Point(case, kind, third if kind == "before" else 2 * third)
    verdict = attempt(here, point, expected)
    assert verdict.call, "the run made fewer calls than the undisturbed one"
    assert not verdict.wrong, f"{point} at {verdict.call}: " + "\n".join(verdict.wrong)
