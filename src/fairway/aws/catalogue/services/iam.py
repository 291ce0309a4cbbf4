"""AWS Identity and Access Management."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import (
    Bulk,
    Call,
    Codec,
    Facet,
    Naming,
    Pages,
    ResourceType,
    Tags,
    Told,
)
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


def _delete_role(context: Context) -> None:
    """BC iam DeleteRole: policies and profiles must be gone first; those we know of cost no listing."""
    role = context["RoleName"]
    for arn in context.after.get("ManagedPolicyArns") or ():
        _ignore_missing(context, "DetachRolePolicy", RoleName=role, PolicyArn=arn)
    for name in _inline(context.after):
        _ignore_missing(context, "DeleteRolePolicy", RoleName=role, PolicyName=name)
    try:
        context.call("DeleteRole", RoleName=role)
    except CallFailed as failure:
        if failure.aws_code != "DeleteConflict":
            raise
        _detach_all(context)
        context.call("DeleteRole", RoleName=role)


def _detach_all(context: Context) -> None:
    """Takes off whatever is still on the role."""
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


_AT_ONCE = 1000
"""The most that IAM answers at once (BC iam ListRoles)."""


def _tell_roles(pages: Pages, names: Collection[str]) -> Iterator[Told]:
    """Neither call answers all that GetRole does (BC iam ListRoles, RoleDetail); both together do."""
    listed: dict[str, Mapping[str, Any]] = {}
    for page in pages("ListRoles", MaxItems=_AT_ONCE):
        listed |= {role["RoleName"]: role for role in page["Roles"]}
        if listed.keys() >= set(names):
            break
    for page in pages("GetAccountAuthorizationDetails", Filter=["Role"], MaxItems=_AT_ONCE):
        for detail in page["RoleDetailList"]:
            if detail["RoleName"] in listed:
                yield _told_role({**listed[detail["RoleName"]], **detail})


def _told_role(role: Mapping[str, Any]) -> Told:
    name = role["RoleName"]
    inline = (
        (
            "GetRolePolicy",
            {"RoleName": name, "PolicyName": policy["PolicyName"]},
            {"PolicyDocument": policy["PolicyDocument"]},
        )
        for policy in role.get("RolePolicyList", ())
    )
    attached = {"AttachedPolicies": role.get("AttachedManagedPolicies", ())}
    return Told(
        name,
        (
            ("GetRole", {"RoleName": name}, {"Role": role}),
            ("ListAttachedRolePolicies", {"RoleName": name}, attached),
            *inline,
        ),
    )


ROLE = ResourceType(
    name="AWS::IAM::Role",
    service="iam",
    identity=("RoleName",),
    create=Call("CreateRole", answer="Role"),
    read=Call(
        "GetRole", answer="Role", rename={"PermissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn"}
    ),
    bulk=Bulk(_tell_roles, "{RoleName}", least=2),
    update=(
        Call("UpdateAssumeRolePolicy", rename={"AssumeRolePolicyDocument": "PolicyDocument"}),
        # BC iam UpdateRole: a session duration that is left out goes back to an hour.
        Call("UpdateRole", whole=True),
    ),
    delete=_delete_role,
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
)


_KINDS = {"Roles": "Role", "Users": "User", "Groups": "Group"}
"""What a policy can hang on: the property, and the word in the operations' names."""


def _attachments(properties: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(kind, name) for property, kind in _KINDS.items() for name in properties.get(property) or ()}


def _put_policy(context: Context) -> None:
    """One inline policy on several identities: puts it where it shall be, takes it from where it was."""
    text = document_text(context.after["PolicyDocument"])
    for kind, name in sorted(_attachments(context.after)):
        policy: dict[str, Any] = {"PolicyName": context.after["PolicyName"], "PolicyDocument": text}
        context.call(f"Put{kind}Policy", **{f"{kind}Name": name, **policy})
    moved = context.before and context.before["PolicyName"] != context.after["PolicyName"]
    gone = _attachments(context.before) - (set() if moved else _attachments(context.after))
    for kind, name in sorted(gone):
        _delete_inline(context, kind, name, context.before["PolicyName"])


