"""AWS Identity and Access Management."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Facet, Naming, ResourceType, Tags
from fairway.aws.failures import CallFailed, Kind


def document_text(document: Any) -> str:
    """A policy document as the text that IAM takes."""
    return document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))


def _inline(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {item["PolicyName"]: item["PolicyDocument"] for item in properties.get("Policies") or ()}


def _put_inline(context: Context) -> None:
    """Puts new and changed inline policies and removes those that are gone."""
    before, after = _inline(context.before), _inline(context.after)
    role = context["RoleName"]
    for name, document in after.items():
        if before.get(name) != document:
            text = document_text(document)
            context.call("PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=text)
    for name in before.keys() - after.keys():
        _ignore_missing(context, "DeleteRolePolicy", RoleName=role, PolicyName=name)


def _read_inline(context: Context) -> Mapping[str, Any]:
    """The inline policies that the role declares; others belong to AWS::IAM::Policy resources."""
    found = []
    for name in _inline(context.after):
        try:
            answer = context.call("GetRolePolicy", RoleName=context["RoleName"], PolicyName=name)
        except CallFailed as failure:
            if failure.kind is not Kind.NOT_FOUND:
                raise
            continue
        found.append({"PolicyName": name, "PolicyDocument": answer["PolicyDocument"]})
    return {"Policies": found}


def _put_attached(context: Context) -> None:
    before = set(context.before.get("ManagedPolicyArns") or ())
    after = set(context.after.get("ManagedPolicyArns") or ())
    for arn in sorted(after - before):
        context.call("AttachRolePolicy", RoleName=context["RoleName"], PolicyArn=arn)
    for arn in sorted(before - after):
        _ignore_missing(context, "DetachRolePolicy", RoleName=context["RoleName"], PolicyArn=arn)


def _attached(context: Context) -> Iterator[str]:
    for page in context.pages("ListAttachedRolePolicies", RoleName=context["RoleName"]):
        yield from (item["PolicyArn"] for item in page["AttachedPolicies"])


def _read_attached(context: Context) -> Mapping[str, Any]:
    """The attached policies that the role declares; AWS::IAM::ManagedPolicy attaches others by itself."""
    live = set(_attached(context))
    return {"ManagedPolicyArns": [a for a in context.after.get("ManagedPolicyArns") or () if a in live]}


def _detach_all(context: Context) -> None:
    """BC iam DeleteRole: policies and instance profiles must be gone from the role first."""
    role = context["RoleName"]
    for arn in list(_attached(context)):
        _ignore_missing(context, "DetachRolePolicy", RoleName=role, PolicyArn=arn)
    for page in list(context.pages("ListRolePolicies", RoleName=role)):
        for name in page["PolicyNames"]:
            _ignore_missing(context, "DeleteRolePolicy", RoleName=role, PolicyName=name)
    for page in list(context.pages("ListInstanceProfilesForRole", RoleName=role)):
        for profile in page["InstanceProfiles"]:
            name = profile["InstanceProfileName"]
            _ignore_missing(context, "RemoveRoleFromInstanceProfile", InstanceProfileName=name, RoleName=role)


def _ignore_missing(context: Context, operation: str, **parameters: Any) -> None:
    try:
        context.call(operation, **parameters)
    except CallFailed as failure:
        if failure.kind is not Kind.NOT_FOUND:
            raise


ROLE = ResourceType(
    name="AWS::IAM::Role",
    service="iam",
    identity=("RoleName",),
    create=Call("CreateRole", answer="Role"),
    read=Call(
        "GetRole", answer="Role", rename={"PermissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn"}
    ),
    update=(
        Call("UpdateAssumeRolePolicy", rename={"AssumeRolePolicyDocument": "PolicyDocument"}),
        # BC iam UpdateRole: a session duration that is left out goes back to an hour.
        Call("UpdateRole", whole=True),
    ),
    delete=Call("DeleteRole"),
    attributes={},
    facets=(
        Facet(
            ("PermissionsBoundary",),
            put=Call("PutRolePermissionsBoundary"),
            clear=Call("DeleteRolePermissionsBoundary"),
        ),
        Facet(("Policies",), put=_put_inline, get=_read_inline),
        Facet(("ManagedPolicyArns",), put=_put_attached, get=_read_attached),
    ),
    tags=Tags(tag=Call("TagRole"), untag=Call("UntagRole")),
    naming=Naming("RoleName", 64, allowed="A-Za-z0-9+=,.@_-"),
    # BC iam CreateRole.
    defaults={"Path": "/", "MaxSessionDuration": 3600, "Description": ""},
    documents=("AssumeRolePolicyDocument", "Policies.*.PolicyDocument"),
    unordered=("Policies", "ManagedPolicyArns"),
    prepare_delete=_detach_all,
)

TYPES = (ROLE,)
