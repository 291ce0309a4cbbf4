"""A move of state that is cut off anywhere is finished by the same call, and until then nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.local_cloud import REGION, Cloud, unique

from fairway.model.errors import Failed, WrongInput
from fairway.model.journal import Begun, Intent
from fairway.model.journal import to_json as entry_json
from fairway.model.objects import Blob, Objects, Version
from fairway.model.plan import Action
from fairway.model.state import ResourceState, StackState
from fairway.stacks import migrate as migrating
from fairway.stacks.inspect import deployed
from fairway.stacks.migrate import Migrated, Move, migrate
from fairway.stacks.request import Target
from fairway.stacks.run import Ports
from fairway.stacks.storage import open_store
from fairway.state.document import new_state
from fairway.state.holder import this_process
from fairway.state.lease import Place
from fairway.state.store import Store
from fairway.state.waiting import acquire

PORTS = Ports(emit=lambda _: None, confirm=lambda _: True, patience=0.0)
QUEUE = ResourceState("Orders", "AWS::SQS::Queue", "orders", properties={"DelaySeconds": 1})
ZIP = b"PK code"


class Killed(BaseException):
    """The process is dead: nothing handles it."""


@dataclass
class Dying:
    """Fulfils `Objects` with another's, until it has written so often: then it is as if it were killed."""

    objects: Objects
    left: list[int]

    @property
    def place(self) -> str:
        return self.objects.place

    def get(self, key: str, *, version: str = "") -> Blob | None:
        return self.objects.get(key, version=version)

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        self._write(key)
        return self.objects.put(key, content, replacing=replacing, durable=durable)

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        self._write(key)
        self.objects.delete(key, replacing=replacing)

    def keys(self, prefix: str) -> Sequence[str]:
        return self.objects.keys(prefix)

    def versions(self, key: str) -> Iterable[Version]:
        return self.objects.versions(key)

    def _write(self, key: str) -> None:
        if "/lease" in key or "/waiting/" in key:
            return
        if self.left[0] == 0:
            raise Killed
        self.left[0] -= 1


@pytest.fixture(params=["to-bucket", "to-folder", "between-folders"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Target, Target]:
    """Where the state is, and where it is to be."""
    here = Target("shop", "dev", REGION, str(tmp_path / "here"), tmp_path / "cache")
    if request.param == "between-folders":
        return here, replace(here, state=str(tmp_path / "there"))
    cloud: Cloud = request.getfixturevalue("local_cloud")
    bucket = unique("states")
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    there = replace(here, state=f"s3://{bucket}/team", endpoint_url=cloud.endpoint, local=True)
    here = replace(there, state=here.state)
    return (here, there) if request.param == "to-bucket" else (there, here)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Target, Target]:
    here = Target("shop", "dev", REGION, str(tmp_path / "here"), tmp_path / "cache")
    return here, replace(here, state=str(tmp_path / "there"))


def deploy(target: Target) -> StackState:
    """What two deploys leave."""
    store = open_store(target)
    first = store.save(replace(new_state("shop", "dev"), resources={"Orders": QUEUE}))
    for number in (1, 2):
        store.deployments("dev", "shop").write(number, {"number": number})
    store.artifacts("dev", "shop").put("ab" * 32, ZIP)
    return store.save(first)


def begin(target: Target, state: StackState) -> None:
    """What a deploy that was cut off leaves: it had sent the create of a topic."""
    begun = Begun(1.0, "me", "deploy", "shop", "dev", "", "", state.lineage, state.serial, "key")
    lines = [entry_json(begun), entry_json(Intent("News", "AWS::SNS::Topic", Action.CREATE))]
    open_store(target).journal("dev", "shop").append(lines)


def move(source: Target, target: Target, confirm: Callable[[Move], bool] = lambda _: True) -> Migrated:
    return migrate(target, source, PORTS, confirm)


def everything(target: Target) -> dict[str, bytes]:
    """What a place has of the stack, but for what belongs to its leases."""
    objects = open_store(target).objects
    names = [key for key in objects.keys("dev/shop/") if "/lease" not in key and "/waiting/" not in key]
    found = {key.removeprefix("dev/shop/"): objects.get(key) for key in names}
    return {name: blob.content for name, blob in found.items() if blob}


@contextmanager
def killed_after(writes: int) -> Iterator[list[int]]:
    """Within, both places die together after so many writes; what is left is how many were not made."""
    left = [writes]

    def dying(target: Target, *rest: Any) -> Store:
        return Store(Dying(open_store(target, *rest).objects, left))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "open_store", dying)
        yield left


def test_all_of_it_is_moved_as_it_was(places: tuple[Target, Target]) -> None:
    source, target = places
    state = deploy(source)
    before = everything(source)
    ended = move(source, target)
    assert (ended.result, ended.serial) == ("migrated", state.serial)
    assert everything(target) == before
    assert deployed(target) == state
    assert set(everything(source)) == {*before, "moved.json", f"archive/{state.lineage}-2.json"} - {
        "state.json"
    }
    assert move(source, target).result == "unchanged"


def test_what_goes_on_there_can_come_back(places: tuple[Target, Target]) -> None:
    source, target = places
    state = deploy(source)
    move(source, target)
    open_store(target).save(state)
    open_store(target).deployments("dev", "shop").write(3, {"number": 3})
    assert move(target, source).serial == state.serial + 1
    assert open_store(source).deployments("dev", "shop").numbers() == [1, 2, 3]
    assert "moved.json" not in everything(source)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # threads are killed too
