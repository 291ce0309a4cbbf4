"""What happens around the stacks: `[[test]]`, `[sites.NAME]`, `[notify.NAME]`, `[hooks]`, `[ci]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from fairway.model.news import NewsKind
from fairway.project.reading import Table, refuse_same_names
from fairway.project.settings import (
    CiSettings,
    HookSettings,
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
        name=table.required("name"),
        run=table.required_named("run"),
        folder=table.text("folder", TestSettings.folder),
        timeout=table.duration("timeout", TestSettings.timeout),
        location=table.location,
    )
    table.close()
    return found


def sites(table: Table) -> Mapping[str, SiteSettings]:
    """Each site by its name."""
    return {name: _site(name, each) for name, each in table.named().items()}


def _site(name: str, table: Table) -> SiteSettings:
    found = SiteSettings(
        name=name,
        folder=table.required("folder"),
        bucket=table.required_named("bucket"),
        output=table.text("output", SiteSettings.output),
        build=table.text("build"),
        distribution=table.named_text("distribution"),
        environment=table.named_map("environment"),
        immutable=table.texts("immutable"),
        location=table.location,
    )
    table.close()
    return found


def notifications(table: Table) -> tuple[NotifySettings, ...]:
    """Everybody who is told, in the order of the file."""
    return tuple(_notify(name, each) for name, each in table.named().items())


def _notify(name: str, table: Table) -> NotifySettings:
    on: Any = table.choices("on", get_args(NewsKind))
    found = NotifySettings(
        name=name,
        url=table.required_named("url"),
        on=on,
        environments=table.environments("environments"),
        location=table.location,
    )
    table.close()
    return found


def hooks(table: Table) -> HookSettings:
    """Commands at points of the pipeline."""
    found = HookSettings(
        before_build=table.named_texts("before_build"),
        before_apply=table.named_texts("before_apply"),
        after_apply=table.named_texts("after_apply"),
        after_verify=table.named_texts("after_verify"),
    )
    table.close()
    return found


def ci(table: Table) -> CiSettings:
    """What CI files say of the machine."""
    found = CiSettings(
        install=table.text("install"),
        prepare=table.texts("prepare"),
        python=table.text("python", CiSettings.python),
        runner=table.text("runner", CiSettings.runner),
        image=table.text("image"),
    )
    table.close()
    return found
