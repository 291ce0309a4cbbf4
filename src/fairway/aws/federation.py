"""Roles for what an identity provider vouches for: made, or brought to what they have to be.

Sources: BC iam CreateOpenIDConnectProvider, GetOpenIDConnectProvider, AddClientIDToOpenIDConnectProvider,
CreateRole, GetRole, UpdateAssumeRolePolicy, ListRoleTags.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairway.aws.bootstrap import Did, Step
from fairway.aws.calls import Answer, Caller
from fairway.aws.role_policies import OWNER, answer, document, set_policies
from fairway.model.errors import Failed

AUDIENCE = "sts.amazonaws.com"


@dataclass(frozen=True)
class Trust:
    """Whom a role trusts: who comes from `issuer`, for `repository`, with claims that are as these say.

    `equals` are claims and their values; of `like` the values are patterns, of which one has to fit.
    """

    issuer: str
    repository: str
    equals: Mapping[str, str]
    like: Mapping[str, Sequence[str]]

    def document(self, provider: str) -> str:
        """The policy that says it; `provider` is the ARN."""
        equals = {f"{self.issuer}:{claim}": value for claim, value in self.equals.items()}
        like = {f"{self.issuer}:{claim}": list(values) for claim, values in self.like.items()}
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{self.issuer}:aud": AUDIENCE, **equals}, "StringLike": like},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Role:
    """A role that has to be there. `policies` are what it may do, as `set_policies` has them."""

    name: str
    trust: Trust
    policies: Sequence[str]


def provider_arn(caller: Caller, issuer: str) -> str:
    session = caller.session
    return f"arn:{session.partition}:iam::{session.account}:oidc-provider/{issuer}"


def role_arn(caller: Caller, name: str) -> str:
    session = caller.session
    return f"arn:{session.partition}:iam::{session.account}:role/{name}"


def make_provider(caller: Caller, issuer: str) -> Step:
    """Make the provider, or have the one that is there take tokens for AWS. An account has one of each."""
    arn = provider_arn(caller, issuer)
    present = answer(caller, "GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": arn})
    did: Did = "already so"
    if present is None:
        given = {"Url": f"https://{issuer}", "ClientIDList": [AUDIENCE]}
        caller.call("iam", "CreateOpenIDConnectProvider", given)
        did = "created"
    elif AUDIENCE not in present.get("ClientIDList", ()):
        given = {"OpenIDConnectProviderArn": arn, "ClientID": AUDIENCE}
        caller.call("iam", "AddClientIDToOpenIDConnectProvider", given)
        did = "set"
    return Step(f"identity provider {issuer}", did)


def make_role(caller: Caller, role: Role) -> Iterator[Step]:
    """Make the role, or bring its trust and its policy to what they have to be.

    Raises Failed for a role or a policy of that name that is somebody else's, or another repository's.
    """
    trust = role.trust.document(provider_arn(caller, role.trust.issuer))
    present = answer(caller, "GetRole", {"RoleName": role.name})
    if present is None:
        _create(caller, role, trust)
        yield Step(f"role {role.name}", "created")
    else:
        _require_ours(present["Role"], role)
        yield Step(f"role {role.name}", "already so")
        yield Step(f"role {role.name}: who may take it", _trust(caller, role, present["Role"], trust))
    differed = set_policies(caller, role.name, role.trust.repository, role.policies)
    yield Step(f"role {role.name}: what it may do", "set" if differed else "already so")


def _create(caller: Caller, role: Role, trust: str) -> None:
    given = {
        "RoleName": role.name,
        "AssumeRolePolicyDocument": trust,
        "Description": f"CI of {role.trust.repository}, made by fairway bootstrap",
        "Tags": [{"Key": OWNER, "Value": role.trust.repository}],
    }
    caller.call("iam", "CreateRole", given)


def _require_ours(present: Answer, role: Role) -> None:
    tags = {tag["Key"]: tag["Value"] for tag in present.get("Tags", ())}
    if tags.get(OWNER) == role.trust.repository:
        return
    whose = f"of {tags[OWNER]}" if OWNER in tags else "and was not made by fairway bootstrap"
    raise Failed(
        "bootstrap.role",
        f"the role {role.name} is there already, {whose}",
        next=f"remove it, or tag it {OWNER} = {role.trust.repository} to give it to this repository",
    )


def _trust(caller: Caller, role: Role, present: Answer, wanted: str) -> Did:
    if document(present["AssumeRolePolicyDocument"]) == json.loads(wanted):
        return "already so"
    caller.call("iam", "UpdateAssumeRolePolicy", {"RoleName": role.name, "PolicyDocument": wanted})
    return "set"
