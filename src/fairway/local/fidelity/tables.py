"""All repairs, in the order in which they see a request."""

from __future__ import annotations

from fairway.local.fidelity import cloudwatch, dynamodb, operations, rows, s3, security
from fairway.local.fidelity.overlay import Repairs, registry
from fairway.local.fidelity.rest import tags, updates
from fairway.local.fidelity.wording import WORDINGS


def repairs() -> Repairs:
    shadows = (row for shadow in rows.SHADOWS for row in shadow.rows())
    wordings = (row for wording in WORDINGS for row in wording.rows())
    by_hand = (s3, dynamodb, operations, cloudwatch, security, updates, tags)
    return registry(wordings, shadows, *(module.rows() for module in by_hand))
