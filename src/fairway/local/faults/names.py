"""Names that stay taken for a while after what bore them was deleted (aws-behaviour §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fairway.local.faults.board import Board
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_QUEUE, _SECRET, _MACHINE = "queue", "secret", "state machine"
_STORE = "fairway_deleted_machines"


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """Deletes that are remembered, and what meets the name again."""
    yield "sqs", "DeleteQueue", _remembering(board, _QUEUE, _queue_of_url)
    yield "sqs", "CreateQueue", _refusing(board, _QUEUE, "QueueName", _queue_refusal)
    yield "secretsmanager", "DeleteSecret", _remembering(board, _SECRET, _forced_secret)
    yield "secretsmanager", "CreateSecret", _refusing(board, _SECRET, "Name", _secret_refusal)
    yield "stepfunctions", "DeleteStateMachine", _deleting_machine(board)
    yield "stepfunctions", "DescribeStateMachine", _describing_machine(board)
    yield "stepfunctions", "CreateStateMachine", _refusing(board, _MACHINE, "name", _machine_refusal)


def _key(kind: str, call: Call, name: str) -> tuple[str, ...]:
    return (f"deleted {kind}", call.account, call.region, name)


def _remembering(board: Board, kind: str, name_of: Callable[[Call], str]) -> Repair:
    def remembered(call: Call, forward: Forward) -> Answer:
        name = name_of(call)
        answer = forward()
        if answer.ok and name:
            board.ages.mark(*_key(kind, call, name))
        return answer

    return remembered


def _refusing(board: Board, kind: str, member: str, refusal: Callable[[Board], Refused]) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        if board.ages.of(*_key(kind, call, str(call.params[member]))) < board.faults["names"]:
            raise refusal(board)
        return forward()

    return checked


def _queue_of_url(call: Call) -> str:
    return str(call.params["QueueUrl"]).rpartition("/")[2]


def _forced_secret(call: Call) -> str:
    """The name of a secret that cannot be recovered; one scheduled for deletion stays there anyway."""
    if not call.params.get("ForceDeleteWithoutRecovery"):
        return ""
    found = call.backend().secrets.get(call.params["SecretId"])
    return str(found.name) if found is not None else ""


def _queue_refusal(board: Board) -> Refused:
    """BC sqs CreateQueue, QueueDeletedRecently."""
    seconds = f"{board.faults['names']:g}"
    return Refused(
        "AWS.SimpleQueueService.QueueDeletedRecently",
        f"You must wait {seconds} seconds after deleting a queue before you can create another with the "
        "same name.",
    )


def _secret_refusal(_: Board) -> Refused:
    """TF secretsmanager (secret.go): a forced delete goes on in the background."""
    return Refused(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was deleted.",
    )


def _machine_refusal(_: Board) -> Refused:
    """BC stepfunctions StateMachineDeleting."""
    return Refused("StateMachineDeleting", "The specified state machine is being deleted.")


def _machines(call: Call) -> dict[str, Params]:
    """The last description of each deleted machine; on moto's backend, so that a reset empties it."""
    found: dict[str, Params] = call.backend().__dict__.setdefault(_STORE, {})
    return found


def _deleting_machine(board: Board) -> Repair:
    def deleted(call: Call, forward: Forward) -> Answer:
        arn = str(call.params["stateMachineArn"])
        machine = next((each for each in call.backend().state_machines if each.arn == arn), None)
        answer = forward()
        if answer.ok and machine is not None:
            _machines(call)[arn] = _described(machine)
            board.ages.mark(*_key(_MACHINE, call, machine.name))
        return answer

    return deleted


def _described(machine: Any) -> Params:
    """What DescribeStateMachine must answer (BC), of a machine that goes."""
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "definition": machine.definition,
        "roleArn": machine.roleArn,
        "type": machine.type,
        "creationDate": machine.creation_date,
        "status": "DELETING",
    }


def _describing_machine(board: Board) -> Repair:
    """A machine answers DELETING until every execution has ended (BC stepfunctions DeleteStateMachine)."""

    def described(call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        arn = str(call.params["stateMachineArn"])
        name = arn.rpartition(":")[2]
        kept = _machines(call).get(arn)
        if answer.ok or kept is None:
            return answer
        if board.ages.of(*_key(_MACHINE, call, name)) >= board.faults["names"]:
            return answer
        return kept

    return described
