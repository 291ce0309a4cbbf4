"""Resource-based policies of functions: statements as Lambda writes them, one policy per qualifier."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.awslambda.exceptions import GenericResourcNotFound, UnknownPolicyException

from fairway.local.functions.errors import PreconditionFailed, ResourceConflict

# AddPermission's parameters and the condition each becomes
# (docs: lambda/latest/dg/access-control-resource-based.html)
_CONDITIONS = (
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("OrganizationId", "StringEquals", "aws:PrincipalOrgID"),  # AddLayerVersionPermission's
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
)
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(slots=True)
class ResourcePolicy:
    """The statements on one function, version, alias or layer version."""

    statements: list[dict[str, Any]] = field(default_factory=list)
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))

    def check_revision(self, given: str | None) -> None:
        """Raises PreconditionFailed when the request was made for another revision."""
        if given and given != self.revision:
            raise PreconditionFailed("policy")

    def add(self, given: dict[str, Any], resource: str) -> dict[str, Any]:
        """Add the statement that a request describes. Raises ResourceConflict and PreconditionFailed."""
        self.check_revision(given.get("RevisionId"))
        statement = build_statement(given, resource)
        if any(known["Sid"] == statement["Sid"] for known in self.statements):
            raise ResourceConflict(
                f"The statement id ({statement['Sid']}) provided already exists. "
                "Please provide a new statement id, or remove the existing statement.",
            )
        self.statements.append(statement)
        self.revision = str(uuid.uuid4())
        return statement

    def remove(self, sid: str, revision: str | None) -> None:
        """Raises UnknownPolicyException when there is no such statement; PreconditionFailed."""
        self.check_revision(revision)
        kept = [statement for statement in self.statements if statement["Sid"] != sid]
        if len(kept) == len(self.statements):
            raise UnknownPolicyException()
        self.statements = kept
        self.revision = str(uuid.uuid4())

    def wire_format(self) -> str:
        """GetPolicy's answer. Raises ResourceNotFoundException when there is no statement."""
        if not self.statements:
            raise GenericResourcNotFound()
        document = {"Version": "2012-10-17", "Id": "default", "Statement": self.statements}
        return json.dumps({"Policy": json.dumps(document), "RevisionId": self.revision})


def build_statement(given: dict[str, Any], resource: str) -> dict[str, Any]:
    """A policy statement from the parameters of AddPermission or AddLayerVersionPermission."""
    statement: dict[str, Any] = {
        "Sid": given["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(given["Principal"]),
        "Action": given["Action"],
        "Resource": resource,
    }
    conditions: dict[str, dict[str, Any]] = {}
    for name, operator, key in _CONDITIONS:
        if given.get(name) is not None:
            value = given[name]
            conditions.setdefault(operator, {})[key] = str(value).lower() if value is True else value
    if conditions:
        statement["Condition"] = conditions
    return statement


def _principal(given: str) -> Any:
    if given == "*":
        return "*"
    if _ACCOUNT.fullmatch(given):
        return {"AWS": f"arn:aws:iam::{given}:root"}
    if given.startswith("arn:"):
        return {"AWS": given}
    return {"Service": given}
