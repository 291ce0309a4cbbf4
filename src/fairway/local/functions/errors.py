"""Lambda's errors that moto lacks or has under another code (BC lambda: the operations' exceptions)."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class ResourceConflict(JsonRESTError):
    """It exists already, or is in use."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ResourceConflictException", message)


class PreconditionFailed(JsonRESTError):
    """The request was made for another revision than the current one."""

    code = 412

    def __init__(self, of_what: str) -> None:
        super().__init__(
            "PreconditionFailedException",
            f"The RevisionId provided does not match the latest RevisionId for the {of_what}. "
            "Read it again to retrieve the latest RevisionId for your resource.",
        )


class TooManyRequests(JsonRESTError):
    """The function's concurrency is used up."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


class InvalidRequestContent(JsonRESTError):
    """The payload is not JSON."""

    def __init__(self, why: str) -> None:
        super().__init__("InvalidRequestContentException", f"Could not parse request body into json: {why}")


class RequestTooLarge(JsonRESTError):
    """The payload is over the limit of its kind of invocation."""

    code = 413

    def __init__(self, limit: int) -> None:
        message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        super().__init__("RequestTooLargeException", message)
