"""CloudFront distributions that take their time: a change is InProgress until every edge has it.

BC cloudfront GetDistribution (Status), DeleteDistribution; docs: AmazonCloudFront, HowToUpdateDistribution.
"""

from __future__ import annotations

from collections.abc import Iterator

from fairway.local.faults.board import Board
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_CHANGES = ("CreateDistribution", "CreateDistributionWithTags", "UpdateDistribution")
_KIND = "distribution"


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """What begins a change, what tells of it, and what has to wait for it."""
    for operation in (*_CHANGES, "GetDistribution"):
        yield "cloudfront", operation, _telling(board)
    yield "cloudfront", "DeleteDistribution", _refusing(board)
    for operation in ("CreateInvalidation", "GetInvalidation"):
        yield "cloudfront", operation, _invalidating(board)


def _telling(board: Board) -> Repair:
    def told(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if not answer.ok or not board.faults["pending"]:
            return answer
        data = answer.data
        id = data["Distribution"]["Id"]
        if call.operation in _CHANGES:
            board.ages.mark(_KIND, call.account, id)
        if board.ages.of(_KIND, call.account, id) < board.faults["pending"]:
            data["Distribution"]["Status"] = "InProgress"
        return data

    return told


def _refusing(board: Board) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        if board.ages.of(_KIND, call.account, str(call.params["Id"])) < board.faults["pending"]:
            raise Refused(
                "DistributionNotDisabled",
                "The distribution you are trying to delete has not been disabled.",
                409,
            )
        return forward()

    return checked


def _invalidating(board: Board) -> Repair:
    def told(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if not answer.ok or not board.faults["pending"]:
            return answer
        data = answer.data
        id = data["Invalidation"]["Id"]
        if call.operation == "CreateInvalidation":
            board.ages.mark("invalidation", call.account, id)
        if board.ages.of("invalidation", call.account, id) < board.faults["pending"]:
            data["Invalidation"]["Status"] = "InProgress"
        return data

    return told
