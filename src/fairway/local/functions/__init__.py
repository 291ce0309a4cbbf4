"""Functions that really run: Lambda's invoke, its workers, and the parts of its API that moto gets wrong.

`invoke` is what event sources and APIs call; it needs a daemon in which `install` and `start` have run.
"""

from __future__ import annotations

from fairway.local.functions.model import Invocation

__all__ = ["Invocation", "invoke"]


def invoke(
    function_arn: str, payload: bytes, *, asynchronous: bool = False, account: str, region: str
) -> Invocation:
    """Run a function as Lambda's Invoke does.

    `function_arn` may be a name, a partial or a full ARN, with a version or alias at its end. Asynchronous
    invocations return at once with status 202; retries, dead-letter queue and destinations follow behind.
    Raises moto's Lambda errors (a `JsonRESTError` with a code): ResourceNotFoundException, and for
    synchronous ones TooManyRequestsException.
    """
    from fairway.local.functions import service

    return service.current().invoke(
        function_arn, payload, asynchronous=asynchronous, account=account, region=region
    )
