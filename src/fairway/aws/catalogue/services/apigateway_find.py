"""API Gateway: finds what a create made that nobody recorded, by its tags or by what its API calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import ReadHook, Template
from fairway.aws.catalogue.tags import is_same_owner
from fairway.aws.failures import CallFailed, Kind


def own(listing: str) -> ReadHook:
    """The listed item with the owner's tags; nothing when there is none."""

    def find(context: Context) -> Mapping[str, Any]:
        for page in context.pages(listing):
            for item in page.get("items", ()):
                if is_same_owner(context.after.get("Tags"), item.get("tags")):
                    return dict(item)
        return {}

    return find


def part(listing: str, match: Mapping[str, Template]) -> ReadHook:
    """The part of an API whose members are as the templates say."""

    def find(context: Context) -> Mapping[str, Any]:
        wanted = {member: context.expand(template) for member, template in match.items()}
        items = (i for page in context.pages(listing, restApiId=context["RestApiId"]) for i in page["items"])
        try:
            return next((i for i in items if all(i.get(m) == v for m, v in wanted.items())), {})
        except CallFailed as failure:
            if failure.kind is Kind.NOT_FOUND:
                return {}
            raise

    return find
