"""The state store or the network goes away in the middle of a deploy."""

from __future__ import annotations

import math

import pytest
from tests.crash.interruptions import Outage, anything, the_state
from tests.crash.place import Backend, Place
from tests.crash.proxy import Verdict
from tests.crash.trial import Case, outcome, prepare, undisturbed
from tests.crash.zygote import Ended

pytestmark = pytest.mark.xdist_group("crash")
FOR_GOOD = math.inf


def deploy(here: Place, backend: Backend, outage: Outage) -> Ended:
    """A first deploy during which something is away."""
    case = Case("atlas", "deploy", backend)
    prepare(here, case)
    ended = here.run(backend, here.stacks["atlas"].command("deploy"), outage)
    assert outage.failed, "the outage hit nothing"
    assert "Traceback" not in ended.err
    return ended


def assert_converges(here: Place, backend: Backend) -> None:
    """The next deploy ends with what an undisturbed one makes, and destroy leaves nothing."""
    case = Case("atlas", "deploy", backend)
    found = list(outcome(here, case, undisturbed(here, case)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "seconds", [2.0, pytest.param(60.0, marks=pytest.mark.soak)], ids=["shortly", "for a minute"]
)
def test_a_deploy_survives_a_state_store_that_is_away(here: Place, seconds: float) -> None:
    ended = deploy(here, "s3", Outage(10, seconds, Verdict.REFUSE, the_state))
    assert ended.code == 0, ended.err
    assert_converges(here, "s3")


def test_a_deploy_survives_a_network_that_is_cut_for_a_moment(here: Place) -> None:
    ended = deploy(here, "folder", Outage(10, 0.5, Verdict.LOSE, anything))
    assert ended.code == 0, ended.err
    assert_converges(here, "folder")


@pytest.mark.parametrize(
    ("backend", "seconds"),
    [
        ("folder", FOR_GOOD),
        pytest.param("folder", 20.0, marks=pytest.mark.soak),
        pytest.param("s3", 20.0, marks=pytest.mark.soak),
        pytest.param("s3", FOR_GOOD, marks=pytest.mark.soak),
    ],
)
def test_the_next_deploy_finishes_what_a_cut_network_stopped(
    here: Place, backend: Backend, seconds: float
) -> None:
    ended = deploy(here, backend, Outage(10, seconds, Verdict.LOSE, anything))
    assert ended.code == (1 if seconds == FOR_GOOD else ended.code)
    assert ended.code in (0, 1)
    assert_converges(here, backend)
