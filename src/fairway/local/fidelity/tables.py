"""All repairs, in the order in which they see a request: refusals first."""

from __future__ import annotations

from fairway.local.fidelity import (
    bulk,
    cloudformation,
    cloudfront,
    cloudwatch,
    dynamodb,
    kept_only,
    operations,
    refusals,
    rows,
    s3,
    security,
)
from fairway.local.fidelity.http import importing as http_import
from fairway.local.fidelity.http import quick
from fairway.local.fidelity.http import tags as http_tags
from fairway.local.fidelity.http import updates as http_updates
from fairway.local.fidelity.overlay import Repairs, registry
from fairway.local.fidelity.rest import importing as rest_import
from fairway.local.fidelity.rest import tags as rest_tags
from fairway.local.fidelity.rest import updates as rest_updates
from fairway.local.fidelity.wording import WORDINGS


def repairs() -> Repairs:
    shadows = (row for shadow in rows.SHADOWS for row in shadow.rows())
    wordings = (row for wording in WORDINGS for row in wording.rows())
    apis = (rest_updates, rest_tags, rest_import, http_updates, http_tags, http_import, quick)
    by_hand = (s3, dynamodb, operations, bulk, cloudwatch, security, cloudformation, cloudfront, *apis)
    return registry(
        refusals.rows(), kept_only.rows(), wordings, shadows, *(module.rows() for module in by_hand)
    )
