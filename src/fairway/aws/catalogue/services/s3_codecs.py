"""Bucket settings whose shape in the registry schema differs from the API's: pure functions, both ways.

Members that are not named here pass through, so that one the API does not take is refused when it is sent.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.declaration import Codec

Plain = Mapping[str, Any]


def _moved(value: Plain, names: Mapping[str, str]) -> dict[str, Any]:
    """The members of `names` that are there, under their new names."""
    return {new: value[old] for old, new in names.items() if value.get(old) is not None}


def _without(value: Plain, *names: str) -> dict[str, Any]:
    return {name: child for name, child in value.items() if name not in names and child is not None}


def _inverse(names: Mapping[str, str]) -> Mapping[str, str]:
    return {new: old for old, new in names.items()}


_EXPIRATION = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}
_TRANSITION = {"TransitionInDays": "Days", "TransitionDate": "Date"}
_OLD_TRANSITION = {"TransitionInDays": "NoncurrentDays"}
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
_OWN = (
    *_EXPIRATION, *_SIZES, "Prefix", "TagFilters", "Transition", "Transitions", "NoncurrentVersionTransition",
    "NoncurrentVersionTransitions", "NoncurrentVersionExpirationInDays",
)  # fmt: skip


def _write_rule(rule: Plain) -> Plain:
    found = _without(rule, *_OWN)
    found["Filter"] = _filter(rule)
    if expiration := _moved(rule, _EXPIRATION):
        found["Expiration"] = expiration
    if transitions := _both(rule, "Transition", _TRANSITION):
        found["Transitions"] = transitions
    if old := _both(rule, "NoncurrentVersionTransition", _OLD_TRANSITION):
        found["NoncurrentVersionTransitions"] = old
    if (days := rule.get("NoncurrentVersionExpirationInDays")) is not None:
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    return found


def _both(rule: Plain, name: str, names: Mapping[str, str]) -> list[Plain]:
    """The items of a list that may also be given as one single item under the singular name."""
    single = [rule[name]] if rule.get(name) else []
    items = [*single, *(rule.get(f"{name}s") or ())]
    return [{**_without(item, *names), **_moved(item, names)} for item in items]


def _filter(rule: Plain) -> Plain:
    """One condition stands alone, several under `And` (BC s3 LifecycleRuleFilter)."""
    parts: dict[str, Any] = _moved(rule, {name: name for name in ("Prefix", *_SIZES)})
    tags = rule.get("TagFilters") or ()
    if len(parts) + len(tags) > 1:
        return {"And": {**parts, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else parts or {"Prefix": ""}


def _read_rule(rule: Plain) -> Plain:
    found = _without(rule, "Filter", "Expiration", "Transitions", "NoncurrentVersionTransitions")
    condition = rule.get("Filter") or {}
    parts = condition.get("And") or condition
    found |= _moved(parts, {name: name for name in ("Prefix", *_SIZES)})
    if found.get("Prefix") == "":
        del found["Prefix"]
    tags = parts.get("Tags") or ([parts["Tag"]] if "Tag" in parts else [])
    if tags:
        found["TagFilters"] = tags
    found |= _dated(_moved(rule.get("Expiration") or {}, _inverse(_EXPIRATION)))
    lists = (("Transitions", _TRANSITION), ("NoncurrentVersionTransitions", _OLD_TRANSITION))
    for name, names in lists:
        if rule.get(name):
            back = _inverse(names)
            found[name] = [_dated({**_without(i, *back), **_moved(i, back)}) for i in rule[name]]
    return found


def _dated(value: dict[str, Any]) -> dict[str, Any]:
    """Dates as templates write them."""
    times = {name: child for name, child in value.items() if isinstance(child, datetime.datetime)}
    return {**value, **{name: time.strftime("%Y-%m-%dT%H:%M:%SZ") for name, time in times.items()}}


def _write_lifecycle(value: Plain) -> Plain:
    rules = {"Rules": [_write_rule(rule) for rule in value["Rules"]]}
    return {"LifecycleConfiguration": rules, **_without(value, "Rules")}


def _read_lifecycle(answer: Plain) -> Plain:
    return {**_without(answer, "ResponseMetadata"), "Rules": [_read_rule(rule) for rule in answer["Rules"]]}


LIFECYCLE = Codec(_write_lifecycle, _read_lifecycle)

_TARGETS = {
    "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
    "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
}


def _write_notifications(value: Plain) -> Plain:
    found = _without(value, *_TARGETS, "EventBridgeConfiguration")
    for name, (member, target, arn) in _TARGETS.items():
        if items := value.get(name):
            found[member] = [_write_notification(item, target, arn) for item in items]
    bridge = value.get("EventBridgeConfiguration")
    if bridge is not None and str(bridge.get("EventBridgeEnabled", True)).lower() == "true":
        found["EventBridgeConfiguration"] = {}
    return found


def _write_notification(item: Plain, target: str, arn: str) -> Plain:
    found = {**_without(item, target, "Event", "Filter"), arn: item[target], "Events": [item["Event"]]}
    if rules := (item.get("Filter") or {}).get("S3Key"):
        found["Filter"] = {"Key": {"FilterRules": rules["Rules"]}}
    return found


def _read_notifications(answer: Plain) -> Plain | None:
    found: dict[str, Any] = {}
    for name, (member, target, arn) in _TARGETS.items():
        if items := answer.get(member):
            found[name] = [_read_notification(item, target, arn) for item in items]
    if "EventBridgeConfiguration" in answer:
        found["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return found or None


def _read_notification(item: Plain, target: str, arn: str) -> Plain:
    found = {target: item[arn], "Event": item["Events"][0]}
    rules = ((item.get("Filter") or {}).get("Key") or {}).get("FilterRules")
    return {**found, **({"Filter": {"S3Key": {"Rules": rules}}} if rules else {})}


NOTIFICATIONS = Codec(_write_notifications, _read_notifications)

_DOCUMENTS = {"IndexDocument": "Suffix", "ErrorDocument": "Key"}


def _write_website(value: Plain) -> Plain:
    documents = {name: {member: value[name]} for name, member in _DOCUMENTS.items() if value.get(name)}
    return {**value, **documents}


def _read_website(answer: Plain) -> Plain:
    documents = {name: answer[name][member] for name, member in _DOCUMENTS.items() if answer.get(name)}
    return {**answer, **documents}


WEBSITE = Codec(_write_website, _read_website)


def _kebab(name: str) -> str:
    """`PublicReadWrite` as the API writes it: `public-read-write`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


ACCESS_CONTROL = Codec(write=_kebab)