@pytest.mark.parametrize("cut_off", [False, True], ids=["finished", "cut-off-deploy"])
def test_killed_after_any_write_it_is_finished_by_the_next_call(
    places: tuple[Target, Target], cut_off: bool
) -> None:
    writes, done = 0, False
    while not done:
        source, target = (replace(each, state=f"{each.state}/{writes}") for each in places)
        state = deploy(source)
        before = everything(source)
        if cut_off:
            begin(source, state)
        with killed_after(writes) as left:
            done = _finishes(source, target)
        _require_found(source, target, state)
        if not done:
            move(source, target)
        moved = deployed(target)
        assert ("News" in moved.pending) == cut_off
        assert replace(moved, pending={}, serial=0, fence=0) == replace(state, serial=0, fence=0)
        assert before.keys() == everything(target).keys()
        assert "state.json" not in everything(source)
        writes += 1
    assert left[0] == 0
    assert writes > 8


def _finishes(source: Target, target: Target) -> bool:
    try:
        move(source, target)
    except Killed:
        return False
    return True


def _require_found(source: Target, target: Target, state: StackState) -> None:
    """At any moment a place has the whole state, and one that has a part of it says where the whole is."""
    found = {place.state: _state_or_word(place) for place in (source, target) if everything(place)}
    states = [each for each in found.values() if isinstance(each, StackState)]
    assert states
    assert all(each.resources == state.resources for each in states)
    assert all(each == "state.moved" for each in found.values() if isinstance(each, str))


def _state_or_word(place: Target) -> StackState | str:
    try:
        return deployed(place)
    except WrongInput as error:
        return error.code


def test_after_a_move_that_was_cut_off_the_old_place_may_go_on(folders: tuple[Target, Target]) -> None:
    source, target = folders
    state = deploy(source)
    with killed_after(3), pytest.raises(Killed):
        move(source, target)
    open_store(source).save(state)
    open_store(source).deployments("dev", "shop").write(2, {"number": 2, "ended": True})
    assert move(source, target).serial == state.serial + 1
    assert open_store(target).deployments("dev", "shop").read(2) == {"number": 2, "ended": True}


def test_what_went_on_in_the_new_place_is_kept(folders: tuple[Target, Target]) -> None:
    source, target = folders
    state = deploy(source)
    with killed_after(6), pytest.raises(Killed):
        move(source, target)
    later = open_store(target).save(state)
    assert move(source, target).result == "migrated"
    assert deployed(target) == later
    assert "state.json" not in everything(source)


def test_a_first_deploy_that_was_cut_off_is_moved_too(folders: tuple[Target, Target]) -> None:
    source, target = folders
    begin(source, new_state("shop", "dev"))
    assert migrating.stacks_to_migrate(source) == ("shop",)
    move(source, target)
    assert list(deployed(target).pending) == ["News"]
    assert "journal.jsonl" not in everything(source)


def test_another_state_in_the_new_place_is_never_touched(places: tuple[Target, Target]) -> None:
    source, target = places
    state, other = deploy(source), deploy(target)
    before = everything(source), everything(target)
    with pytest.raises(Failed) as caught:
        move(source, target)
    assert caught.value.code == "state.target-taken"
    for each in (state, other):
        assert f"serial {each.serial} of lineage {each.lineage}" in caught.value.why
    assert (everything(source), everything(target)) == before


def test_the_history_of_an_earlier_stack_is_not_written_over(folders: tuple[Target, Target]) -> None:
    source, target = folders
    deploy(source)
    deploy(target)
    open_store(target).archive("dev", "shop")
    before = everything(source), everything(target)
    with pytest.raises(Failed, match="2 deployments of an earlier shop"):
        move(source, target)
    assert (everything(source), everything(target)) == before


def test_declined_nothing_is_written(folders: tuple[Target, Target]) -> None:
    source, target = folders
    state = deploy(source)
    begin(source, state)
    before = everything(source)
    asked: list[Move] = []

    def no(wanted: Move) -> bool:
        asked.append(wanted)
        return False

    assert move(source, target, no).result == "declined"
    assert asked == [Move("shop", state.serial, 1, source.state, target.state)]
    assert (everything(source), everything(target)) == (before, {})


@pytest.mark.parametrize("held", [0, 1], ids=["source", "target"])
def test_nothing_is_moved_while_somebody_works_in_either_place(
    folders: tuple[Target, Target], held: int
) -> None:
    source, target = folders
    state = deploy(source)
    place = Place(open_store(folders[held]).objects, "dev/shop/lease.json")
    with acquire(place, this_process("deploy")), pytest.raises(Failed) as caught:
        move(source, target)
    assert caught.value.code == "state.locked"
    assert deployed(source) == state
    assert everything(target) == {}


def test_a_stack_that_is_not_there_is_refused(folders: tuple[Target, Target]) -> None:
    source, target = folders
    deploy(source)
    with pytest.raises(WrongInput) as caught:
        migrate(replace(target, stack="web"), replace(source, stack="web"), PORTS, lambda _: True)
    assert (caught.value.code, "shop" in caught.value.next) == ("state.not-deployed", True)
