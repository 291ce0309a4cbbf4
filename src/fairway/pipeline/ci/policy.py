"""The policies of the two roles that a CI system has in an environment: one deploys, one only looks.

Nothing is allowed by a wildcard among actions. What may be changed is held to one region, and in IAM to
names that begin with a stack's. A limit that no policy lifts: who may make a role for a function may do,
through that function, what a role may do; docs/ci.md says how a permissions boundary holds that.
Sources: docs:IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:RequestedRegion),
docs:IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (iam:PassedToService).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fairway.aws.actions import PASS_ROLE, Models, allowing, reads
from fairway.aws.lookups import LOOKED_UP
from fairway.pipeline.ci.documents import Statement, documents
from fairway.pipeline.ci.reach import Reach
from fairway.project.settings import BUCKET, StateSettings

_SERVICES = ("apigateway", "appsync", "ec2", "events", "lambda", "logs", "s3", "scheduler", "sns", "states")
"""To which a role may be given: all whose types the catalogue has that take one."""
_IAM_KINDS = ("role", "policy", "instance-profile")
_GLOBAL = ("cloudfront:",)
"""Services whose requests go to one region, whatever the environment's is."""
_SIMULATE = ("iam:SimulatePrincipalPolicy",)
_VERBS = ("Attach", "Create", "Delete", "Detach", "Pass", "Put", "Set", "Tag", "Untag", "Update")
_CHANGES_OF_ROLES = tuple(f"iam:{verb}*" for verb in _VERBS)
_TAGS = "tag:GetResources"
_WRITE_STATE = ("s3:PutObject", "s3:DeleteObject")
_READ_STATE = ("s3:GetObject", "s3:GetObjectVersion")
_LIST_STATE = ("s3:ListBucket", "s3:ListBucketVersions")
_READ_LOCKS = ("dynamodb:GetItem", "dynamodb:Scan")
_WRITE_LOCKS = ("dynamodb:PutItem", "dynamodb:DeleteItem")
_LOOK_FOR_SECRETS: Mapping[str, tuple[str, ...]] = {"secretsmanager": ("secretsmanager:DescribeSecret",)}
_MAKE_SECRETS: Mapping[str, tuple[str, ...]] = {
    "secretsmanager": (
        "secretsmanager:CreateSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
    ),
    "ssm": ("ssm:GetParameter", "ssm:PutParameter"),
}
_SIDS = {"secretsmanager": "DeclaredSecrets", "ssm": "DeclaredParameters"}
_ARTIFACTS = (
    "s3:CreateBucket",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutEncryptionConfiguration",
    "s3:PutObject",
)


@dataclass(frozen=True)
class Place:
    """Where the roles may act, and where state is."""

    partition: str
    account: str
    region: str
    state: StateSettings

    def arn(self, service: str, name: str, *, everywhere: bool = False) -> str:
        """The ARN of a name of this account; `everywhere` for services without regions."""
        return f"arn:{self.partition}:{service}:{'' if everywhere else self.region}:{self.account}:{name}"

    def bucket(self, name: str) -> str:
        return f"arn:{self.partition}:s3:::{name}"


