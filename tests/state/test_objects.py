"""What every backend holds to: one writer wins, the others are told, and versions stay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from fairway.model.objects import ABSENT, Conflict, Objects

KEY = "prod/shop/state.json"


def test_what_was_put_is_there_under_its_tag(objects: Objects) -> None:
    assert objects.get(KEY) is None
    tag = objects.put(KEY, b"one")
    found = objects.get(KEY)
    assert found is not None
    assert (found.content, found.tag) == (b"one", tag)


def test_a_tag_names_one_content(objects: Objects) -> None:
    one, two = objects.put(KEY, b"one"), objects.put(KEY, b"two")
    assert one != two
    assert objects.put(KEY, b"one") == one


def test_only_who_saw_the_object_replaces_it(objects: Objects) -> None:
    first = objects.put(KEY, b"one", replacing=ABSENT)
    second = objects.put(KEY, b"two", replacing=first)
    with pytest.raises(Conflict):
        objects.put(KEY, b"three", replacing=first)
    with pytest.raises(Conflict):
        objects.put(KEY, b"three", replacing=ABSENT)
    found = objects.get(KEY)
    assert found is not None
    assert (found.content, found.tag) == (b"two", second)


def test_an_object_that_went_is_not_replaced(objects: Objects) -> None:
    tag = objects.put(KEY, b"one")
    objects.delete(KEY)
    with pytest.raises(Conflict):
        objects.put(KEY, b"two", replacing=tag)
    assert objects.get(KEY) is None


def test_only_who_saw_the_object_deletes_it(objects: Objects) -> None:
    first = objects.put(KEY, b"one")
    second = objects.put(KEY, b"two")
    for seen in (first, ABSENT):
        with pytest.raises(Conflict):
            objects.delete(KEY, replacing=seen)
    objects.delete(KEY, replacing=second)
    assert objects.get(KEY) is None


def test_deleting_nothing_is_no_error_unless_something_was_seen(objects: Objects) -> None:
    objects.delete(KEY)
    objects.delete(KEY, replacing=ABSENT)
    tag = objects.put("prod/shop/lease.json", b"x")
    with pytest.raises(Conflict):
        objects.delete(KEY, replacing=tag)


def test_an_object_can_come_back_after_it_was_deleted(objects: Objects) -> None:
    objects.put(KEY, b"one")
    objects.delete(KEY)
    objects.put(KEY, b"two", replacing=ABSENT)
    assert [version.size for version in objects.versions(KEY)] == [3, 3]


def test_every_version_stays_newest_first(objects: Objects) -> None:
    contents = [b"1", b"22", b"333"]
    for content in contents:
        objects.put(KEY, content)
    versions = list(objects.versions(KEY))
    assert [version.size for version in versions] == [3, 2, 1]
    assert sorted(versions, key=lambda version: -version.at) == versions
    read = [objects.get(KEY, version=version.id) for version in versions]
    assert [blob.content for blob in read if blob] == contents[::-1]


def test_versions_outlive_the_object(objects: Objects) -> None:
    objects.put(KEY, b"one")
    objects.delete(KEY)
    [version] = objects.versions(KEY)
    kept = objects.get(KEY, version=version.id)
    assert kept is not None
    assert kept.content == b"one"


def test_a_version_that_never_was_is_none(objects: Objects) -> None:
    objects.put(KEY, b"one")
    assert objects.get(KEY, version="000000099-0000000000000000") is None
    assert list(objects.versions("prod/other/state.json")) == []


def test_keys_are_those_below_a_prefix_sorted(objects: Objects) -> None:
    for key in ("prod/shop/state.json", "prod/shop/lease.json", "prod/a/state.json", "dev/shop/state.json"):
        objects.put(key, b"x")
    objects.put("prod/gone/state.json", b"x")
    objects.delete("prod/gone/state.json")
    assert objects.keys("prod/") == ["prod/a/state.json", "prod/shop/lease.json", "prod/shop/state.json"]
    assert objects.keys("prod/shop/l") == ["prod/shop/lease.json"]
    assert objects.keys("staging/") == []


def test_of_many_that_create_at_once_one_wins(objects: Objects) -> None:
    assert _race(objects, ABSENT) == 1


def test_of_many_that_replace_at_once_one_wins(objects: Objects) -> None:
    assert _race(objects, objects.put(KEY, b"before")) == 1


def _race(objects: Objects, seen: str, writers: int = 12) -> int:
    """How many of that many writers, who all saw the same, have written."""
    start = Barrier(writers)

    def write(number: int) -> bool:
        start.wait()
        try:
            objects.put(KEY, b"%d" % number, replacing=seen)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(writers) as pool:
        return sum(pool.map(write, range(writers)))
