"""A site's releases as text and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fairway.model.site import Release, SiteState
from fairway.report.style import Style, columns, plural

_HEAD = ("", "when", "commit", "content")


def render_site(name: str, state: SiteState, style: Style) -> str:
    """Where it is published, and a line for each release that can be gone back to, the newest first."""
    if not state.releases:
        return f"{name} has not been published yet"
    files = plural(len(state.objects), "file")
    where = f"{name} in {state.bucket}, {files}" + (f", {state.distribution}" if state.distribution else "")
    head, *lines = columns([_HEAD, *map(_row, reversed(state.releases))])
    left = [style.warning("its last publication was cut off: publish it again")] if state.stale else []
    return "\n".join([style.bold(where), style.dim(head), *lines, *left])


def site_line(name: str, state: SiteState) -> str:
    """In a word: which release is where, since when."""
    if state.current is None:
        return f"{name}: not published yet"
    left = ", its last publication was cut off" if state.stale else ""
    release = f"release {state.current.number} of {_time(state.current)}"
    return f"{name}: {release} in {state.bucket}, {plural(len(state.objects), 'file')}{left}"


def site_json(state: SiteState) -> dict[str, Any]:
    """What `fairway site show --json` answers."""
    return {
        "bucket": state.bucket,
        "distribution": state.distribution,
        "files": len(state.objects),
        "unfinished": bool(state.stale),
        "releases": [
            {"number": each.number, "digest": each.digest, "at": each.at, "commit": each.commit}
            for each in state.releases
        ],
    }


def _row(release: Release) -> tuple[str, str, str, str]:
    return str(release.number), _time(release), release.commit[:8], release.digest[:12]


def _time(release: Release) -> str:
    return datetime.fromtimestamp(release.at).strftime("%Y-%m-%d %H:%M:%S")
