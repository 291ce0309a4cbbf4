"""Objects in an S3 bucket: replaced by conditional writes, and kept in versions where the bucket has them.

Sources: BC s3 PutObject, DeleteObject, ListObjectVersions;
docs:AmazonS3/latest/userguide/conditional-writes.html (412, 409), docs:AmazonS3 ErrorResponses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairway.aws.calls import Answer, Caller, Schedule
from fairway.aws.failures import CallFailed, Kind, classify
from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Blob, Conflict, Version

PATIENCE = Schedule((0.1,), 5.0, 120.0, jittered=True)
"""How long a bucket that does not answer is tried, in seconds: an outage of a minute costs a minute."""
ANSWER = 15.0
"""Seconds to wait for one answer; the documents are small."""
ENCRYPTION = {"ServerSideEncryption": "AES256"}

_RETRIED = frozenset({Kind.LOAD, Kind.UNCERTAIN, Kind.CONFLICT})
_REFUSED = frozenset({"PreconditionFailed", "NoSuchKey"})
"""How S3 answers a condition that does not hold: another content is there, or none."""
_NONE = frozenset({"NoSuchKey", "NoSuchVersion"})
_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem"})


class S3Objects:
    """Fulfils `Objects` below a prefix of a bucket. The tag is the ETag."""

    def __init__(self, caller: Caller, bucket: str, prefix: str = "") -> None:
        self._caller = caller
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    @property
    def place(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def get(self, key: str, *, version: str = "") -> Blob | None:
        chosen = {"VersionId": version} if version else {}
        try:
            answer = self._call("GetObject", {"Key": self._prefix + key, **chosen})
        except CallFailed as failure:
            if failure.aws_code in _NONE:
                return None
            raise
        return Blob(answer["Body"], answer["ETag"])

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:  # noqa: ARG002 - always is
        condition = {"IfNoneMatch": "*"} if replacing == ABSENT else _matching(replacing)
        written = {"Key": self._prefix + key, "Body": content, **ENCRYPTION, **condition}
        tries = _Tries()
        try:
            answer = self._call("PutObject", written, tries)
        except CallFailed as failure:
            if failure.aws_code not in _REFUSED or not condition:
                raise
            return self._written_before(key, content, tries)
        tag: str = answer["ETag"]
        return tag

    def _written_before(self, key: str, content: bytes, tries: _Tries) -> str:
        """The tag, when a try whose answer was lost had written it. Raises Conflict when it was another."""
        blob = self.get(key) if tries.uncertain else None
        if blob is None or blob.content != content:
            raise Conflict
        return blob.tag

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        """S3 itself deletes on the condition that something is there, never that nothing is."""
        tries = _Tries()
        if replacing == ABSENT:
            if self.get(key):
                raise Conflict
            return
        try:
            self._call("DeleteObject", {"Key": self._prefix + key, **_matching(replacing)}, tries)
        except CallFailed as failure:
            if failure.aws_code not in _REFUSED:
                raise
            if not (tries.uncertain and self.get(key) is None):
                raise Conflict from None

    def keys(self, prefix: str) -> Sequence[str]:
        pages = self._pages("ListObjectsV2", {"ContinuationToken": "NextContinuationToken"}, prefix)
        found = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return sorted(key.removeprefix(self._prefix) for key in found)

    def versions(self, key: str) -> Iterator[Version]:
        markers = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
        pages = self._pages("ListObjectVersions", markers, key)
        every = (each for page in pages for each in page.get("Versions", ()))
        return (
            Version(each["VersionId"], each["LastModified"].timestamp(), each["Size"])
            for each in every
            if each["Key"] == self._prefix + key
        )

    def _pages(self, operation: str, markers: Mapping[str, str], prefix: str) -> Iterator[Answer]:
        given: dict[str, Any] = {}
        while True:
            page = self._call(operation, {"Prefix": self._prefix + prefix, **given})
            yield page
            if not page.get("IsTruncated"):
                return
            given = {name: page[source] for name, source in markers.items() if page.get(source)}

    def _call(self, operation: str, parameters: Mapping[str, Any], tries: _Tries | None = None) -> Answer:
        """The answer, after as many tries as PATIENCE has; bodies are read by then.

        Every operation here may be repeated: writes are conditional, or say all that is to be there.
        """
        clock = self._caller.clock
        began, delays = clock.now(), PATIENCE.delays(clock.chance)
        while True:
            answer = self._attempt(operation, {"Bucket": self._bucket, **parameters})
            if not isinstance(answer, CallFailed):
                return answer
            if answer.kind not in _RETRIED:
                raise self._explained(answer)
            if tries and answer.kind is Kind.UNCERTAIN:
                tries.uncertain = True
            delay = next(delays, None)
            if delay is None or clock.now() - began > PATIENCE.total:
                raise _unreachable(self.place, answer)
            self._caller.pause(delay)

    def _attempt(self, operation: str, parameters: Mapping[str, Any]) -> Answer | CallFailed:
        """One try. A connection may also be lost in the middle of a body."""
        answer = self._caller.attempt("s3", operation, parameters)
        if isinstance(answer, CallFailed) or "Body" not in answer:
            return answer
        import botocore.exceptions

        try:
            return {**answer, "Body": answer["Body"].read()}
        except botocore.exceptions.BotoCoreError as error:
            return classify("s3", operation, error)

    def _explained(self, failure: CallFailed) -> Failed:
        if failure.aws_code == "NoSuchBucket":
            return _no_bucket(self._bucket)
        if failure.aws_code in _DENIED:
            return _denied(self.place, failure)
        return failure


class _Tries:
    """Whether one of the tries of a call may have taken effect although it failed."""

    uncertain = False


def _matching(tag: str | None) -> Mapping[str, str]:
    return {"IfMatch": tag} if tag else {}


def _no_bucket(bucket: str) -> Failed:
    return Failed(
        "state.no-bucket",
        f"the state bucket {bucket} does not exist",
        why="state is to be kept in it",
        next=f"make it with `fairway bootstrap --bucket {bucket}`, or name another with --state",
    )


def _denied(place: str, failure: CallFailed) -> Failed:
    return Failed(
        "state.denied",
        "the state bucket may not be used",
        where=place,
        why=failure.why or failure.what,
        next="allow this identity s3:ListBucket and s3:ListBucketVersions on the bucket, and s3:GetObject, "
        "s3:GetObjectVersion, s3:PutObject and s3:DeleteObject on what is in it",
    )


def _unreachable(place: str, failure: CallFailed) -> Failed:
    return Failed(
        "state.unreachable",
        "the state bucket does not answer",
        where=place,
        why=f"tried for {PATIENCE.total:g} s; the last answer: {failure.what}",
        next="run the command again when it answers: what was made in the meantime is found again",
    )
