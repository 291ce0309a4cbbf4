"""CloudFront distributions that take their time: a change is InProgress until every edge has it.

BC cloudfront GetDistribution (Status), DeleteDistribution; docs: AmazonCloudFront, HowToUpdateDistribution.
"""

from __future__ import annotations

from collections.abc import Iterator

from fairway.local.faults.board import Board
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_TOLD = {
    "Distribution": (
        "GetDistribution",
        "CreateDistribution",
        "CreateDistributionWithTags",
        "UpdateDistribution",
    ),
    "Invalidation": ("GetInvalidation", "CreateInvalidation"),
}
"""What has a status, and the calls that answer it: the first reads it, the others begin anew."""


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """What begins a change, what tells of it, and what has to wait for it."""
    for what, operations in _TOLD.items():
        for operation in operations:
            yield "cloudfront", operation, _telling(board, what, begins=operation != operations[0])
    yield "cloudfront", "DeleteDistribution", _refusing(board)


def _telling(board: Board, what: str, *, begins: bool) -> Repair:
    def told(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if not answer.ok or not board.faults["pending"]:
            return answer
        data = answer.data
        event = (what, call.account, data[what]["Id"])
        if begins:
            board.ages.mark(*event)
        if board.ages.of(*event) < board.faults["pending"]:
            data[what]["Status"] = "InProgress"
        return data

    return told


def _refusing(board: Board) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        if board.ages.of("Distribution", call.account, str(call.params["Id"])) < board.faults["pending"]:
            raise Refused(
                "DistributionNotDisabled",
                "The distribution you are trying to delete has not been disabled.",
                409,
            )
        return forward()

    return checked
