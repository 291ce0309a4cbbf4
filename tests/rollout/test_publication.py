"""What publishing comes to: compared by content, pages last, nothing removed that an open tab needs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.site import Release, Served, SiteObject, SiteState
from fairway.rollout.publication import EVERYTHING, MOST_PATHS, Publication, Routes, invalidated, publication
from fairway.rollout.web import IMMUTABLE, cache_control, content_type

Files = Mapping[str, str]


def served(files: Files) -> dict[str, Served]:
    return {key: Served(text, content_type(key), cache_control(key)) for key, text in files.items()}


class Site:
    """A bucket in memory, published to as often as one likes."""

    def __init__(self) -> None:
        self.state = SiteState()
        self.bucket: dict[str, str] = {}

    def plan(self, files: Files) -> Publication:
        return publication(str(sorted(files.items())), served(files), self.state, self.bucket)

    def publish(self, files: Files) -> Publication:
        todo = self.plan(files)
        for key in todo.uploads:
            self.bucket[key] = f"etag of {files[key]}"
        for key in todo.removals:
            del self.bucket[key]
        new = served(files)
        put = {key: SiteObject(new[key], self.bucket[key], todo.number) for key in todo.uploads}
        release = Release(todo.number, str(sorted(files.items())), 0)
        self.state = SiteState("bucket", "", (release,), {**todo.kept, **put})
        return todo


PAGE, SCRIPT, OTHER = "index.html", "assets/app-DiwrgT1a.js", "assets/app-Bx92mmQ4.js"


def test_pages_go_up_after_everything_that_they_lead_to() -> None:
    todo = Site().publish({PAGE: "home", SCRIPT: "code", "about/index.html": "about", "robots.txt": "all"})
    assert todo.assets == (SCRIPT, "robots.txt")
    assert todo.pages == ("about/index.html", PAGE)


def test_what_is_there_already_is_not_touched() -> None:
    site = Site()
    site.publish({PAGE: "home", SCRIPT: "code"})
    todo = site.publish({PAGE: "home", SCRIPT: "code"})
    assert (todo.number, todo.uploads, todo.removals, todo.changed) == (1, (), (), ())


def test_one_changed_page_is_one_upload_and_one_path() -> None:
    site = Site()
    site.publish({PAGE: "home", SCRIPT: "code"})
    todo = site.publish({PAGE: "new home", SCRIPT: "code"})
    assert (todo.number, todo.uploads, todo.removals, todo.changed) == (2, (PAGE,), (), (PAGE,))


def test_a_hashed_file_stays_for_one_release_more() -> None:
    site = Site()
    site.publish({PAGE: "1", SCRIPT: "code"})
    assert site.publish({PAGE: "2", OTHER: "new code"}).removals == ()
    assert SCRIPT in site.bucket
    assert site.publish({PAGE: "3", OTHER: "new code"}).removals == (SCRIPT,)


def test_what_has_the_same_name_in_every_release_goes_at_once() -> None:
    site = Site()
    site.publish({PAGE: "1", "about.html": "about", "logo.svg": "logo"})
    todo = site.publish({PAGE: "1"})
    assert todo.removals == todo.changed == ("about.html", "logo.svg")


def test_what_was_put_there_by_others_is_left_alone() -> None:
    site = Site()
    site.bucket["uploads/picture.png"] = "theirs"
    site.publish({PAGE: "1"})
    site.publish({PAGE: "2"})
    assert site.bucket["uploads/picture.png"] == "theirs"


def test_what_was_changed_or_removed_by_hand_is_put_back() -> None:
    site = Site()
    files = {PAGE: "home", "about.html": "about", SCRIPT: "code"}
    site.publish(files)
    site.bucket[PAGE] = "by hand"
    del site.bucket[SCRIPT]
    todo = site.publish(files)
    assert (todo.number, todo.uploads, todo.changed) == (1, (SCRIPT, PAGE), (PAGE,))


def test_another_header_alone_is_a_change() -> None:
    site = Site()
    site.publish({PAGE: "home"})
    wanted = {PAGE: Served("home", "text/html", "max-age=60")}
    assert publication("same", wanted, site.state, site.bucket).uploads == (PAGE,)


NAMES = st.sampled_from([PAGE, "about.html", SCRIPT, OTHER, "assets/app-Cq81kLm2.js", "logo.svg"])
CONTENTS = st.dictionaries(NAMES, st.sampled_from("abc"), max_size=6)


@given(st.lists(CONTENTS, max_size=6))
def test_whatever_was_published_before_the_bucket_has_the_release_and_little_else(
    releases: list[dict[str, str]],
) -> None:
    site, before = Site(), set[str]()
    for files in releases:
        held = dict(site.bucket)
        todo = site.publish(files)
        assert {key: site.bucket[key] for key in files} == {k: f"etag of {v}" for k, v in files.items()}
        assert set(site.bucket) == set(site.state.objects)
        moved = {key for key in held if site.bucket.get(key) != held[key]}
        lasting = {key for key in moved - set(site.bucket) if cache_control(key) == IMMUTABLE}
        assert moved - lasting <= set(todo.changed), "an edge may still have it"
        assert set(site.bucket) - set(files) <= before | set(held)
        assert not site.plan(files).uploads
        before = set(files)


ROUTES = Routes("index.html", frozenset({"lost.html"}))


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ((), ()),
        (("about.html",), ("/about.html",)),
        (("index.html",), ("/index.html", "/")),
        (("lost.html", "about.html"), EVERYTHING),
        (("my page é.html",), ("/my%20page%20%C3%A9.html",)),
        (tuple(f"{n}.html" for n in range(MOST_PATHS + 1)), EVERYTHING),
    ],
)
def test_just_the_paths_that_may_be_kept_are_invalidated(
    changed: tuple[str, ...], paths: tuple[str, ...]
) -> None:
    assert invalidated(changed, ROUTES) == paths
