"""Statements as policy documents of the sizes that IAM takes; splitting them widens nothing.

Source: docs:IAM/latest/UserGuide/reference_iam-quotas.html.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairway.model.errors import Failed

Statement = Mapping[str, Any]

INLINE = 10_240
"""Characters of all policies in a role."""
MANAGED, ATTACHED = 6_144, 10
"""Characters of a policy beside it, and how many such a role has unless AWS allows more."""
LIMITS = (INLINE, *[MANAGED] * ATTACHED)
_RESOURCES = 2_000
"""Characters of resources in a statement that has to be split: its actions are to have room beside them."""


def documents(statements: Sequence[Statement], limits: Sequence[int] = LIMITS) -> tuple[str, ...]:
    """The fewest that are needed: the first for the role itself, the others to be attached to it.

    Raises Failed for more than a role can have.
    """
    if len(whole := _document(statements)) <= limits[0]:
        return (whole,)
    waiting = [part for each in statements for part in _by_resource(each)]
    made: list[str] = []
    for limit in limits:
        if waiting:
            taken, waiting = _filled(waiting, limit)
            made.append(_document(taken))
    if waiting:
        raise Failed(
            "ci.policy-size",
            "the policy of the role would be too long for IAM",
            why=f"it has {len(whole)} characters; what a role has and {len(limits) - 1} policies that are "
            f"attached to it can hold about {sum(limits)}",
            next="make projects of some of the stacks: each has roles of its own",
        )
    return tuple(made)


def _document(statements: Sequence[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def _filled(waiting: Sequence[Statement], limit: int) -> tuple[list[Statement], list[Statement]]:
    """The statements of one document, in their order, and those that are left."""
    taken: list[Statement] = []
    for position, each in enumerate(waiting):
        actions = each["Action"]
        fits = _fitting(taken, each, limit)
        if fits:
            taken.append({**each, "Action": actions[:fits]})
        if fits < len(actions):
            return taken, [{**each, "Action": actions[fits:]}, *waiting[position + 1 :]]
    return taken, []


def _fitting(taken: Sequence[Statement], statement: Statement, limit: int) -> int:
    """So many of the statement's actions fit into a document beside what it has."""
    actions = statement["Action"]

    def size(count: int) -> int:
        return len(_document([*taken, {**statement, "Action": actions[:count]}])) if count else 0

    return bisect_right(range(len(actions) + 1), limit, key=size) - 1


def _by_resource(statement: Statement) -> Iterator[Statement]:
    """The statement or, where its resources are many, several with a part of them each.

    Each has a name of its own: no two statements of a document may have the same.
    """
    resources = statement["Resource"]
    for number, part in enumerate([resources] if isinstance(resources, str) else _parts(resources), 1):
        yield {**statement, "Sid": f"{statement['Sid']}{number if number > 1 else ''}", "Resource": part}


def _parts(resources: Sequence[str]) -> Iterator[Sequence[str]]:
    part: list[str] = []
    for each in resources:
        if part and len(json.dumps([*part, each])) > _RESOURCES:
            yield part
            part = []
        part.append(each)
    yield part
