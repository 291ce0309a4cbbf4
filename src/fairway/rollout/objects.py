"""A bucket's objects, as a publication lists, writes and removes them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed
from fairway.model.errors import Failed
from fairway.model.site import Served

_AT_ONCE = 1000
"""Keys of one call (BC s3 DeleteObjects)."""


@dataclass(frozen=True)
class Bucket:
    """One bucket."""

    caller: Caller
    name: str

    def etags(self) -> dict[str, str]:
        """The ETag of every object by key. Raises Failed (`site.no-bucket`)."""
        try:
            pages = self.caller.pages("s3", "ListObjectsV2", {"Bucket": self.name})
            return {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", ())}
        except CallFailed as failure:
            if failure.aws_code != "NoSuchBucket":
                raise
            raise Failed(
                "site.no-bucket",
                f"the bucket {self.name}, in which the site is to be, does not exist",
                next="deploy the stack that makes it, or correct `bucket`",
            ) from None

    def put(self, key: str, content: bytes, served: Served) -> str:
        """Write an object, whose content S3 checks by its digest; answers its ETag."""
        answer = self.caller.call(
            "s3",
            "PutObject",
            {
                "Bucket": self.name,
                "Key": key,
                "Body": content,
                "ContentType": served.content_type,
                "CacheControl": served.cache_control,
                "ChecksumSHA256": base64.b64encode(bytes.fromhex(served.digest)).decode(),
            },
        )
        etag: str = answer["ETag"]
        return etag

    def remove(self, keys: Sequence[str]) -> None:
        """Remove objects. Raises Failed naming the first that stays."""
        for start in range(0, len(keys), _AT_ONCE):
            objects = [{"Key": key} for key in keys[start : start + _AT_ONCE]]
            given = {"Bucket": self.name, "Delete": {"Objects": objects, "Quiet": True}}
            if refused := self.caller.call("s3", "DeleteObjects", given).get("Errors"):
                raise _not_removed(refused[0])


def _not_removed(first: dict[str, str]) -> Failed:
    return Failed(
        f"aws.{first['Code']}",
        f"{first['Key']} of an earlier release cannot be removed",
        why=first.get("Message", ""),
        next="allow the deploying identity s3:DeleteObject on the bucket; the new release is live",
    )