def _create_policy(context: Context) -> Mapping[str, Any]:
    _put_policy(context)
    return {}


def _delete_inline(context: Context, kind: str, name: str, policy: str) -> None:
    given: dict[str, Any] = {f"{kind}Name": name, "PolicyName": policy}
    _ignore_missing(context, f"Delete{kind}Policy", **given)


def _delete_policy(context: Context) -> None:
    for kind, name in sorted(_attachments(context.after)):
        _delete_inline(context, kind, name, context.after["PolicyName"])


def _read_policy(context: Context) -> Mapping[str, Any]:
    """The document, and the identities among those it was put on that still have it."""
    name, found = context.after["PolicyName"], {}
    held: dict[str, list[str]] = {}
    for property, kind in _KINDS.items():
        for identity in context.after.get(property) or ():
            given: dict[str, Any] = {f"{kind}Name": identity, "PolicyName": name}
            try:
                found["PolicyDocument"] = context.call(f"Get{kind}Policy", **given)["PolicyDocument"]
                held.setdefault(property, []).append(identity)
            except CallFailed as failure:
                if failure.kind is not Kind.NOT_FOUND:
                    raise
    return {"PolicyName": name, **found, **held} if held else {}


POLICY = ResourceType(
    name="AWS::IAM::Policy",
    service="iam",
    identity=("Id",),
    create=_create_policy,
    read=_read_policy,
    bulk=Bulk(_tell_roles, "{Roles}?", least=2),
    update_hook=_put_policy,
    delete=_delete_policy,
    attributes={"Id": "{unique_name}"},
    carries=("PolicyName", "PolicyDocument", *_KINDS),
    also_readable=("PolicyName", "PolicyDocument", *_KINDS),
    unordered=tuple(_KINDS),
    documents=("PolicyDocument",),
)


def _put_document(context: Context) -> None:
    """A managed policy keeps five versions (BC iam CreatePolicyVersion): the oldest makes room."""
    versions = _versions(context)
    if len(versions) >= _KEPT_VERSIONS:
        oldest = min(versions, key=lambda version: int(version["VersionId"].lstrip("v")))
        context.call("DeletePolicyVersion", PolicyArn=context["PolicyArn"], VersionId=oldest["VersionId"])
    text = document_text(context.after["PolicyDocument"])
    context.call(
        "CreatePolicyVersion", PolicyArn=context["PolicyArn"], PolicyDocument=text, SetAsDefault=True
    )


_KEPT_VERSIONS = 4
"""Other than the default one."""


def _versions(context: Context) -> list[Mapping[str, Any]]:
    pages = context.pages("ListPolicyVersions", PolicyArn=context["PolicyArn"])
    return [version for page in pages for version in page["Versions"] if not version["IsDefaultVersion"]]


def _read_document(context: Context) -> Mapping[str, Any]:
    version = context.answer["DefaultVersionId"]
    answer = context.call("GetPolicyVersion", PolicyArn=context["PolicyArn"], VersionId=version)
    return {"PolicyDocument": answer["PolicyVersion"]["Document"]}


def _put_attachments(context: Context) -> None:
    before, after = _attachments(context.before), _attachments(context.after)
    arn = context["PolicyArn"]
    for kind, name in sorted(after - before):
        context.call(f"Attach{kind}Policy", **{f"{kind}Name": name, "PolicyArn": arn})
    for kind, name in sorted(before - after):
        _ignore_missing(context, f"Detach{kind}Policy", **{f"{kind}Name": name, "PolicyArn": arn})


def _entities(context: Context) -> set[tuple[str, str]]:
    pages = context.pages("ListEntitiesForPolicy", PolicyArn=context["PolicyArn"])
    return {
        (kind, entity[f"{kind}Name"])
        for page in pages
        for property, kind in _KINDS.items()
        for entity in page.get(f"Policy{property}", ())
    }


