"""A published site: its releases, and the objects that were put into its bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = 1
_BESIDE = "site."  # no stack has a dot in its name


def stack_of(site: str) -> str:
    """The name that a site has beside the stacks: in state and in events."""
    return _BESIDE + site


def site_of(stack: str) -> str:
    """The site that has this name beside the stacks; empty for a stack."""
    return stack.removeprefix(_BESIDE) if stack.startswith(_BESIDE) else ""


@dataclass(frozen=True)
class Served:
    """How a file is served: `digest` is its content's SHA-256 in hex, the others its headers."""

    digest: str
    content_type: str
    cache_control: str


@dataclass(frozen=True)
class SiteObject:
    """A file in the bucket. `etag` is S3's when it was put there, empty while that is not known.

    `release` is the number of the last release that has it.
    """

    served: Served
    etag: str
    release: int


@dataclass(frozen=True)
class Release:
    """One content of the site: `digest` is the artifact's, `at` in seconds since the epoch."""

    number: int
    digest: str
    at: float
    commit: str = ""


@dataclass(frozen=True)
class SiteState:
    """What Fairway knows of a site in one environment.

    `releases` are those whose artifacts are kept, the newest last. `objects` are all that it has put into the
    bucket, by key. `stale` are paths that the distribution may still hold old contents of, because a
    publication was cut off before it had invalidated them.
    """

    bucket: str = ""
    distribution: str = ""
    releases: tuple[Release, ...] = ()
    objects: Mapping[str, SiteObject] = field(default_factory=dict)
    stale: tuple[str, ...] = ()

    @property
    def current(self) -> Release | None:
        """The newest release."""
        return self.releases[-1] if self.releases else None


def to_json(state: SiteState) -> dict[str, Any]:
    """The state as it is stored."""
    return {"schema": SCHEMA, **asdict(state)}


def from_json(document: Mapping[str, Any]) -> SiteState:
    """The state of a stored document. Raises KeyError, TypeError or ValueError for what is none."""
    if document["schema"] != SCHEMA:
        raise ValueError(f"it has schema version {document['schema']}, this Fairway knows {SCHEMA}")
    return SiteState(
        bucket=document["bucket"],
        distribution=document["distribution"],
        releases=tuple(Release(**each) for each in document["releases"]),
        objects={
            key: SiteObject(Served(**each["served"]), each["etag"], each["release"])
            for key, each in document["objects"].items()
        },
        stale=tuple(document["stale"]),
    )
