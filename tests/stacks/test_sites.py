"""A site is published to a real bucket and distribution: only what differs, proved, and back again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.local.apis_world import call
from tests.local.test_distributions import Site as Edge
from tests.local.test_distributions import site as edge
from tests.local_cloud import REGION, Cloud, unique

from fairway.build.site import SiteSource
from fairway.model.errors import Failed, WrongInput
from fairway.model.events import Event, SitePublished
from fairway.rollout import sites
from fairway.rollout.objects import Bucket
from fairway.stacks.request import Target
from fairway.stacks.run import Ports
from fairway.stacks.sites import SiteRequest, publish_site, roll_back_site, site_state

SCRIPT, OTHER = "assets/app-DiwrgT1a.js", "assets/app-Bx92mmQ4.js"
FILES = {"index.html": "home", "about.html": "about", SCRIPT: "code"}


@dataclass
class World:
    """A folder that is a site as it stands, and the bucket and distribution that it is published to."""

    edge: Edge
    folder: Path
    events: list[Event] = field(default_factory=list)

    @property
    def request(self) -> SiteRequest:
        target = Target(
            "shop",
            "test",
            REGION,
            str(self.folder / "state"),
            self.folder / "cache",
            self.edge.cloud.endpoint,
        )
        source = SiteSource("web", self.folder / "web", output=".")
        return SiteRequest(source, target, self.edge.bucket, self.edge.id)

    @property
    def ports(self) -> Ports:
        return Ports(emit=self.events.append, confirm=lambda _: True)

    def write(self, files: Mapping[str, str]) -> None:
        for path in sorted((self.folder / "web").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        for name, text in files.items():
            path = self.folder / "web" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def publish(self, files: Mapping[str, str], **changes: Any) -> SitePublished:
        self.write(files)
        return publish_site(replace(self.request, **changes), self.ports)

    def objects(self) -> dict[str, str]:
        s3 = self.edge.cloud.client("s3")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=self.edge.bucket).get("Contents", ())]
        bodies = {key: s3.get_object(Bucket=self.edge.bucket, Key=key)["Body"].read() for key in keys}
        return {key: body.decode() for key, body in bodies.items()}


@pytest.fixture
def world(local_cloud: Cloud, tmp_path: Path) -> World:
    (tmp_path / "web").mkdir()
    made = edge(local_cloud)
    local_cloud.client("s3").delete_object(Bucket=made.bucket, Key="index.html")
    return World(made, tmp_path)


def test_a_site_is_there_after_its_publication_with_its_headers(world: World) -> None:
    done = world.publish(FILES)
    assert (done.release, done.uploaded, done.size) == (1, 3, len("homeaboutcode"))
    assert world.objects() == FILES
    home, script = world.edge.get("/"), world.edge.get(f"/{SCRIPT}")
    assert (home.body, home.header("Content-Type")) == (b"home", "text/html; charset=utf-8")
    assert home.header("Cache-Control") == "no-cache"
    assert script.header("Cache-Control") == "public, max-age=31536000, immutable"


@pytest.fixture
def calls(local_cloud: Cloud) -> Any:
    """The calls that the cloud has got since the last time it was asked."""

    def count() -> Mapping[str, int]:
        found: Mapping[str, int] = call(local_cloud, "/_fairway/calls").json()["operations"]
        call(local_cloud, "/_fairway/calls", "DELETE")
        return found

    return count


def test_publishing_what_is_there_reads_and_writes_nothing(world: World, calls: Any) -> None:
    world.publish(FILES)
    calls()
    done = world.publish(FILES)
    assert (done.release, done.uploaded, done.removed, done.unchanged) == (1, 0, 0, 3)
    assert calls() == {"s3.ListObjectsV2": 1}


def test_one_line_is_one_upload_and_one_invalidation(world: World, calls: Any) -> None:
    world.publish(FILES)
    assert world.edge.body("/about.html") == b"about"
    calls()
    done = world.publish({**FILES, "about.html": "all about"})
    assert (done.release, done.uploaded, done.invalidated) == (2, 1, ("/about.html",))
    assert done.settled, "the local cloud's edge forgets at once"
    assert calls() == {
        "s3.ListObjectsV2": 2,
        "s3.PutObject": 1,
        "cloudfront.GetDistributionConfig": 1,
        "cloudfront.CreateInvalidation": 1,
    }
    assert world.edge.body("/about.html") == b"all about"


def test_the_root_is_invalidated_with_its_document(world: World) -> None:
    world.publish(FILES)
    assert world.publish({**FILES, "index.html": "new home"}).invalidated == ("/index.html", "/")


def test_a_page_that_stands_for_others_makes_the_edge_forget_everything(world: World) -> None:
    error = {
        "ErrorCode": 403,
        "ResponsePagePath": "/index.html",
        "ResponseCode": "200",
        "ErrorCachingMinTTL": 60,
    }
    world.edge.change(CustomErrorResponses={"Quantity": 1, "Items": [error]})
    world.publish(FILES)
    assert world.edge.body("/some/view") == b"home"
    assert world.publish({**FILES, "index.html": "new home"}).invalidated == ("/*",)
    assert world.edge.body("/some/view") == b"new home"


def test_what_is_gone_goes_last_and_hashed_files_a_release_later(world: World) -> None:
    world.publish(FILES)
    assert world.publish({"index.html": "2", OTHER: "new"}).removed == 1
    assert sorted(world.objects()) == [OTHER, SCRIPT, "index.html"]
    world.publish({"index.html": "3", OTHER: "new"})
    assert sorted(world.objects()) == [OTHER, "index.html"]


def test_the_release_before_can_be_gone_back_to_without_its_sources(world: World, tmp_path: Path) -> None:
    world.publish(FILES)
    world.publish({"index.html": "broken"})
    request = replace(world.request, target=replace(world.request.target, cache=tmp_path / "another cache"))
    done = roll_back_site(request, world.ports)
    assert done.release == 3
    assert world.objects() == FILES
    assert [release.number for release in site_state(world.request).releases] == [1, 2, 3]
    assert roll_back_site(request, world.ports, 2).release == 4
    assert world.objects()["index.html"] == "broken"


def test_a_release_that_there_is_not_cannot_be_gone_back_to(world: World) -> None:
    world.publish(FILES)
    for number in (0, 7):
        with pytest.raises(WrongInput, match="release"):
            roll_back_site(world.request, world.ports, number)


def test_a_publication_that_was_cut_off_is_finished_by_the_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between upload and invalidation: the bucket is new, and the edge still holds the old page."""
    world.publish(FILES)
    assert world.edge.body("/about.html") == b"about"

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(sites, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            world.publish({**FILES, "about.html": "all about"})
    assert world.edge.body("/about.html") in (b"about", b"all about")
    done = world.publish({**FILES, "about.html": "all about"})
    assert (done.release, done.invalidated) == (2, ("/about.html",))
    assert world.edge.body("/about.html") == b"all about"
    assert site_state(world.request).stale == ()


def test_what_another_put_into_the_bucket_stays(world: World) -> None:
    s3 = world.edge.cloud.client("s3")
    s3.put_object(Bucket=world.edge.bucket, Key="uploads/picture.png", Body=b"theirs")
    world.publish(FILES)
    world.publish({"index.html": "2"})
    assert world.objects()["uploads/picture.png"] == "theirs"


def test_an_object_that_was_changed_by_hand_is_put_back(world: World) -> None:
    world.publish(FILES)
    world.edge.put("about.html", "by hand")
    done = world.publish(FILES)
    assert (done.uploaded, done.invalidated) == (1, ("/about.html",))
    assert world.objects() == FILES


def test_what_does_not_hold_what_was_published_is_an_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Bucket.remove

    def meddling(bucket: Bucket, keys: Any) -> None:
        put(bucket, keys)
        world.edge.put("about.html", "by somebody else")

    monkeypatch.setattr(Bucket, "remove", meddling)
    with pytest.raises(Failed, match="about") as caught:
        world.publish(FILES)
    assert caught.value.code == "verify.stale"


def test_without_its_bucket_a_site_says_what_to_do(world: World) -> None:
    with pytest.raises(Failed) as caught:
        world.publish(FILES, bucket=unique("nowhere"))
    assert caught.value.code == "site.no-bucket"


def test_another_bucket_is_filled_from_the_beginning(world: World) -> None:
    world.publish(FILES)
    bucket = unique("second")
    world.edge.cloud.client("s3").create_bucket(Bucket=bucket)
    assert world.publish(FILES, bucket=bucket, distribution="").uploaded == 3


def test_two_publishers_at_once_take_turns(world: World) -> None:
    world.write(FILES)
    done: list[SitePublished] = []
    threads = [
        threading.Thread(target=lambda: done.append(publish_site(world.request, world.ports)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.uploaded for each in done) == [0, 3]
    assert [release.number for release in site_state(world.request).releases] == [1]


def test_it_is_waited_for_until_every_edge_has_forgotten_where_that_is_wanted(
    world: World, local_cloud: Cloud
) -> None:
    world.publish(FILES)
    local_cloud.local.set_faults({"pending": 1.5})
    try:
        done = world.publish({"index.html": "1"})
        assert not done.settled
        settled = replace(world.request, target=replace(world.request.target, until="settled"))
        world.write({"index.html": "2"})
        done = publish_site(settled, world.ports)
        assert done.settled
        assert done.seconds >= 1
    finally:
        local_cloud.local.set_faults({"pending": 0})
