"""What a general purpose bucket may be called.

Source: docs:AmazonS3/latest/userguide/bucketnamingrules.html.
"""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[a-z0-9.-]*")
_ENDS = re.compile(r"[a-z0-9](.*[a-z0-9])?")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def misnamed(bucket: str) -> str:
    """Why no bucket can have that name, as a sentence; empty where one can."""
    if not _LETTERS.fullmatch(bucket):
        return "a bucket's name holds lower-case letters, digits, hyphens and dots only"
    if not 3 <= len(bucket) <= 63:
        return "a bucket's name has 3 to 63 characters"
    if not _ENDS.fullmatch(bucket):
        return "a bucket's name begins and ends with a letter or a digit"
    if ".." in bucket or _ADDRESS.fullmatch(bucket):
        return "a bucket's name has no two dots in a row and is no IP address"
    if bucket.startswith(_RESERVED_STARTS) or bucket.endswith(_RESERVED_ENDS):
        return "S3 keeps names that begin or end like this for itself"
    return ""
