"""The answers an HTTP API gives itself."""

from __future__ import annotations

# Status -> message. Source: BC API Gateway developer guide, HTTP API troubleshooting, and its default
# error bodies.
MESSAGES = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class HttpApiError(Exception):
    """A request that the HTTP API answers itself; `reason` is for the log and the `x-fairway-reason`
    header."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.message = MESSAGES[status]