def _read_attachments(context: Context) -> Mapping[str, Any]:
    """The identities that the policy declares; others attach it by themselves."""
    live = _entities(context)
    return {
        property: [name for name in context.after[property] if (kind, name) in live]
        for property, kind in _KINDS.items()
        if context.after.get(property)
    }


def _detach_policy(context: Context) -> None:
    """BC iam DeletePolicy: nothing may hold it, and only the default version may be left."""
    arn = context["PolicyArn"]
    for kind, name in sorted(_entities(context)):
        _ignore_missing(context, f"Detach{kind}Policy", **{f"{kind}Name": name, "PolicyArn": arn})
    for version in _versions(context):
        _ignore_missing(context, "DeletePolicyVersion", PolicyArn=arn, VersionId=version["VersionId"])


def _find_managed(context: Context) -> Mapping[str, Any]:
    path, name = context.get("Path") or "/", context["ManagedPolicyName"]
    return {"Arn": context.expand("arn:{partition}:iam::{account}:policy") + path + name}


MANAGED_POLICY = ResourceType(
    name="AWS::IAM::ManagedPolicy",
    service="iam",
    identity=("PolicyArn",),
    create=Call("CreatePolicy", answer="Policy", rename={"ManagedPolicyName": "PolicyName"}),
    read=Call("GetPolicy", answer="Policy", rename={"ManagedPolicyName": "PolicyName"}),
    delete=Call("DeletePolicy"),
    find=_find_managed,
    attributes={"PolicyArn": "{Arn}"},
    read_more=_read_document,
    also_readable=("PolicyDocument",),
    facets=(
        Facet(("PolicyDocument",), put=_put_document),
        Facet(tuple(_KINDS), put=_put_attachments, get=_read_attachments),
    ),
    naming=Naming("ManagedPolicyName", 128, allowed="A-Za-z0-9+=,.@_-"),
    defaults={"Path": "/", "Description": ""},
    volatile=("AttachmentCount", "DefaultVersionId", "PermissionsBoundaryUsageCount", "UpdateDate"),
    unordered=tuple(_KINDS),
    documents=("PolicyDocument",),
    prepare_delete=_detach_policy,
)


def _put_profile_roles(context: Context) -> None:
    """A profile holds one role (BC iam AddRoleToInstanceProfile), so the old one goes first."""
    profile = context["InstanceProfileName"]
    before, after = set(context.before.get("Roles") or ()), set(context.after.get("Roles") or ())
    for role in sorted(before - after):
        _ignore_missing(context, "RemoveRoleFromInstanceProfile", InstanceProfileName=profile, RoleName=role)
    for role in sorted(after - before):
        context.call("AddRoleToInstanceProfile", InstanceProfileName=profile, RoleName=role)


def _empty_profile(context: Context) -> None:
    profile = context["InstanceProfileName"]
    answer = context.call("GetInstanceProfile", InstanceProfileName=profile)
    for role in answer["InstanceProfile"]["Roles"]:
        given: dict[str, Any] = {"InstanceProfileName": profile, "RoleName": role["RoleName"]}
        _ignore_missing(context, "RemoveRoleFromInstanceProfile", **given)


INSTANCE_PROFILE = ResourceType(
    name="AWS::IAM::InstanceProfile",
    service="iam",
    identity=("InstanceProfileName",),
    create=Call("CreateInstanceProfile", answer="InstanceProfile"),
    read=Call("GetInstanceProfile", answer="InstanceProfile"),
    delete=Call("DeleteInstanceProfile"),
    codecs={"Roles": Codec(read=lambda roles: [role["RoleName"] for role in roles])},
    facets=(Facet(("Roles",), put=_put_profile_roles),),
    naming=Naming("InstanceProfileName", 128, allowed="A-Za-z0-9+=,.@_-"),
    defaults={"Path": "/"},
    prepare_delete=_empty_profile,
)

TYPES = (ROLE, POLICY, MANAGED_POLICY, INSTANCE_PROFILE)
