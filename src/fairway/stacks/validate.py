"""Everything that can be known about a definition without AWS."""

from __future__ import annotations

from fairway.model.errors import Finding
from fairway.model.graph import Definition
from fairway.stacks.connect import connect
from fairway.stacks.interruption import Interruption
from fairway.stacks.read import read, with_findings_of_code
from fairway.stacks.request import Request
from fairway.stacks.storage import open_store

ANY_ACCOUNT = "123456789012"
"""Stands for the account, which only AWS can tell."""


def validate(request: Request) -> tuple[Definition, tuple[Finding, ...]]:
    """The definition, and every finding of it and of the code it names, in the order of the file."""
    cloud = connect(request.target, Interruption())
    store = open_store(request.target)
    definition, findings = read(request, store, cloud, account=ANY_ACCOUNT, look_up=None)
    return definition, with_findings_of_code(definition, findings)
