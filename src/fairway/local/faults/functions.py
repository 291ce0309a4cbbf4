"""Functions and event sources that need a moment, and what is refused meanwhile: Pending, InProgress, …

BC lambda: State, LastUpdateStatus, ResourceConflictException, ResourceInUseException; aws-behaviour §2, §3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairway.local.faults.board import Board
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_MADE, _UPDATED = "function made", "function updated"
_MAPPING_MADE, _MAPPING_UPDATED = "mapping made", "mapping updated"
_LATEST = "$LATEST"
_UPDATES = ("UpdateFunctionCode", "UpdateFunctionConfiguration")
_PENDING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
_IN_PROGRESS = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being updated.",
    "LastUpdateStatusReasonCode": "Updating",
}


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """Statuses outside conflicts: an answer tells what its own call has begun."""
    for operation in (*_UPDATES, "PublishVersion", "DeleteFunction"):
        yield "lambda", operation, _refusing_update(board)
    yield "lambda", "Invoke", _refusing_invocation(board)
    yield "lambda", "CreateFunction", _beginning(board, _MADE)
    for operation in _UPDATES:
        yield "lambda", operation, _beginning(board, _UPDATED)
    for operation in ("GetFunction", "GetFunctionConfiguration"):
        yield "lambda", operation, _telling(board)
    for operation in ("UpdateEventSourceMapping", "DeleteEventSourceMapping"):
        yield "lambda", operation, _refusing_mapping(board)
    yield "lambda", "CreateEventSourceMapping", _beginning_mapping(board, _MAPPING_MADE)
    yield "lambda", "UpdateEventSourceMapping", _beginning_mapping(board, _MAPPING_UPDATED)
    yield "lambda", "GetEventSourceMapping", _telling_mapping(board)


def _asked(call: Call) -> tuple[str, str]:
    """Name and qualifier; the latest one is asked for by no qualifier or by its own."""
    from fairway.local.functions.lookup import split_name

    name, own = split_name(str(call.params["FunctionName"]))
    qualifier = own or str(call.params.get("Qualifier") or "")
    return name, "" if qualifier == _LATEST else qualifier


def _under_way(board: Board, call: Call, kind: str, name: str) -> bool:
    return board.ages.of(kind, call.account, call.region, name) < board.faults["pending"]


def _statuses(board: Board, call: Call) -> dict[str, str]:
    """What a function's configuration says instead of Active and Successful."""
    name, qualifier = _asked(call)
    if qualifier:
        return {}
    pending = _PENDING if _under_way(board, call, _MADE, name) else {}
    return {**pending, **(_IN_PROGRESS if _under_way(board, call, _UPDATED, name) else {})}


def _telling(board: Board) -> Repair:
    def told(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        statuses = _statuses(board, call) if answer.ok else {}
        if not statuses:
            return answer
        result = answer.data
        configuration: Params = result.get("Configuration", result)
        configuration.update(statuses)
        return result

    return told


def _beginning(board: Board, kind: str) -> Repair:
    telling = _telling(board)

    def begun(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if answer.ok and not call.params.get("DryRun"):
            board.ages.mark(kind, call.account, call.region, _asked(call)[0])
        return telling(call, lambda: answer)

    return begun


def _refusing_update(board: Board) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        name, qualifier = _asked(call)
        if board.faults["conflicts"] and not qualifier:
            _refuse_pending(board, call, name)
            if _under_way(board, call, _UPDATED, name):
                arn = f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"
                raise _conflict(f"An update is in progress for resource: {arn}")
        return forward()

    return checked


def _refusing_invocation(board: Board) -> Repair:
    """An update leaves a function invokable, a create does not yet (BC lambda Invoke)."""

    def checked(call: Call, forward: Forward) -> Answer:
        if board.faults["conflicts"]:
            _refuse_pending(board, call, _asked(call)[0])
        return forward()

    return checked


def _refuse_pending(board: Board, call: Call, name: str) -> None:
    if _under_way(board, call, _MADE, name):
        raise _conflict("The function is currently in the following state: Pending")


def _conflict(why: str) -> Refused:
    return Refused("ResourceConflictException", f"The operation cannot be performed at this time. {why}", 409)


def _mapping_state(board: Board, call: Call, uuid: str) -> str:
    if _under_way(board, call, _MAPPING_MADE, uuid):
        return "Creating"
    return "Updating" if _under_way(board, call, _MAPPING_UPDATED, uuid) else ""


def _telling_mapping(board: Board) -> Repair:
    def told(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if not answer.ok or not board.faults["pending"]:
            return answer
        result: dict[str, Any] = answer.data
        state = _mapping_state(board, call, str(result["UUID"]))
        return {**result, "State": state} if state else answer

    return told


def _beginning_mapping(board: Board, kind: str) -> Repair:
    telling = _telling_mapping(board)

    def begun(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if answer.ok:
            board.ages.mark(kind, call.account, call.region, str(answer.data["UUID"]))
        return telling(call, lambda: answer)

    return begun


def _refusing_mapping(board: Board) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        state = _mapping_state(board, call, str(call.params["UUID"]))
        if state and board.faults["conflicts"]:
            message = f"Cannot change the event source mapping because it is in use: it is {state}."
            raise Refused("ResourceInUseException", message, 400)
        return forward()

    return checked
