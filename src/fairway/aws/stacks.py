"""Stacks of CloudFormation's: what one is made of, and how it is let go with its resources kept.

Sources: BC cloudformation DescribeStacks, GetTemplate, ListStackResources, UpdateStack, DeleteStack.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed
from fairway.model.errors import Failed, WrongInput

HIDDEN = "****"
"""What DescribeStacks answers for a parameter with NoEcho."""
TEMPLATE_SIZE = 51_200
"""Bytes that UpdateStack takes as a template's body (BC cloudformation UpdateStack)."""
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_FIRST_LOOKS = (0.5, 1.0)
LOOKS_EVERY = 2.0
"""Seconds between two looks at a stack."""
_SERVICE = "cloudformation"


@dataclass(frozen=True)
class Member:
    """A resource of a stack; `physical` is CloudFormation's name for it."""

    address: str
    type: str
    physical: str


@dataclass(frozen=True)
class ExistingStack:
    """A stack as CloudFormation has it, its template with all macros and transforms carried out.

    `parameters` are as last given; of the `hidden` ones CloudFormation does not tell the value.
    """

    name: str
    id: str
    template: str
    parameters: Mapping[str, str]
    hidden: frozenset[str]
    members: tuple[Member, ...]
    outputs: Mapping[str, str] = field(default_factory=dict)


def existing_stack(caller: Caller, name: str) -> ExistingStack:
    """The stack. Raises WrongInput when there is none, Failed when something is being done to it."""
    described = _described(caller, name)
    if described is None:
        raise WrongInput(
            "adopt.no-stack",
            f"CloudFormation has no stack {name}",
            why=f"there is none of that name in {caller.session.region}",
            next="name a stack of this account, with --region where it is elsewhere",
        )
    status = described["StackStatus"]
    if not status.endswith("_COMPLETE") or status in ("DELETE_COMPLETE", "ROLLBACK_COMPLETE"):
        raise Failed(
            "adopt.stack-busy",
            f"the stack {name} cannot be taken over while it is {status}",
            next="bring it to an end in CloudFormation first",
        )
    given = {each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", ())}
    return ExistingStack(
        described["StackName"],
        described["StackId"],
        template_of(caller, name),
        {key: value for key, value in given.items() if value != HIDDEN},
        frozenset(key for key, value in given.items() if value == HIDDEN),
        tuple(_members(caller, name)),
        {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())},
    )


def replace_template(caller: Caller, stack: ExistingStack, template: str) -> None:
    """Give the stack another template, every parameter as it was; returns when the update has ended.

    Raises Failed for a template that is too long, and when CloudFormation does not carry it out.
    """
    size = len(template.encode())
    if size > TEMPLATE_SIZE:
        raise Failed(
            "adopt.template-size",
            f"the template of {stack.name} is too long to be sent back",
            why=f"CloudFormation takes {TEMPLATE_SIZE:,} bytes, and it has {size:,}",
            next="set DeletionPolicy: Retain on all its resources, update the stack, and release it again",
        )
    asked = {
        "StackName": stack.id,
        "TemplateBody": template,
        "Parameters": [
            {"ParameterKey": key, "UsePreviousValue": True}
            for key in sorted({*stack.parameters, *stack.hidden})
        ],
        "Capabilities": list(CAPABILITIES),
    }
    caller.call(_SERVICE, "UpdateStack", asked)
    _wait(caller, stack, "UPDATE_COMPLETE")


def delete(caller: Caller, stack: ExistingStack) -> None:
    """Delete the stack, and with it what its template does not retain; returns when it is gone."""
    caller.call(_SERVICE, "DeleteStack", {"StackName": stack.id})
    _wait(caller, stack, "DELETE_COMPLETE")


def _wait(caller: Caller, stack: ExistingStack, wanted: str) -> None:
    """Wait for the end of what has been begun. Raises Failed when that is another than wanted."""
    for delay in chain(_FIRST_LOOKS, repeat(LOOKS_EVERY)):
        described = _described(caller, stack.id)
        status = described["StackStatus"] if described else "DELETE_COMPLETE"
        if status == wanted:
            return
        if not status.endswith("_IN_PROGRESS"):
            why = (described or {}).get("StackStatusReason", "")
            raise Failed(
                "adopt.stack-failed",
                f"CloudFormation left {stack.name} {status}",
                why=why,
                next="see the stack's events in CloudFormation, put that right, and release it again",
            )
        caller.pause(delay)


def _described(caller: Caller, name: str) -> Mapping[str, Any] | None:
    try:
        found: list[Mapping[str, Any]] = caller.call(_SERVICE, "DescribeStacks", {"StackName": name})[
            "Stacks"
        ]
    except CallFailed as failure:
        # BC: a ValidationError that says "does not exist"
        if "does not exist" in failure.what:
            return None
        raise
    return found[0] if found else None


def template_of(caller: Caller, name: str) -> str:
    """A stack's template as it was carried out, as text."""
    asked = {"StackName": name, "TemplateStage": "Processed"}
    body = caller.call(_SERVICE, "GetTemplate", asked)["TemplateBody"]
    return body if isinstance(body, str) else json.dumps(body)


def _members(caller: Caller, name: str) -> Iterator[Member]:
    for page in caller.pages(_SERVICE, "ListStackResources", {"StackName": name}):
        for each in page["StackResourceSummaries"]:
            if each["ResourceStatus"] != "DELETE_COMPLETE":
                yield Member(
                    each["LogicalResourceId"], each["ResourceType"], each.get("PhysicalResourceId", "")
                )