def deploying(reach: Reach, place: Place, own: Sequence[str], models: Models) -> tuple[str, ...]:
    """The policies of the role that deploys, as `documents`; `own` are the ARNs of the roles themselves."""
    looking = allowing(reads(reach.operations), models)
    changing = (allowing(reach.operations, models) | reach.more) - looking - {PASS_ROLE}
    of_roles = {each for each in changing if each.startswith("iam:")}
    everywhere = {each for each in changing if each.startswith(_GLOBAL)}
    of_stacks = [
        place.arn("iam", f"{kind}/{name}", everywhere=True) for name in reach.names for kind in _IAM_KINDS
    ]
    passed = [each for each in of_stacks if ":role/" in each]
    services = [f"{service}.amazonaws.com" for service in _SERVICES]
    artifacts = place.bucket(f"fairway-artifacts-{place.account}-{place.region}")
    here = {"StringEquals": {"aws:RequestedRegion": place.region}}
    beside = [f"{role.replace(':role/', ':policy/')}-*" for role in own]
    itself = sorted([*own, *beside])
    return _documents(
        {"Sid": "NotItself", "Effect": "Deny", "Action": list(_CHANGES_OF_ROLES), "Resource": itself},
        _allow("Look", [*looking, *reach.checks, _TAGS], "*"),
        _allow("Change", changing - of_roles - everywhere, "*", here),
        _allow("ChangeEverywhere", everywhere, "*"),
        _allow("Roles", of_roles, of_stacks),
        _allow(
            "GiveRoles",
            [PASS_ROLE] if _passes(reach, models) else (),
            [*passed, *reach.passed],
            {"StringEquals": {"iam:PassedToService": services}},
        ),
        *_lookups(reach, place),
        *_declared(reach, place, _MAKE_SECRETS),
        *_state(place, write=True),
        _allow("Artifacts", _ARTIFACTS, [artifacts, f"{artifacts}/*"]),
        _allow("Simulate", _SIMULATE, sorted(own)),
    )


def planning(reach: Reach, place: Place, own: Sequence[str], models: Models) -> tuple[str, ...]:
    """The policies of the role that plans: it changes nothing."""
    return _documents(
        _allow("Look", [*allowing(reads(reach.operations), models), *reach.checks, _TAGS], "*"),
        _allow("Simulate", _SIMULATE, sorted(own)),
        *_lookups(reach, place),
        *_declared(reach, place, _LOOK_FOR_SECRETS),
        *_state(place, write=False),
    )


def _passes(reach: Reach, models: Models) -> bool:
    return PASS_ROLE in allowing(reach.operations, models)


def _lookups(reach: Reach, place: Place) -> Iterable[Statement]:
    """Values that the definitions and their parameters take, by name."""
    yield _allow("Secrets", LOOKED_UP["secretsmanager"], _kept(place, "secretsmanager", reach.secrets))
    yield _allow("Parameters", LOOKED_UP["ssm"], _kept(place, "ssm", reach.parameters))


def _declared(reach: Reach, place: Place, actions: Mapping[str, tuple[str, ...]]) -> Iterable[Statement]:
    """The secrets that the file declares: to make them, or to see that they are there."""
    for store, names in reach.declared.items():
        yield _allow(_SIDS[store], actions.get(store, ()), _kept(place, store, names))


def _kept(place: Place, store: str, names: Iterable[str]) -> list[str]:
    """The ARNs of what a store keeps; Secrets Manager adds six letters to a secret's name."""
    if store == "ssm":
        return [place.arn("ssm", f"parameter/{name.lstrip('/')}") for name in names]
    return [n if n.startswith("arn:") else place.arn(store, f"secret:{n}-*") for n in names]


def _state(place: Place, *, write: bool) -> Iterable[Statement]:
    """The objects under the project's prefix, the listing of the bucket, and the lock table."""
    bucket, _, prefix = place.state.backend.removeprefix(BUCKET).partition("/")
    objects = place.bucket(f"{bucket}/{prefix}/*" if prefix else f"{bucket}/*")
    yield _allow("State", [*_READ_STATE, *(_WRITE_STATE if write else ())], objects)
    yield _allow("ListState", _LIST_STATE, place.bucket(bucket))
    if table := place.state.lock_table:
        region = place.state.region or place.region
        arn = f"arn:{place.partition}:dynamodb:{region}:{place.account}:table/{table}"
        yield _allow("Locks", [*_READ_LOCKS, *(_WRITE_LOCKS if write else ())], arn)


def _allow(
    sid: str, actions: Iterable[str], resource: str | Sequence[str], condition: Statement | None = None
) -> Statement:
    found = {"Sid": sid, "Effect": "Allow", "Action": sorted(set(actions)), "Resource": resource}
    return {**found, "Condition": condition} if condition else found


def _documents(*statements: Statement) -> tuple[str, ...]:
    """Of the statements that say anything. Raises Failed for more than a role can hold."""
    return documents([each for each in statements if each["Action"] and each["Resource"]])
