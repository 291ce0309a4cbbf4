"""URLs that AWS would hand out, turned into ones that answer on the local cloud. Standard library only."""

from __future__ import annotations

import re

_HOST = (
    r"https?://(?:"
    r"(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"
    r"|(?P<function>[a-z0-9]+)\.lambda-url\.[a-z0-9-]+\.on\.aws"
    r"|(?P<graphql>[a-z0-9]+)\.appsync-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"
    r"|(?P<distribution>[a-z0-9]+)\.cloudfront\.net"
    r"|(?P<site>[a-z0-9][a-z0-9.-]*)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?"
    r")(?![a-z0-9.-])"
)
_PATTERN = re.compile(_HOST)
_PREFIXES = {
    "api": "_api", "function": "_url", "graphql": "_graphql", "site": "_site", "distribution": "_cdn",
}  # fmt: skip


def public_url(url: str, endpoint: str) -> str:
    """Rewrite every URL of an API, function, distribution or S3 website inside a string to its local form.

    `endpoint` is the local cloud's address, such as `http://localhost:4610`. What is not such a URL stays
    as it is, so a whole output value or a sentence can be passed in.
    """
    base = endpoint.rstrip("/")

    def local(match: re.Match[str]) -> str:
        kind = str(match.lastgroup)
        return f"{base}/{_PREFIXES[kind]}/{match[kind]}"

    return _PATTERN.sub(local, url)
