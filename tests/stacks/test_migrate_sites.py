"""What is known of a site moves as a whole: cut off anywhere, the same call finishes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.local_cloud import REGION
from tests.stacks.test_migrate import PORTS, ZIP, Dying, Killed

from fairway.model.errors import Failed, WrongInput
from fairway.model.site import Release, Served, SiteObject, SiteState
from fairway.stacks import migrate_sites as migrating
from fairway.stacks.migrate import Migrated, Move
from fairway.stacks.migrate_sites import migrate_sites, sites_to_migrate
from fairway.stacks.request import Target
from fairway.stacks.storage import open_store
from fairway.state.store import Store

NAME = "site.web"
PAGE = SiteObject(Served("ab" * 32, "text/html", "no-cache"), "etag", 1)
FIRST, SECOND, OTHER = Release(1, "ab" * 32, 1.0), Release(2, "cd" * 32, 2.0), Release(1, "ef" * 32, 3.0)
SITE = SiteState("bucket", "EDGE", (FIRST,), {"index.html": PAGE})


@pytest.fixture
def places(tmp_path: Path) -> tuple[Target, Target]:
    """Where the state is, and where it is to be."""
    here = Target("shop", "dev", REGION, str(tmp_path / "here"), tmp_path / "cache")
    return here, replace(here, state=str(tmp_path / "there"))


def publish(target: Target, site: SiteState) -> None:
    """What a publication leaves."""
    store = open_store(target)
    file = store.site("dev", NAME)
    file.load()
    for release in site.releases:
        store.artifacts("dev", NAME).put(release.digest, ZIP)
    file.save(site)


def known(target: Target) -> SiteState:
    return open_store(target).site("dev", NAME).load()


def kept(target: Target) -> set[str]:
    return set(open_store(target).artifacts("dev", NAME).digests())


def move(source: Target, target: Target, *, agrees: bool = True) -> list[Migrated]:
    asked: list[Move] = []

    def confirm(each: Move) -> bool:
        asked.append(each)
        return agrees

    return list(migrate_sites(target, source, sites_to_migrate(source), PORTS, confirm))


@contextmanager
def killed_after(writes: int) -> Iterator[list[int]]:
    """Within, both places die together after so many writes; what is left is how many were not made."""
    left = [writes]

    def dying(target: Target, *rest: Any) -> Store:
        return Store(Dying(open_store(target, *rest).objects, left))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "open_store", dying)
        yield left


def test_all_of_it_is_there_and_the_old_place_says_so(places: tuple[Target, Target]) -> None:
    source, target = places
    publish(source, SITE)
    [ended] = move(source, target)
    assert (ended.result, ended.stack, ended.serial) == ("migrated", NAME, 1)
    assert (known(target), kept(target)) == (SITE, {FIRST.digest})
    with pytest.raises(WrongInput, match="is in") as moved:
        known(source)
    assert (moved.value.code, target.state in moved.value.next) == ("state.moved", True)
    assert move(source, target) == []


def test_it_can_come_back(places: tuple[Target, Target]) -> None:
    source, target = places
    publish(source, SITE)
    move(source, target)
    later = replace(SITE, releases=(FIRST, SECOND))
    publish(target, later)
    assert [each.serial for each in move(target, source)] == [2]
    assert (known(source), kept(source)) == (later, {FIRST.digest, SECOND.digest})


def test_declined_it_stays(places: tuple[Target, Target]) -> None:
    source, target = places
    publish(source, SITE)
    assert [each.result for each in move(source, target, agrees=False)] == ["declined"]
    assert (known(source), known(target)) == (SITE, SiteState())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # threads are killed too
@pytest.mark.parametrize("went_on", ["", "source", "target"])
def test_killed_after_any_write_it_is_finished_by_the_next_call(
    places: tuple[Target, Target], went_on: str
) -> None:
    """Also where somebody has published in the meantime, in the place that still had it or has it by now."""
    later, left, writes = replace(SITE, releases=(FIRST, SECOND)), [0], 0
    while not left[0]:
        source, target = (replace(each, state=f"{each.state}/{writes}") for each in places)
        publish(source, SITE)
        with killed_after(writes) as left:
            try:
                move(source, target)
            except Killed:
                pass
            else:
                break
        assert known(source) == SITE, "until all is there the old place has it"
        if went_on:
            publish({"source": source, "target": target}[went_on], later)
        move(source, target)
        assert known(target) == (later if went_on else SITE)
        assert kept(target) >= {each.digest for each in known(target).releases}
        writes += 1
    assert writes == 3, "the artifact, the document, and the word on where it is"


def test_another_one_there_is_never_touched(places: tuple[Target, Target]) -> None:
    source, target = places
    other = replace(SITE, releases=(OTHER,))
    publish(source, SITE)
    publish(target, other)
    with pytest.raises(Failed) as caught:
        move(source, target)
    assert caught.value.code == "state.target-taken"
    assert (known(source), known(target)) == (SITE, other)
