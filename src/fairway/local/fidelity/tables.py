"""All repairs, in the order in which they see a request."""

from __future__ import annotations

from fairway.local.fidelity import dynamodb, rows, s3
from fairway.local.fidelity.overlay import Repairs, registry


def repairs() -> Repairs:
    shadows = (row for shadow in rows.SHADOWS for row in shadow.rows())
    return registry(shadows, s3.rows(), dynamodb.rows())
