"""What the stacks of an environment reach in AWS: the least that a role which deploys them needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fairway.aws.actions import Models, Operation
from fairway.aws.catalogue.find import resource_type
from fairway.aws.catalogue.operations import operations_of
from fairway.aws.secret_stores import STORES
from fairway.model.graph import Definition, Resource
from fairway.model.values import Lookup, walk
from fairway.project.checks import Alarms, BedrockModel, Execution, Invoke, Quota, TableItem
from fairway.project.settings import FromParameterStore, FromSecret, Project

IAM_NAMES = ("RoleName", "ManagedPolicyName", "InstanceProfileName")
_CUT = 18
"""Of a longer stack's name at least so many letters stand in a generated name (`aws.catalogue.naming`)."""
_ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_NAME = re.compile(r"\$\{[^}]*\}")

# What is called for settings of these kinds, beside what the types of the stacks need.
_VERIFYING: Mapping[type, tuple[str, ...]] = {
    Alarms: ("cloudwatch:DescribeAlarms",),
    Execution: ("states:StartExecution", "states:DescribeExecution"),
    Invoke: ("lambda:InvokeFunction",),
    TableItem: ("dynamodb:GetItem",),
}
_STANDING: Mapping[str, tuple[str, ...]] = {"AWS::Lambda::Function": ("lambda:GetFunctionConfiguration",)}
"""What is called to see that a resource of this type stands as it should, where a deploy itself does not."""
_CHECKING: Mapping[type, tuple[str, ...]] = {
    BedrockModel: ("bedrock:GetFoundationModelAvailability",),
    Quota: ("servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota"),
}
_WATCHING = ("cloudwatch:DescribeAlarms",)
_ASKING = ("lambda:InvokeFunction",)
"""What is called for the hooks of a rollout."""
_SHIFTING = (
    *_WATCHING,
    "lambda:CreateAlias",
    "lambda:GetAlias",
    "lambda:ListVersionsByFunction",
    "lambda:PublishVersion",
    "lambda:UpdateAlias",
)
_PUBLISHING = (
    "cloudfront:CreateInvalidation",
    "cloudfront:GetInvalidation",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
)
_CONTENTS = frozenset({("s3", "GetObject"), ("ssm", "GetParameter"), ("ssm", "GetParameters")})
"""Calls that read what people keep: allowed for names alone, never for all there is."""
_FINDING: Mapping[str, tuple[str, ...]] = {"ssm": ("ssm:DescribeParameters",)}
"""What is called to see whether a declared secret is there, where that cannot be allowed by name."""


@dataclass(frozen=True)
class Reach:
    """What is called and read.

    `operations` are those of the stacks' types, `more` the actions of what else the pipeline does, `checks`
    of what it looks at before and after. `declared` are patterns of the names of the secrets that the file
    declares, by their store. `names` are the patterns of the names of roles and policies that
    the stacks make, `passed` the ARNs of roles that exist already and are given to a service. `secrets` and
    `parameters` are patterns of the names of what is read.
    """

    operations: frozenset[Operation]
    names: tuple[str, ...]
    passed: tuple[str, ...] = ()
    more: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def reach_of(
    project: Project, environment: str, definitions: Mapping[str, Definition], models: Models
) -> Reach:
    """The reach of an environment whose stacks have these definitions, by their names."""
    resources = [each for definition in definitions.values() for each in definition.resources.values()]
    kinds = {each.type for each in resources}
    values = [node for each in resources for value in each.properties.values() for node in walk(value)]
    lookups = [node for node in values if isinstance(node, Lookup) and isinstance(node.key, str)]
    in_iam = [each.properties for each in resources if each.type.startswith("AWS::IAM::")]
    names = [*map(_generated, definitions), *(each.get(name) for each in in_iam for name in IAM_NAMES)]
    paths = {"", *(str(each.get("Path", "/")).removeprefix("/") for each in in_iam)}
    return Reach(
        operations=frozenset(
            operation
            for kind in kinds
            for operation in operations_of(resource_type(kind), models)
            if operation not in _CONTENTS
        ),
        names=_sorted(f"{path}{name}" for path in paths for name in names if isinstance(name, str)),
        passed=_sorted(node for node in values if isinstance(node, str) and _ROLE.fullmatch(node)),
        more=frozenset([*_more(project, environment), *_going_live(resources)]),
        checks=frozenset(
            [
                *(action for each in project.checks for action in _CHECKING.get(type(each), ())),
                *(action for kind in kinds for action in _STANDING.get(kind, ())),
                *(action for each in project.secrets.values() for action in _FINDING.get(each.store, ())),
            ]
        ),
        declared={store: tuple(_declared(project, environment, store)) for store in STORES},
        secrets=_sorted([*_keys(lookups, "secretsmanager"), *_given(project, environment, FromSecret)]),
        parameters=_sorted(
            [
                *_keys(lookups, "ssm", "ssm-secure"),
                *_given(project, environment, FromParameterStore),
                *(_parameter(stack, each) for stack, each in _parameters(definitions)),
            ]
        ),
    )


def _parameters(definitions: Mapping[str, Definition]) -> Iterator[tuple[str, Resource]]:
    for stack, definition in definitions.items():
        yield from (
            (stack, each) for each in definition.resources.values() if each.type == "AWS::SSM::Parameter"
        )


def _parameter(stack: str, resource: Resource) -> str:
    name = resource.properties.get("Name")
    return name if isinstance(name, str) else _generated(stack)


def _generated(stack: str) -> str:
    return f"{stack}-*" if len(stack) <= _CUT else f"{stack[:_CUT]}*"


def _more(project: Project, environment: str) -> Iterator[str]:
    for check in project.verify:
        if not check.environments or environment in check.environments:
            yield from _VERIFYING.get(type(check), ())
    if any(each.kind != "all-at-once" for each in project.rollouts.values()):
        yield from _SHIFTING
    if project.sites:
        yield from _PUBLISHING


def _going_live(resources: Iterable[Resource]) -> Iterator[str]:
    """What is called for the rollouts that the definitions themselves have."""
    for rollout in filter(None, (each.rollout for each in resources)):
        yield from _SHIFTING
        if not (rollout.before is None and rollout.after is None):
            yield from _ASKING


def _keys(lookups: Iterable[Lookup], *kinds: str) -> Iterator[str]:
    """The names that look-ups begin with: what follows a colon chooses a version or a part."""
    for each in lookups:
        if each.kind in kinds:
            key = str(each.key)
            yield key if key.startswith("arn:") else key.partition(":")[0]


def _given(
    project: Project, environment: str, kind: type[FromSecret] | type[FromParameterStore]
) -> Iterator[str]:
    """The names of what parameters are taken from; a part that is known only later may be anything."""
    settings = project.environment(environment)
    tables = [
        settings.parameters,
        *settings.stack_parameters.values(),
        *(stack.parameters for stack in project.stacks.values()),
    ]
    for each in (setting.value for table in tables for setting in table.values()):
        if isinstance(each, kind):
            yield _pattern(each.name, environment)


def _declared(project: Project, environment: str, store: str) -> Iterator[str]:
    """The names of the secrets that the file declares in a store."""
    for each in project.secrets.values():
        if each.store == store:
            yield _pattern(each.name, environment)


def _pattern(name: str, environment: str) -> str:
    """A text with names as a pattern."""
    return _NAME.sub("*", name.replace("${environment}", environment))


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))
