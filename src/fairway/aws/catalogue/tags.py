"""Tags: ownership, the two forms in which definitions write them, and what changed between two sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, send
from fairway.aws.catalogue.convert import wrapped_list
from fairway.aws.catalogue.declaration import Call, Tags
from fairway.aws.provider import ANY_LINEAGE, Owner
from fairway.model.evaluate import text
from fairway.model.values import Properties, Value

PREFIX = "fairway:"
_LINEAGE = f"{PREFIX}lineage"


def ownership(owner: Owner) -> dict[str, str]:
    """The tags that say whose a resource is."""
    named = {
        "stack": owner.stack,
        "environment": owner.environment,
        "address": owner.address,
        "lineage": owner.lineage,
        "generation": str(owner.generation or ""),  # by which what replaces is told from what it replaces
    }
    return {f"{PREFIX}{name}": value for name, value in named.items() if value}


def with_ownership(given: Value, owner: Owner, *, as_map: bool) -> Value:
    """The tags of a definition with the owner's added, in the form the type wants."""
    own = ownership(owner)
    if as_map:
        return {**(given if isinstance(given, Mapping) else {}), **own}
    listed = list(given) if isinstance(given, list | tuple) else []
    return [*listed, *({"Key": key, "Value": value} for key, value in own.items())]


def is_owned(tags: Any, owner: Owner) -> bool:
    """Whether live tags say that a resource is this owner's."""
    return _is_same(ownership(owner), _ours(tags))


def owner_of(tags: Any) -> Owner | None:
    """Whose a resource is by its live tags; None when it is no stack's."""
    named = {key.removeprefix(PREFIX): value for key, value in _ours(tags).items()}
    if not named:
        return None
    return Owner(named.get("stack", ""), named.get("environment", ""), named.get("address", ""))


def is_anyones(tags: Any) -> bool:
    """Whether live tags say that a resource belongs to some stack of Fairway's."""
    return any(key.startswith(PREFIX) for key in as_dict(tags))


def is_same_owner(wanted: Any, live: Any) -> bool:
    """Whether live tags name the owner that the wanted ones name; tags that name nobody belong to nobody."""
    own = _ours(wanted)
    return bool(own) and _is_same(own, _ours(live))


def _is_same(wanted: Mapping[str, str], live: Mapping[str, str]) -> bool:
    if wanted.get(_LINEAGE) == ANY_LINEAGE:
        wanted, live = ({k: v for k, v in tags.items() if k != _LINEAGE} for tags in (wanted, live))
    return wanted == live


def _ours(tags: Any) -> dict[str, str]:
    return {key: value for key, value in as_dict(tags).items() if key.startswith(PREFIX)}


def as_dict(tags: Any) -> dict[str, str]:
    """Tags in either form by key, AWS's own left out."""
    if isinstance(tags, Mapping):
        pairs = {str(key): _value(value) for key, value in tags.items()}
    else:
        pairs = {str(_member(tag, "key")): _value(_member(tag, "value")) for tag in tags or ()}
    return {key: value for key, value in pairs.items() if not key.startswith("aws:")}


def _member(tag: Mapping[str, Any], name: str) -> Any:
    return next((value for key, value in tag.items() if key.casefold() == name), "")


def _value(value: Any) -> str:
    return "" if value is None else text(value) if isinstance(value, str | int | float | bool) else str(value)


def in_property_form(tags: Mapping[str, str], *, as_map: bool) -> Value:
    """Tags as the registry schema writes them."""
    if as_map:
        return dict(tags)
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def list_tags(context: Context, call: Call) -> dict[str, str]:
    """The live tags by key; the answer's one member with tags is found by its name."""
    answer = send(context, call, {}, {})
    if call.answer:
        return as_dict(answer)
    member = next((name for name in answer if "tag" in name.casefold()), "")
    shape = context.derived.operation(call).output_shape.members.get(member)
    wrapped = wrapped_list(shape) if shape is not None else ""
    found = answer.get(member) or {}
    return as_dict(found.get(wrapped) if wrapped else found)


def update_tags(context: Context, tags: Tags, before: Properties, after: Properties) -> None:
    """Sets what is new or different and removes what is gone."""
    if tags.tag is not None and not isinstance(tags.tag, Call):
        tags.tag(context)
        return
    old, new = as_dict(before.get(tags.property)), as_dict(after.get(tags.property))
    added = {key: value for key, value in new.items() if old.get(key) != value}
    removed = sorted(set(old) - set(new))
    if removed and tags.untag is not None:
        _send_keys(context, tags.untag, removed)
    if added and tags.tag is not None:
        put_tags(context, tags.tag, added)


def put_tags(context: Context, call: Call, tags: Mapping[str, str]) -> None:
    """One call that sets these tags, as a list or a map: whichever its member is."""
    member = _tag_member(context, call)
    target = context.derived.operation(call).input_shape.members[member]
    wrapped = wrapped_list(target)
    listed = target.members[wrapped] if wrapped else target
    value: Any = _pairs(tags, listed.member) if listed.type_name == "list" else dict(tags)
    context_keys = {name: context.expand(template) for name, template in call.keys.items()}
    context.call(
        call.operation,
        service=call.service,
        **{
            **_required(context, call, member),
            **context_keys,
            member: {wrapped: value} if wrapped else value,
        },
    )


def _pairs(tags: Mapping[str, str], shape: Any) -> list[dict[str, str]]:
    names = {name.casefold(): name for name in shape.members}
    key, value = names.get("key") or names["tagkey"], names.get("value") or names["tagvalue"]
    return [{key: tag, value: content} for tag, content in sorted(tags.items())]


def _send_keys(context: Context, call: Call, keys: list[str]) -> None:
    member = _tag_member(context, call)
    given = {name: context.expand(template) for name, template in call.keys.items()}
    wrapped = wrapped_list(context.derived.operation(call).input_shape.members[member])
    value: Any = {wrapped: keys} if wrapped else keys
    context.call(
        call.operation, service=call.service, **{**_required(context, call, member), **given, member: value}
    )


def _tag_member(context: Context, call: Call) -> str:
    shape = context.derived.operation(call).input_shape
    names = [name for name in shape.members if "tag" in name.casefold() and name not in call.keys]
    members = {name: shape.members[name] for name in names}
    found: str = next(
        name for name, each in members.items() if each.type_name in ("list", "map") or wrapped_list(each)
    )
    return found


def _required(context: Context, call: Call, tag_member: str) -> dict[str, Any]:
    """Required members that the scope knows by name."""
    shape = context.derived.operation(call).input_shape
    names = [name for name in shape.required_members if name != tag_member and name not in call.keys]
    return {name: context[name] for name in names if context.get(name) is not None}
