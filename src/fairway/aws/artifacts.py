"""Where a call gets its code from: inline for small zips, a bucket by content for larger ones."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Failed
from fairway.model.values import Artifact

INLINE_LIMIT = 10 * 1024 * 1024
"""Bytes of a zip sent inline. AWS takes 50 MB (docs:lambda limits), but a lost connection costs all."""


@dataclass
class Artifacts:
    """Hands out code locations; makes the artifacts bucket when it is first needed."""

    caller: Caller
    inline_limit: int = INLINE_LIMIT
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _ready: bool = False

    @property
    def bucket(self) -> str:
        """The name of the account's artifacts bucket in this region."""
        session = self.caller.session
        return f"fairway-artifacts-{session.account}-{session.region}"

    def location(self, artifact: Artifact) -> Mapping[str, Any]:
        """`ZipFile`, or `S3Bucket` and `S3Key` once the zip is there. Raises Failed when it was not built."""
        if not artifact.path:
            raise Failed(
                "artifact.missing", f"the artifact {artifact.digest[:12]} is not here", next="deploy again"
            )
        path = Path(artifact.path)
        if path.stat().st_size <= self.inline_limit:
            return {"ZipFile": path.read_bytes()}
        key = f"{artifact.digest}.zip"
        with self._lock:
            self._make_bucket()
        if not self._exists(key):
            body = path.read_bytes()  # not a stream: a retry has to send it from its beginning
            self.caller.call("s3", "PutObject", {"Bucket": self.bucket, "Key": key, "Body": body})
        return {"S3Bucket": self.bucket, "S3Key": key}

    def _exists(self, key: str) -> bool:
        try:
            self.caller.call("s3", "HeadObject", {"Bucket": self.bucket, "Key": key})
        except CallFailed as failure:
            if failure.kind is Kind.NOT_FOUND or failure.aws_code == "NoSuchKey":
                return False
            raise
        return True

    def _make_bucket(self) -> None:
        """Private and encrypted. A bucket of another account under this name is refused by AWS."""
        if self._ready:
            return
        bucket = {"Bucket": self.bucket}
        region = self.caller.session.region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            self.caller.call("s3", "HeadBucket", bucket)
        except CallFailed as failure:
            if failure.kind is not Kind.NOT_FOUND:
                raise
            self.caller.call("s3", "CreateBucket", {**bucket, **place})
            self.caller.call(
                "s3", "PutPublicAccessBlock", {**bucket, "PublicAccessBlockConfiguration": _PRIVATE}
            )
            self.caller.call(
                "s3", "PutBucketEncryption", {**bucket, "ServerSideEncryptionConfiguration": _ENCRYPTED}
            )
        self._ready = True


_PRIVATE = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


def base64_digest(artifact: Artifact) -> str:
    """The digest as Lambda writes it in `CodeSha256`."""
    return base64.b64encode(bytes.fromhex(artifact.digest)).decode()


def artifact_of(code_sha256: str) -> Artifact:
    """The artifact that a live `CodeSha256` stands for."""
    return Artifact(base64.b64decode(code_sha256).hex())
