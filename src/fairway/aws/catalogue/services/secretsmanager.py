"""AWS Secrets Manager."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, properties_in, send
from fairway.aws.catalogue.convert import to_input
from fairway.aws.catalogue.declaration import Call, Facet, Naming, ResourceType, Tags
from fairway.aws.catalogue.tags import is_same_owner
from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Failed

_CREATE = Call("CreateSecret", rename={"ReplicaRegions": "AddReplicaRegions"})
_DESCRIBE = Call("DescribeSecret", rename={"ReplicaRegions": "ReplicationStatus"})
_IN_TEMPLATE = ("SecretStringTemplate", "GenerateStringKey")
_READABLE = ("Description", "KmsKeyId", "Name", "ReplicaRegions", "Tags", "Type")


def _create(context: Context) -> Mapping[str, Any]:
    """Creates the secret with its value. Raises CallFailed of kind EXISTS when the name stands already.

    A deleted secret keeps its name until the recovery window ends (BC secretsmanager DeleteSecret): the
    owner's own comes back, and is then adopted like any that an earlier try has made.
    """
    targets = context.derived.targets(_CREATE)
    try:
        return send(context, _CREATE, {**context.after, **_value(context)}, targets, once=True)
    except CallFailed as failure:
        if not _is_scheduled(failure):
            raise
        _restore_own(context)
        raise CallFailed(Kind.EXISTS, str(failure.where), failure.aws_code, failure.what) from None


def _restore_own(context: Context) -> None:
    answer = context.call("DescribeSecret", SecretId=context["Name"])
    if is_same_owner(context.after.get("Tags"), answer.get("Tags")):
        context.call("RestoreSecret", SecretId=context["Name"])


def _is_scheduled(failure: CallFailed) -> bool:
    return failure.aws_code == "InvalidRequestException" and "scheduled for deletion" in failure.what


def _value(context: Context) -> Mapping[str, Any]:
    """The value as given or newly generated; nothing when the definition gives neither."""
    given, recipe = (context.after.get(name) for name in ("SecretString", "GenerateSecretString"))
    if given is not None:
        return {"SecretString": given}
    return {} if recipe is None else {"SecretString": _generated(context, recipe)}


def _generated(context: Context, recipe: Mapping[str, Any]) -> str:
    """A random password, put into its template where there is one (CFN GenerateSecretString)."""
    shape = context.derived.operation(Call("GetRandomPassword")).input_shape
    settings = {name: value for name, value in recipe.items() if name not in _IN_TEMPLATE}
    password: str = context.call("GetRandomPassword", **to_input(settings, shape))["RandomPassword"]
    context.secrets |= {password}
    if "GenerateStringKey" not in recipe:
        return password
    template = recipe.get("SecretStringTemplate", "{}")
    try:
        members = {**json.loads(template), recipe["GenerateStringKey"]: password}
    except (ValueError, TypeError):
        why = "SecretStringTemplate must be the text of a JSON object"
        raise Failed("catalogue.value", "GenerateSecretString cannot be filled in", why=why) from None
    text = json.dumps(members)
    context.secrets |= {text}
    return text


def _put_value(context: Context) -> None:
    value = _value(context)
    if not value:
        raise Failed(
            "catalogue.cannot-reset",
            "a secret cannot lose its value",
            next="give SecretString or GenerateSecretString, or remove the secret",
        )
    context.call("UpdateSecret", SecretId=context["Id"], **value)


def _put_replicas(context: Context) -> None:
    before, after = (
        {replica["Region"]: replica for replica in properties.get("ReplicaRegions") or ()}
        for properties in (context.before, context.after)
    )
    changed = [replica for region, replica in after.items() if replica != before.get(region)]
    gone = sorted(before.keys() - after.keys()) + [r["Region"] for r in changed if r["Region"] in before]
    if gone:
        context.call("RemoveRegionsFromReplication", SecretId=context["Id"], RemoveReplicaRegions=gone)
    if changed:
        context.call("ReplicateSecretToRegions", SecretId=context["Id"], AddReplicaRegions=changed)


def _describe(context: Context, secret: str) -> Mapping[str, Any]:
    """What stands under a name or ARN; nothing when it is deleted and only waits for the window to end."""
    try:
        answer = context.call("DescribeSecret", SecretId=secret)
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return {}
        raise
    return {} if answer.get("DeletedDate") else answer


def _find(context: Context) -> Mapping[str, Any]:
    return _describe(context, context["Name"])


def _read(context: Context) -> Mapping[str, Any]:
    answer = _describe(context, context["Id"])
    context.learn({"ARN": answer.get("ARN")})
    return properties_in(context, _DESCRIBE, answer, frozenset(_READABLE))


def _delete(context: Context) -> None:
    """Schedules the deletion, which can be taken back for 30 days; copies in other regions go at once."""
    answer = _describe(context, context["Id"])
    copies = [copy["Region"] for copy in answer.get("ReplicationStatus", ())]
    if copies:
        context.call("RemoveRegionsFromReplication", SecretId=context["Id"], RemoveReplicaRegions=copies)
    if answer:
        context.call("DeleteSecret", SecretId=context["Id"])


_SECRET = {"SecretId": "{Id}"}

SECRET = ResourceType(
    name="AWS::SecretsManager::Secret",
    service="secretsmanager",
    identity=("Id",),
    create=_create,
    read=_read,
    update=(Call("UpdateSecret", keys=_SECRET),),
    delete=_delete,
    find=_find,
    attributes={"Id": "{ARN}"},
    facets=(
        Facet(("SecretString", "GenerateSecretString"), put=_put_value),
        Facet(("ReplicaRegions",), put=_put_replicas),
    ),
    tags=Tags(tag=Call("TagResource", keys=_SECRET), untag=Call("UntagResource", keys=_SECRET)),
    naming=Naming("Name", 512, allowed="A-Za-z0-9/_+=.@-"),
    carries=(*_READABLE, "SecretString", "GenerateSecretString"),
    also_readable=_READABLE,
    create_only=("Type",),
    holds_data=True,
)

TYPES = (SECRET,)
