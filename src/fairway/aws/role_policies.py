"""What a role may do: one policy in it and, where that is too long for IAM, others that are attached to it.

Sources: BC iam GetRolePolicy, PutRolePolicy, ListAttachedRolePolicies, AttachRolePolicy, DetachRolePolicy,
GetPolicy, GetPolicyVersion, CreatePolicy, CreatePolicyVersion (five versions at most), ListPolicyVersions,
DeletePolicyVersion, DeletePolicy (when no other version is left).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fairway.aws.calls import Answer, Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Failed

INLINE = "fairway"
"""The name of the policy in each role; others that somebody adds stay."""
OWNER = "fairway:ci"
"""The tag of what is made for a CI system. Its value is the repository."""


def set_policies(caller: Caller, role: str, owner: str, wanted: Sequence[str]) -> bool:
    """Bring the role to these documents: the first one in it, the others beside it. Whether any differed.

    Raises Failed for a policy beside it that is there and was not made here for this owner.
    """
    beside = _Beside(caller, role, owner)
    changed = [beside.set(number, text) for number, text in enumerate(wanted[1:], 2)]
    changed.append(_set_inline(caller, role, wanted[0]))
    changed += [beside.remove(number) for number in reversed(list(beside.present(len(wanted) + 1)))]
    return any(changed)


def document(found: Any) -> Any:
    """botocore answers a policy as what its JSON says; where it does not, it is text as in a URL."""
    return json.loads(unquote(found)) if isinstance(found, str) else found


def answer(caller: Caller, operation: str, parameters: Mapping[str, Any]) -> Answer | None:
    """What IAM answers; None for what is not there."""
    try:
        return caller.call("iam", operation, parameters)
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return None
        raise


def _set_inline(caller: Caller, role: str, wanted: str) -> bool:
    name = {"RoleName": role, "PolicyName": INLINE}
    present = answer(caller, "GetRolePolicy", name)
    if present and document(present["PolicyDocument"]) == json.loads(wanted):
        return False
    caller.call("iam", "PutRolePolicy", {**name, "PolicyDocument": wanted})
    return True


@dataclass(frozen=True)
class _Beside:
    """The policies `ROLE-2`, `ROLE-3` and so on."""

    caller: Caller
    role: str
    owner: str

    def present(self, first: int) -> Iterator[int]:
        """The numbers, from this one on, of those that are there; the last goes first, so there is no gap."""
        while (found := self._found(first)) and self._is_ours(found):
            yield first
            first += 1

    def set(self, number: int, wanted: str) -> bool:
        """Make it, or bring it to what it has to be, and attach it. Whether anything differed."""
        found = self._found(number)
        if found is None:
            self._call("CreatePolicy", PolicyName=self._name(number), PolicyDocument=wanted, Tags=self._tags)
        elif not self._is_ours(found):
            raise Failed(
                "bootstrap.policy",
                f"the policy {self._name(number)} is there already, and is not of {self.owner}",
                next=f"remove it, or tag it {OWNER} = {self.owner} to give it to this repository",
            )
        differs = found is None or self._updated(number, found["DefaultVersionId"], wanted)
        return self._attached(number) or differs

    def remove(self, number: int) -> bool:
        arn = self._arn(number)
        if self._is_attached(number):
            self._call("DetachRolePolicy", RoleName=self.role, PolicyArn=arn)
        self._drop_old_versions(arn)
        self._call("DeletePolicy", PolicyArn=arn)
        return True

    def _updated(self, number: int, version: str, wanted: str) -> bool:
        arn = self._arn(number)
        held = self._call("GetPolicyVersion", PolicyArn=arn, VersionId=version)["PolicyVersion"]
        if document(held["Document"]) == json.loads(wanted):
            return False
        self._drop_old_versions(arn)
        self._call("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=wanted, SetAsDefault=True)
        return True

    def _attached(self, number: int) -> bool:
        if self._is_attached(number):
            return False
        self._call("AttachRolePolicy", RoleName=self.role, PolicyArn=self._arn(number))
        return True

    def _is_attached(self, number: int) -> bool:
        found = self._call("ListAttachedRolePolicies", RoleName=self.role)["AttachedPolicies"]
        return self._arn(number) in {each["PolicyArn"] for each in found}

    def _drop_old_versions(self, arn: str) -> None:
        for each in self._call("ListPolicyVersions", PolicyArn=arn)["Versions"]:
            if not each["IsDefaultVersion"]:
                self._call("DeletePolicyVersion", PolicyArn=arn, VersionId=each["VersionId"])

    def _found(self, number: int) -> Answer | None:
        found = answer(self.caller, "GetPolicy", {"PolicyArn": self._arn(number)})
        return found["Policy"] if found else None

    def _is_ours(self, found: Answer) -> bool:
        return {"Key": OWNER, "Value": self.owner} in found.get("Tags", ())

    def _name(self, number: int) -> str:
        return f"{self.role}-{number}"

    def _arn(self, number: int) -> str:
        session = self.caller.session
        return f"arn:{session.partition}:iam::{session.account}:policy/{self._name(number)}"

    @property
    def _tags(self) -> Sequence[Mapping[str, str]]:
        return [{"Key": OWNER, "Value": self.owner}]

    def _call(self, operation: str, **parameters: Any) -> Answer:
        return self.caller.call("iam", operation, parameters)
