"""What is drawn from a seed: the n-th call of an operation always meets the same errors and lost answers, and
the n-th invocation of an alias the same version.
"""

from __future__ import annotations

import random
import threading
from collections import Counter

from fairway.local.faults.refusal import Refusal

# BC: what each service's model declares as its own fault; `InternalFailure` is in their CommonErrors.
ERRORS = {
    "dynamodb": Refusal("InternalServerError", "The request could not be completed.", 500),
    "iam": Refusal("ServiceFailure", "The request processing has failed due to an unknown error.", 500),
    "kms": Refusal("KMSInternalException", "The request was rejected because of an internal error.", 500),
    "lambda": Refusal("ServiceException", "An error occurred and the request could not be processed.", 500),
    "logs": Refusal("ServiceUnavailableException", "The service cannot complete the request.", 503),
    "s3": Refusal("InternalError", "We encountered an internal error. Please try again.", 500),
    "scheduler": Refusal("InternalServerException", "Unexpected error encountered.", 500),
    "secretsmanager": Refusal("InternalServiceError", "An error occurred on the server side.", 500),
    "sns": Refusal("InternalError", "Internal error.", 500),
    "ssm": Refusal("InternalServerError", "An error occurred on the server side.", 500),
}
USUAL = Refusal("InternalFailure", "The request processing has failed because of an unknown error.", 500)


class Chance:
    """Draws by kind and operation, counted apart. Safe to use from several threads.

    What the n-th call of an operation meets depends on the seed alone, however the calls of different
    operations interleave.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: Counter[tuple[str, str]] = Counter()

    def strikes(self, kind: str, operation: str, share: float, seed: float) -> bool:
        """Whether it happens this time; `share` from 0, never, to 1, always."""
        return bool(share) and self.draw(kind, operation, seed) < share

    def draw(self, kind: str, operation: str, seed: float) -> float:
        """A number from 0 to 1."""
        with self._lock:
            self._drawn[kind, operation] += 1
            number = self._drawn[kind, operation]
        return random.Random(f"{seed:g}/{kind}/{operation}/{number}").random()

    def forget(self) -> None:
        """Count from the first call again."""
        with self._lock:
            self._drawn.clear()


def error_of(service: str) -> Refusal:
    """What the service answers when it fails."""
    return ERRORS.get(service, USUAL)
