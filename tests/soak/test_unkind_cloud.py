"""With every fault on, deploy, change and destroy converge without help and leave nothing.

A few seeds run with the other tests, all of them with `make faults`. A failure names its seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from shutil import rmtree

import pytest
from tests.cli.program import Program, program
from tests.local_cloud import Cloud
from tests.soak.inventory import inventory, kinds
from tests.soak.stack import lay_out

from fairway.local.client import LocalCloud

SEEDS = 200
ALWAYS = 2
"""How many of them run with every `make test`."""

# As on AWS, but for the times: a run should take seconds. Rates are generous for the same reason: API Gateway
# alone would take half a minute for each API that goes.
FAULTS: Mapping[str, float] = {
    "latency": 2,
    "jitter": 0.5,
    "throttling": 20,
    "errors": 0.02,
    "dropped": 0.02,
    "propagation": 0.8,
    "pending": 0.4,
    "conflicts": 1,
    "names": 0.8,
    "lag": 0.3,
}
STACK = ("--stack", "unkind", "--allow-data-loss", "*")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of its own: what there is in it is counted."""
    home = tmp_path_factory.mktemp("unkind")
    local = LocalCloud(home)
    yield Cloud(home, local.up(port=0).endpoint, local)
    local.down()


@pytest.fixture(scope="module")
def app(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """One folder and stack for every seed: each run meets the names that the one before has just given up."""
    return program(tmp_path_factory.mktemp("app"), cloud)


@pytest.fixture(autouse=True)
def _one_failure_is_one(cloud: Cloud, app: Program) -> Iterator[None]:
    """What a run that failed left is no fault of the next one's."""
    yield
    if left(cloud):
        cloud.local.reset()
        rmtree(app.folder / ".fairway" / "state")


@pytest.fixture(scope="module")
def undisturbed(cloud: Cloud, app: Program) -> tuple[Counter[str], Counter[str]]:
    """What each version consists of when nothing goes wrong."""
    counted = []
    for changed in (False, True):
        lay_out(app.folder, changed=changed)
        run(app, "deploy", "--yes")
        run(app, "plan", "--exit-code")
        counted.append(kinds(inventory(cloud)))
    run(app, "destroy", "--yes")
    assert not left(cloud)
    return counted[0], counted[1]


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.soak] if n > ALWAYS else []) for n in range(1, SEEDS + 1)]
)
def test_it_converges_and_leaves_nothing(
    cloud: Cloud, app: Program, undisturbed: tuple[Counter[str], Counter[str]], seed: int
) -> None:
    for changed in (False, True):
        lay_out(app.folder, changed=changed)
        unkindly(cloud, app, seed, "deploy", "--yes")
        assert kinds(inventory(cloud)) == undisturbed[changed], f"seed {seed}"
        unkindly(cloud, app, seed, "plan", "--exit-code")
    unkindly(cloud, app, seed, "destroy", "--yes")
    assert not left(cloud), f"seed {seed}"


def unkindly(cloud: Cloud, app: Program, seed: int, *command: str) -> None:
    """Run a command while everything that can happen happens."""
    cloud.local.set_faults({**FAULTS, "seed": seed})
    try:
        run(app, *command)
    finally:
        cloud.local.set_faults(dict.fromkeys(FAULTS, 0))


def run(app: Program, *command: str) -> None:
    ended = app(*command, *STACK, timeout=300)
    assert ended.code == 0, f"{command[0]}: {ended.out}{ended.err}"


def left(cloud: Cloud) -> set[tuple[str, str]]:
    """What there still is, but for the bucket that Fairway keeps code in."""
    return {each for each in inventory(cloud) if not (each[0] == "bucket" and each[1].startswith("fairway-"))}
