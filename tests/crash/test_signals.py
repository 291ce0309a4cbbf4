"""SIGINT and SIGTERM at any time: the run ends in order, and the next one finishes the work."""

from __future__ import annotations

import os
import random
import signal

import pytest
from tests.crash.interruptions import Knock
from tests.crash.place import BACKENDS, Place
from tests.crash.trial import Case, outcome, prepare, undisturbed, unfinished

pytestmark = pytest.mark.xdist_group("crash")
CALLS = 110
"""About as many as a first deploy of atlas-engine makes, reads among them."""


def check(here: Place, seed: int) -> None:
    """Interrupt a deploy at a call that the seed chooses."""
    chance = random.Random(seed)
    backend = chance.choice(BACKENDS)
    number = chance.choice((signal.SIGINT, signal.SIGTERM))
    case = Case("atlas", "deploy", backend)
    expected = undisturbed(here, case)
    prepare(here, case)
    runs = here.runs[backend]
    knock = Knock(chance.randint(1, CALLS), lambda: os.kill(runs.pid, number))
    ended = here.run(backend, here.stacks["atlas"].command("deploy"), knock)
    told = f"seed {seed}, {number.name} at call {knock.at} of {knock.count}: {ended.err}"
    # what comes when everything has been started already changes nothing any more
    assert ended.code == 130 or ended.last["result"] == "succeeded", told
    assert "Traceback" not in ended.err, told
    assert [key for key in unfinished(here.documents(backend)) if key.endswith("lease.json")] == [], told
    assert list(outcome(here, case, expected)) == [], told


@pytest.mark.parametrize("seed", range(3))
def test_an_interrupted_deploy_lets_go_and_is_finished_by_the_next(here: Place, seed: int) -> None:
    check(here, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 100))
def test_an_interruption_at_any_time(here: Place, seed: int) -> None:
    check(here, seed)
