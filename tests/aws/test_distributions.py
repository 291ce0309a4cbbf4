"""A distribution is usable before every edge has it: whether that is waited for is the user's choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.aws.round_trips_cdn import config
from tests.aws.world import World
from tests.local_cloud import Cloud as LocalCloud

from fairway.aws.provider import Live
from fairway.model.errors import FairwayError
from fairway.model.until import Until
from fairway.model.values import Properties

SECONDS = 0.7
KIND = "AWS::CloudFront::Distribution"


@pytest.fixture(autouse=True)
def _slow(local_cloud: LocalCloud) -> Iterator[None]:
    local_cloud.local.set_faults({"pending": SECONDS})
    yield
    local_cloud.local.set_faults({"pending": 0})


def created(world: World, address: str, until: Until = "ready") -> tuple[Live, Properties, list[str]]:
    """The distribution, what it was made of, and what was told."""
    cloud, told = world.cloud, list[str]()
    wanted = world.completed(KIND, {"DistributionConfig": config(world)}, address)
    return cloud.create(KIND, wanted, world.owner(address), told.append, until), wanted, told


def status(world: World, live: Live) -> str:
    answer = world.cloud.caller.call("cloudfront", "GetDistribution", {"Id": live.identifier})
    return str(answer["Distribution"]["Status"])


def test_a_distribution_that_is_in_progress_is_told_and_not_waited_for(
    world: World, local_cloud: LocalCloud
) -> None:
    local_cloud.local.set_faults({"pending": 30})
    live, _, told = created(world, "Quick")
    assert told == ["Status is InProgress, which is not waited for"]
    assert status(world, live) == "InProgress"


def test_it_is_waited_for_where_everything_is_to_have_settled(world: World) -> None:
    live, _, told = created(world, "Settled", "settled")
    assert set(told) == {"Status is InProgress"}
    assert status(world, live) == "Deployed"


def test_a_deletion_disables_it_and_waits_until_every_edge_knows(world: World) -> None:
    live, wanted, _ = created(world, "Leaving")
    told: list[str] = []
    world.cloud.delete(KIND, live.identifier, wanted, told.append)
    assert "being disabled: Status is InProgress" in told
    assert world.cloud.read(KIND, live.identifier, wanted) is None


def test_an_update_keeps_what_the_definition_does_not_speak_of_in_place(world: World) -> None:
    """The caller reference, which nobody may change, and the whole rest that the call demands."""
    live, wanted, _ = created(world, "Kept")
    before = raw(world, live)
    after = {**wanted, "DistributionConfig": config(world, Comment="changed")}
    world.cloud.update(KIND, live, wanted, after, frozenset({"DistributionConfig"}), lambda _: None)
    assert raw(world, live) == {**before, "Comment": "changed"}


def raw(world: World, live: Live) -> dict[str, Any]:
    answer = world.cloud.caller.call("cloudfront", "GetDistributionConfig", {"Id": live.identifier})
    config: dict[str, Any] = answer["DistributionConfig"]
    return config


def test_a_description_tells_access_controls_of_one_name_apart(world: World) -> None:
    """They have no tags, so one of another stack must not be taken for what a lost create made."""
    kind = "AWS::CloudFront::OriginAccessControl"
    config = {
        "Name": f"{world.stack}-shared",
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    world.create(kind, {"OriginAccessControlConfig": config}, "Mine")
    assert world.cloud.find(kind, {"OriginAccessControlConfig": config}, world.owner("Mine"))
    assert not world.cloud.find(kind, {"OriginAccessControlConfig": config}, world.owner("Theirs"))
    with pytest.raises(FairwayError, match="already exists"):
        world.create(kind, {"OriginAccessControlConfig": config}, "Theirs")
