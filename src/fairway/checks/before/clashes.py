"""The names that a definition gives must be free."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from fairway.aws.failures import CallFailed
from fairway.checks.before.intended import Intended
from fairway.checks.outcome import Outcome, failed, numbered, passed
from fairway.checks.subject import Subject
from fairway.model.graph import Resource

_READERS = 8
_BUCKET = "AWS::S3::Bucket"
_ELSEWHERE = frozenset({"403", "AccessDenied", "301", "PermanentRedirect"})
"""How HeadBucket answers of a bucket in another account or region (BC s3 HeadBucket)."""


def check(intended: Intended, _: Subject) -> Outcome:
    """One read for each new resource whose name the definition gives."""
    known = intended.state.resources.keys() | _taken_over(intended)
    resources = [each for address, each in intended.definition.resources.items() if address not in known]
    with ThreadPoolExecutor(_READERS, "names") as readers:
        clashes = [each for each in readers.map(partial(_clash, intended), resources) if each]
    if clashes:
        whats, whys, ways = zip(*clashes, strict=True)
        return failed("; ".join(whats), why=_lines(whys), next=_lines(ways))
    return passed(f"free for {numbered(len(resources), 'new resource')}" if resources else "nothing is new")


def _taken_over(intended: Intended) -> frozenset[str]:
    """What is meant to be there already: `[[import]]` and `--adopt` name it."""
    request, state = intended.request, intended.state
    if "*" in request.adopt:
        return frozenset(intended.definition.resources)
    here = (each for each in request.imports if each.environment in ("", state.environment))
    return request.adopt | {each.address for each in here if each.stack == state.stack}


def _clash(intended: Intended, resource: Resource) -> tuple[str, str, str] | None:
    """What has the name already, why it is there, and what to do."""
    try:
        taken = intended.cloud.in_the_way(resource, intended.owner(resource.address))
    except CallFailed as failure:
        if resource.type == _BUCKET and failure.aws_code in _ELSEWHERE:
            name = resource.properties.get("BucketName")
            what = f"{resource.address}: the bucket {name} exists in another account or region"
            return what, "", "choose another name: those of buckets are the same all over the world"
        return None  # who may not read it will be told by its create
    return (f"{resource.address}: {taken.what}", taken.why, taken.next) if taken else None


def _lines(texts: Iterable[str]) -> str:
    """Each once, on a line of its own."""
    return "\n".join(filter(None, dict.fromkeys(texts)))
