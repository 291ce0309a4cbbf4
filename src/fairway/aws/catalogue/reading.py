"""Reads a resource: the type's own read, its facets where they are worth a call, its tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.calls import Answer
from fairway.aws.catalogue.context import Context, answered, parameters_of, properties_in, send
from fairway.aws.catalogue.declaration import Call, Facet, ReadHook
from fairway.aws.catalogue.tags import in_property_form, list_tags
from fairway.aws.failures import CallFailed, Kind
from fairway.aws.provider import Live
from fairway.model.values import Properties


def read(context: Context, applied: Properties) -> Live | None:
    """What AWS answers now, or None when the resource is not there.

    `applied` are the properties as last applied: facets that were never set are not asked for.
    """
    properties = read_main(context)
    if properties is None or is_going(context):
        return None
    for facet in context.derived.type.facets:
        if facet.get is not None and any(name in applied for name in facet.properties):
            properties.update(read_facet(context, facet))
    properties.update(read_tags(context))
    return Live(context.identifier, context.ref, properties, context.attributes())


def read_main(context: Context) -> dict[str, Any] | None:
    """The properties that the type's own read answers; the context learns the answer."""
    call = context.derived.type.read
    if not isinstance(call, Call):
        return _read_by_hook(context, call)
    answer = main_answer(context, call)
    if not answer:
        return None
    context.answer = answer
    context.learn(scalars(answer))
    found = properties_in(context, call, answer, context.derived.main_properties)
    more = context.derived.type.read_more
    return {**found, **more(context)} if more is not None else found


def is_going(context: Context) -> bool:
    """Whether what the last read answered is being deleted: nothing can be built on it any more."""
    return any(context.answer.get(member) == status for member, status in context.derived.type.going.items())


def _read_by_hook(context: Context, hook: ReadHook) -> dict[str, Any] | None:
    try:
        return dict(hook(context)) or None
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return None
        raise


def main_answer(context: Context, call: Call) -> Answer:
    """The part of the read's answer that is this resource; empty when it is not there."""
    try:
        if not call.match:
            return send(context, call, {}, {})
        parameters = parameters_of(context, call, {}, {})
        for page in context.pages(call.operation, service=call.service, **parameters):
            if found := answered(page, call, context):
                return found
        return {}
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return {}
        raise


def read_facet(context: Context, facet: Facet) -> Mapping[str, Any]:
    """What a facet's own call answers; empty when AWS says that it is not set."""
    try:
        if isinstance(facet.get, Call):
            answer = send(context, facet.get, {}, {})
            return properties_in(context, facet.get, answer, frozenset(facet.properties))
        return facet.get(context) if facet.get else {}
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND or failure.aws_code in facet.absent:
            return {}
        raise


def read_tags(context: Context) -> Mapping[str, Any]:
    """The tags, where a call of their own lists them."""
    tags = context.derived.type.tags
    if tags is None or tags.list is None:
        return {}
    if context.tags_told:
        found = context.tags_told
    elif isinstance(tags.list, Call):
        found = list_tags(context, tags.list)
    else:
        return tags.list(context)
    return {tags.property: in_property_form(found, as_map=context.derived.tags_are_map)} if found else {}


def scalars(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an answer that templates may name."""
    return {name: value for name, value in answer.items() if isinstance(value, str | int | float)}


def learn(context: Context, answer: Answer) -> None:
    """Keeps an answer for templates, attributes and waits."""
    context.answer = {**context.answer, **answer}
    context.learn(scalars(answer))
