"""What publishing a site would do, as plain data: compared by content, in the order in which nobody sees a
page whose parts are not there.

The hashed files of the release before stay for one release more: a tab that was opened before loads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from fairway.model.site import Served, SiteObject, SiteState
from fairway.rollout.web import IMMUTABLE, is_page

MOST_PATHS = 100
"""More than these are invalidated all at once: AWS bills paths, and a wildcard is one (docs: CloudFront)."""
EVERYTHING = ("/*",)


@dataclass(frozen=True)
class Publication:
    """The way from what is in the bucket to a release; `number` is the release's.

    `assets` go up first, then `pages`; `removals` are what no release needs any more. `changed` are the keys
    of what was served before and is another, or nothing, afterwards; of what has no other content under its
    key an edge may keep what it has. `kept` are the objects that stay.
    """

    number: int
    assets: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    removals: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: Mapping[str, SiteObject] = field(default_factory=dict)

    @property
    def uploads(self) -> tuple[str, ...]:
        """Everything that goes up."""
        return self.assets + self.pages


def publication(
    digest: str, files: Mapping[str, Served], known: SiteState, live: Mapping[str, str]
) -> Publication:
    """How to publish an artifact with these files, by key; `live` are the bucket's ETags by key.

    What in the bucket was not put there by a publication is left alone, unless a file has its name.
    """
    current = known.current
    number = (current.number if current else 0) + (current is None or current.digest != digest)
    same = {key for key, served in files.items() if _is_there(key, served, known, live)}
    odd = [key for key in sorted(files) if key not in same]
    removals = [
        key
        for key, held in sorted(known.objects.items())
        if key not in files and not _may_be_open(held, number)
    ]
    gone = [key for key in removals if key in live]
    replaced = [key for key in odd if key in live]
    left = {key: held for key, held in known.objects.items() if key not in files and key not in removals}
    return Publication(
        number,
        assets=tuple(key for key in odd if not is_page(key)),
        pages=tuple(key for key in odd if is_page(key)),
        removals=tuple(gone),
        changed=tuple(sorted([*replaced, *(key for key in gone if not _lasts(known.objects[key]))])),
        kept={**left, **{key: SiteObject(files[key], live[key], number) for key in same}},
    )


def _is_there(key: str, served: Served, known: SiteState, live: Mapping[str, str]) -> bool:
    """Whether the bucket holds just what was put there, which is what is wanted."""
    held = known.objects.get(key)
    return held is not None and held.served == served and bool(held.etag) and live.get(key) == held.etag


def _may_be_open(held: SiteObject, number: int) -> bool:
    return _lasts(held) and held.release >= number - 1


def _lasts(held: SiteObject) -> bool:
    return held.served.cache_control == IMMUTABLE


@dataclass(frozen=True)
class Routes:
    """What of a distribution decides under which paths a file is seen.

    `root` is the key that `/` stands for; `fallbacks` are pages that are kept in the place of others.
    """

    root: str = ""
    fallbacks: frozenset[str] = frozenset()


def invalidated(changed: Sequence[str], routes: Routes) -> tuple[str, ...]:
    """The paths at which a distribution may hold old contents of these keys."""
    if routes.fallbacks.intersection(changed):
        return EVERYTHING
    paths = tuple(dict.fromkeys(path for key in changed for path in _paths(key, routes)))
    return EVERYTHING if len(paths) > MOST_PATHS else paths


def _paths(key: str, routes: Routes) -> Iterable[str]:
    """Percent-encoded (docs: AmazonCloudFront, invalidation-specifying-objects)."""
    yield "/" + quote(key, safe="/~!$&'()*+,;=:@-._")
    if key == routes.root:
        yield "/"
