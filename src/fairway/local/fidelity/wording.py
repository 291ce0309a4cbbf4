"""What AWS says where moto says the same in other words.

Programs read these texts (retry rules, tests, people), so they are worth having right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Refused


@dataclass(frozen=True)
class Wording:
    """`text` for the error `code` of these operations; `{Name}` stands for the request's parameter."""

    service: str
    operations: tuple[str, ...]
    code: str
    text: str

    def rows(self) -> Iterator[tuple[str, str, Repair]]:
        for operation in self.operations:
            yield self.service, operation, self._reword

    def _reword(self, call: Call, forward: Forward) -> Answer:
        answer = forward()
        if answer.ok or answer.data.get("Error", {}).get("Code") != self.code:
            return answer
        named = defaultdict(lambda: "default", call.params)
        raise Refused(self.code, self.text.format_map(named), answer.status)


_ROLE = (
    "GetRole",
    "DeleteRole",
    "UpdateRole",
    "UpdateAssumeRolePolicy",
    "PutRolePolicy",
    "TagRole",
    "ListRolePolicies",
)

WORDINGS = (
    Wording(
        "events",
        ("DescribeRule",),
        "ResourceNotFoundException",
        "Rule {Name} does not exist on EventBus {EventBusName}.",
    ),
    Wording(
        "events",
        ("PutTargets", "ListTargetsByRule", "RemoveTargets"),
        "ResourceNotFoundException",
        "Rule {Rule} does not exist on EventBus {EventBusName}.",
    ),
    Wording("cloudwatch", ("GetDashboard",), "ResourceNotFound", "Dashboard {DashboardName} does not exist"),
    Wording(
        "stepfunctions",
        ("DescribeActivity",),
        "ActivityDoesNotExist",
        "Activity Does Not Exist: '{activityArn}'",
    ),
    Wording("iam", _ROLE, "NoSuchEntity", "The role with name {RoleName} cannot be found."),
    Wording(
        "iam",
        ("GetRolePolicy", "DeleteRolePolicy"),
        "NoSuchEntity",
        "The role policy with name {PolicyName} cannot be found.",
    ),
)
