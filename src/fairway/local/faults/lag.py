"""Reads that do not see something new yet (aws-behaviour §5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fairway.local.faults.board import Board
from fairway.local.faults.propagation import values_at
from fairway.local.faults.refusal import Refusal
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Refused


@dataclass(frozen=True)
class Lag:
    """`create` makes what `reads` do not find for a while.

    `made` is where the create's answer names it; `key` the member by which a read asks for it, by name or
    ARN.
    """

    service: str
    create: str
    made: str
    reads: tuple[str, ...]
    key: str
    refusal: Refusal
    source: str


_NO_TABLE = Refusal("ResourceNotFoundException", "Requested resource not found: Table: {name} not found", 400)
_NO_ENTITY = "The {kind} with name {name} cannot be found."

TABLE = (
    Lag("dynamodb", "CreateTable", "TableDescription.TableName",
        ("DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"), "TableName", _NO_TABLE,
        "BC dynamodb DescribeTable"),
    Lag("dynamodb", "CreateTable", "TableDescription.TableName", ("ListTagsOfResource",), "ResourceArn",
        _NO_TABLE, "BC dynamodb ListTagsOfResource"),
    Lag("iam", "CreateRole", "Role.RoleName",
        ("GetRole", "ListRolePolicies", "ListAttachedRolePolicies", "ListRoleTags"), "RoleName",
        Refusal("NoSuchEntity", _NO_ENTITY.replace("{kind}", "role"), 404), "TF iam"),
    Lag("iam", "CreatePolicy", "Policy.Arn", ("GetPolicy", "GetPolicyVersion", "ListPolicyVersions"),
        "PolicyArn", Refusal("NoSuchEntity", "Policy {name} does not exist or is not attachable.", 404),
        "TF iam"),
    Lag("iam", "CreateUser", "User.UserName", ("GetUser", "CreateAccessKey", "AttachUserPolicy"), "UserName",
        Refusal("NoSuchEntity", _NO_ENTITY.replace("{kind}", "user"), 404), "CD"),
    Lag("kms", "CreateKey", "KeyMetadata.KeyId",
        ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"), "KeyId",
        Refusal("NotFoundException", "Key '{name}' does not exist", 400), "BC kms CreateKey"),
)  # fmt: skip


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """The creates that are remembered, and the reads that come too early."""
    for lag in TABLE:
        yield lag.service, lag.create, _remembering(board, lag)
        for operation in lag.reads:
            yield lag.service, operation, _refusing(board, lag)


def _key(lag: Lag, call: Call, name: str) -> tuple[str, ...]:
    return (f"new {lag.create}", call.account, "" if lag.service == "iam" else call.region, _bare(name))


def _bare(name: str) -> str:
    """A name out of an ARN."""
    return name.rpartition("/")[2]


def _remembering(board: Board, lag: Lag) -> Repair:
    def remembered(call: Call, forward: Forward) -> Answer:
        answer = forward()
        for name in values_at(answer.data, lag.made) if answer.ok else ():
            board.ages.mark(*_key(lag, call, str(name)))
        return answer

    return remembered


def _refusing(board: Board, lag: Lag) -> Repair:
    def checked(call: Call, forward: Forward) -> Answer:
        name = str(call.params.get(lag.key, ""))
        if name and board.ages.of(*_key(lag, call, name)) < board.faults["lag"]:
            message = lag.refusal.message.replace("{name}", _bare(name))
            raise Refused(lag.refusal.code, message, lag.refusal.status)
        return forward()

    return checked
