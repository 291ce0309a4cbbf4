"""Finds what no call would carry, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fairway.aws.catalogue.convert import is_tree, unknown_members
from fairway.aws.catalogue.declaration import Call, Codec
from fairway.aws.catalogue.derive import Derived, Target
from fairway.model.errors import Finding, WrongInput
from fairway.model.graph import PropertyPath, Resource
from fairway.model.plan import path_text
from fairway.model.values import Value, is_known


def findings(resource: Resource, derived_of: Callable[[str], Derived]) -> tuple[Finding, ...]:
    """One finding for each property, at any depth, that the catalogue does not handle.

    What the registry schema itself does not know is left to the check of the definition.
    """
    try:
        derived = derived_of(resource.type)
    except WrongInput as error:
        return (Finding(error.code, error.what, resource.location, why=error.why, next=error.next),)
    found: list[Finding] = []
    for name, value in resource.properties.items():
        if name not in derived.schema.settable:
            continue
        if name not in derived.carried:
            found.append(_refused(resource, derived, name))
        else:
            found.extend(_nested(resource, derived, name, value))
    return tuple(found)


def _refused(resource: Resource, derived: Derived, name: str) -> Finding:
    why = derived.type.refused.get(name, "no call of the catalogue carries it")
    message = f"{name} of {resource.type} is not supported"
    return Finding("catalogue.not-carried", message, resource.locate((name,)), why=why, next="remove it")


def _nested(resource: Resource, derived: Derived, name: str, value: Value) -> Iterator[Finding]:
    codec = derived.type.codecs.get(name)
    sent = value if codec is None else _coded(codec, value)
    if not is_tree(sent):
        return
    for call, target in _targets(derived, name):
        renames = {path: to for path, to in derived.renames(call).items() if to != "."}
        path = name if target.path else ""
        places = list(unknown_members(sent, target.shape, path, renames, (name,)))
        yield from (_unknown(resource, place) for place in places)
        return


def _coded(codec: Codec, value: Value) -> Any:
    """The value in the API's shape; nothing while it is not known or not of the schema's shape."""
    try:
        return codec.write(value) if is_known(value) else None
    except (KeyError, TypeError, AttributeError):
        return None  # the check against the schema tells what is wrong with it


def _targets(derived: Derived, name: str) -> Iterator[tuple[Call, Target]]:
    """The calls that carry a property, with where it goes."""
    declared = derived.type
    facet = derived.facet_of.get(name)
    if derived.create_call and name in derived.create_targets:
        yield derived.create_call, derived.create_targets[name]
    for call in declared.update:
        if name in (targets := derived.update_targets(call)):
            yield call, targets[name]
    if facet is not None and isinstance(facet.put, Call):
        yield facet.put, derived.facet_targets(facet, facet.put)[name]


def _unknown(resource: Resource, place: PropertyPath) -> Finding:
    message = f"{path_text(place)} of {resource.type} is not supported"
    why = "no member of the API call takes it"
    return Finding("catalogue.not-carried", message, resource.locate(place), why=why, next="remove it")
