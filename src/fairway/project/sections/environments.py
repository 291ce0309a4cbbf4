"""`[environments.NAME]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from fairway.model.until import Until
from fairway.project.reading import Table
from fairway.project.sections.parameters import parameters, shared_parameters
from fairway.project.sections.state import state
from fairway.project.settings import NAME, NAME_RULE, EnvironmentSettings, Parameters

ACCOUNT = re.compile(r"\d{12}")
ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_ROLE_EXAMPLE = "arn:aws:iam::123456789012:role/deploys-shop"


def environments(table: Table, file: Path) -> Mapping[str, EnvironmentSettings]:
    """Each environment by its name."""
    for name in table.held:
        if not NAME.fullmatch(name):
            table.wrong(name, f"{name!r} cannot be the name of an environment", why=NAME_RULE)
    return {name: _environment(each, file) for name, each in table.named().items()}


def _environment(table: Table, file: Path) -> EnvironmentSettings:
    on_failure: Any = table.choice("on_failure", ("hold", "rollback"), "hold")
    wait: Any = table.choice("wait", get_args(Until), "ready")
    own = table.table("state")
    settings = EnvironmentSettings(
        on_failure=on_failure,
        protect=table.texts("protect"),
        state=state(own, file) if own.held else None,
        account=table.text("account", form=ACCOUNT, example='its twelve digits, in quotes: "123456789012"'),
        region=table.text("region"),
        profile=table.text("profile"),
        branch=table.text("branch"),
        approval=table.flag("approval"),
        clean_tree=table.flag("clean_tree"),
        concurrency=table.whole("concurrency", 0, least=1),
        wait=wait,
        role=table.text("role", form=ROLE, example=_ROLE_EXAMPLE),
        plan_role=table.text("plan_role", form=ROLE, example=_ROLE_EXAMPLE),
        parameters=shared_parameters(table.table("parameters")),
        stack_parameters=_of_stacks(table.table("stacks")),
        location=table.location,
    )
    table.close()
    return settings


def _of_stacks(table: Table) -> Mapping[str, Parameters]:
    table.require_stacks()
    found = {}
    for name, each in table.named().items():
        found[name] = parameters(each.table("parameters"))
        each.close()
    return found
