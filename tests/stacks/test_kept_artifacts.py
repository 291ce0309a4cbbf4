"""The artifacts of the last twenty good deployments stay, so that one can go back to them; older ones go."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.local_cloud import Cloud
from tests.state.backends import s3_objects

from fairway.model.deployment import KEPT
from fairway.model.graph import Definition, Resource
from fairway.model.location import Location
from fairway.model.results import DeploymentResult
from fairway.model.values import Artifact
from fairway.stacks.history import Subject, history_of, remembered
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run
from fairway.state.document import new_state
from fairway.state.folder import FolderObjects
from fairway.state.store import Store

TARGET = Target("shop", "dev", "eu-west-1", "state", Path("cache"))
PORTS = Ports(emit=lambda _: None, confirm=lambda _: True)
SHARED = b"a layer that never changes"


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Store(FolderObjects(tmp_path / "states"))
    cloud: Cloud = request.getfixturevalue("local_cloud")
    return Store(s3_objects(cloud))


def built(folder: Path, content: bytes) -> Artifact:
    digest = hashlib.sha256(content).hexdigest()
    file = folder / f"{digest}.zip"
    file.write_bytes(content)
    return Artifact(digest, str(file))


def deployment(store: Store, folder: Path, content: bytes, result: DeploymentResult = "succeeded") -> str:
    """Record a deployment of that code, beside a layer that all have; returns the code's digest."""
    code, layer = built(folder, content), built(folder, SHARED)
    function = Resource("F", "AWS::Lambda::Function", {"Code": code, "L": layer}, Location("t.yaml", 1))
    run = Run("deploy", TARGET, PORTS, folder)
    subject = Subject(new_state("shop", "dev"), Definition("sam", "t.yaml", {"F": function}))
    with remembered(run, store, dict, subject):
        run.finish(result, None, calls={})
    return code.digest


def test_the_deployment_after_the_twentieth_removes_the_first_ones(store: Store, tmp_path: Path) -> None:
    kept = store.artifacts("dev", "shop")
    codes = [deployment(store, tmp_path, b"code %d" % number) for number in range(KEPT)]
    failed = deployment(store, tmp_path, b"that failed", "failed")
    layer = hashlib.sha256(SHARED).hexdigest()
    assert kept.digests() == {*codes, failed, layer}
    newest = deployment(store, tmp_path, b"the next good one")
    assert kept.digests() == {*codes[1:], newest, layer}, "the first one's, and what never was good"
    assert kept.get(newest) == b"the next good one"
    last = history_of(store, TARGET).last()
    assert last
    assert len(last.kept) == KEPT
    assert 1 not in last.kept


def test_the_same_code_again_stays_however_old_it_is(store: Store, tmp_path: Path) -> None:
    first = deployment(store, tmp_path, b"the first")
    for number in range(KEPT - 1):
        deployment(store, tmp_path, b"code %d" % number)
    assert deployment(store, tmp_path, b"the first") == first
    assert first in store.artifacts("dev", "shop").digests()
