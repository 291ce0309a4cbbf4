"""DynamoDB tables that take their time: CREATING, UPDATING, DELETING, and what is refused meanwhile.

BC dynamodb: TableStatus, ResourceInUseException, ContinuousBackupsUnavailableException.
"""

from __future__ import annotations

from collections.abc import Iterator

from fairway.local.faults.board import Board
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_KINDS = {"DeleteTable": "DELETING", "CreateTable": "CREATING", "UpdateTable": "UPDATING"}
_WORDS = {"DELETING": "deleted", "CREATING": "created", "UPDATING": "updated"}
_STORE = "fairway_described_tables"
_CHANGES = (
    "UpdateTable", "DeleteTable", "TagResource", "UntagResource", "UpdateTimeToLive", "PutResourcePolicy",
    "EnableKinesisStreamingDestination",
)  # fmt: skip


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """Refusals outside the marks that a call itself sets."""
    for operation in (*_CHANGES, "CreateTable"):
        yield "dynamodb", operation, _refusing(board)
    yield "dynamodb", "UpdateContinuousBackups", _refusing_backups(board)
    for operation in _KINDS:
        yield "dynamodb", operation, _beginning(board)
    yield "dynamodb", "DescribeTable", _describing(board)


def _name(call: Call) -> str:
    return str(call.params.get("TableName") or call.params.get("ResourceArn")).rpartition("/")[2]


def _status(board: Board, call: Call, name: str) -> str:
    """The status of a table that is not ACTIVE yet, or not gone yet; empty otherwise."""
    pending = board.faults["pending"]
    under_way = (
        status
        for status in _KINDS.values()
        if board.ages.of(f"table {status}", call.account, call.region, name) < pending
    )
    return next(under_way, "")


def _refusing(board: Board) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        name = _name(call)
        status = _status(board, call, name) if board.faults["conflicts"] else ""
        if status:
            raise Refused(
                "ResourceInUseException",
                "Attempt to change a resource which is still in use: "
                f"Table is being {_WORDS[status]}: {name}",
            )
        return forward()

    return checked


def _refusing_backups(board: Board) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        if board.faults["conflicts"] and _status(board, call, _name(call)):
            raise Refused(
                "ContinuousBackupsUnavailableException",
                "Backups are being enabled for the table. Please retry later",
            )
        return forward()

    return checked


def _beginning(board: Board) -> Repair:
    def begun(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if not answer.ok or not board.faults["pending"]:
            return answer
        status, name, result = _KINDS[call.operation], _name(call), answer.data
        for other in _KINDS.values():
            board.ages.forget(f"table {other}", call.account, call.region, name)
        board.ages.mark(f"table {status}", call.account, call.region, name)
        result["TableDescription"]["TableStatus"] = status
        _described(call)[name] = result["TableDescription"]
        return result

    return begun


def _described(call: Call) -> dict[str, Params]:
    """The last description of each table; on moto's backend, so that a reset empties it."""
    found: dict[str, Params] = call.backend().__dict__.setdefault(_STORE, {})
    return found


def _describing(board: Board) -> Repair:
    def described(call: Call, forward: Forward) -> Answer | Params:
        answer, name = forward(), _name(call)
        status = _status(board, call, name)
        if not status or (answer.ok and status == "DELETING"):
            return answer
        table = answer.data["Table"] if answer.ok else _described(call).get(name)
        return {"Table": {**table, "TableStatus": status}} if table else answer

    return described
