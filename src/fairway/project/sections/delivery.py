"""What happens around the stacks: `[[test]]`, `[sites.NAME]`, `[notify.NAME]`, `[hooks]`, `[ci]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from fairway.project.reading import Table, refuse_same_names
from fairway.project.settings import (
    CiSettings,
    HookSettings,
    NotifyEvent,
    NotifySettings,
    SiteSettings,
    TestSettings,
)


def tests(tables: tuple[Table, ...]) -> tuple[TestSettings, ...]:
    """The components' tests, in the order of the file."""
    refuse_same_names(tables)
    return tuple(map(_test, tables))


def _test(table: Table) -> TestSettings:
    found = TestSettings(
        table.required("name"),
        table.required_named("run"),
        table.text("folder", TestSettings.folder),
        table.duration("timeout", TestSettings.timeout),
        table.location,
    )
    table.close()
    return found


def sites(table: Table) -> Mapping[str, SiteSettings]:
    """Each site by its name."""
    return {name: _site(name, each) for name, each in table.named().items()}


def _site(name: str, table: Table) -> SiteSettings:
    found = SiteSettings(
        name,
        table.required("folder"),
        table.required_named("bucket"),
        table.text("output", SiteSettings.output),
        table.text("build"),
        table.named_text("distribution"),
        table.named_map("environment"),
        table.location,
        table.texts("immutable"),
    )
    table.close()
    return found


def notifications(table: Table) -> tuple[NotifySettings, ...]:
    """Everybody who is told, in the order of the file."""
    return tuple(_notify(name, each) for name, each in table.named().items())


def _notify(name: str, table: Table) -> NotifySettings:
    on: Any = table.choices("on", get_args(NotifyEvent))
    found = NotifySettings(
        name, table.required_named("url"), on, table.environments("environments"), table.location
    )
    table.close()
    return found


def hooks(table: Table) -> HookSettings:
    """Commands at points of the pipeline."""
    found = HookSettings(
        table.named_texts("before_build"),
        table.named_texts("before_apply"),
        table.named_texts("after_apply"),
        table.named_texts("after_verify"),
    )
    table.close()
    return found


def ci(table: Table) -> CiSettings:
    """What CI files say of the machine."""
    found = CiSettings(
        table.text("install"),
        table.texts("prepare"),
        table.text("python", CiSettings.python),
        table.text("runner", CiSettings.runner),
        table.text("image"),
    )
    table.close()
    return found
