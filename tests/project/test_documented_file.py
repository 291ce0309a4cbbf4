"""docs/fairway.toml: it is read, and every setting that there is stands in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

from fairway.model.location import Location
from fairway.model.news import NewsKind
from fairway.model.until import Until
from fairway.project import checks, settings
from fairway.project.find import read_project
from fairway.project.order import needs
from fairway.project.settings import FromStack, Import, ParameterSetting, StateSettings

DOCUMENTED = Path(__file__).parents[2] / "docs" / "fairway.toml"
UNWRITTEN = {"location", "file"}


def everything(node: object) -> Iterator[Any]:
    """Every settings object below one."""
    if is_dataclass(node):
        yield node
        for each in fields(node):
            yield from everything(getattr(node, each.name))
    elif isinstance(node, Mapping | tuple | list):
        for each in node.values() if isinstance(node, Mapping) else node:
            yield from everything(each)


def default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def test_every_setting_stands_there_with_a_value_of_its_own() -> None:
    said: dict[type, set[str]] = defaultdict(set)
    for each in everything(read_project(DOCUMENTED)):
        said[type(each)] |= {f.name for f in fields(each) if getattr(each, f.name) != default(f)}
    kinds = [
        each
        for module in (settings, checks)
        for each in vars(module).values()
        if isinstance(each, type) and is_dataclass(each) and each.__module__ == module.__name__
    ]
    for kind in set(kinds) - {checks.Declared, checks.Patient}:
        assert kind in said, f"nothing there is a {kind.__name__}"
        missing = {field.name for field in fields(kind)} - said[kind] - UNWRITTEN
        # `environments` is the same for every check and verification, and `done` for both its settings
        missing -= {"environments"} if issubclass(kind, checks.Declared) else set()
        assert not missing, f"{kind.__name__}: {', '.join(sorted(missing))}"


def test_every_word_of_a_choice_stands_there() -> None:
    text = DOCUMENTED.read_text()
    for words in (settings.OnFailure, Until, NewsKind):
        assert all(f'"{word}"' in text for word in get_args(words))


def test_it_means_what_it_says() -> None:
    project = read_project(DOCUMENTED)
    assert project.state == StateSettings(
        "s3://fairway-state-123456789012-eu-central-1/shop", "fairway-locks", "eu-central-1"
    )
    prod = project.environment("prod")
    assert (prod.on_failure, prod.protect) == ("rollback", ("Orders", "Invoices"))
    assert project.state_of("prod").backend.startswith("s3://fairway-state-210987654321")
    assert project.name == "shop"
    assert needs(project, "prod", "backend") == {"data"}
    line = DOCUMENTED.read_text().splitlines().index("[[import]]") + 1
    location = Location(project.imports[0].location.file, line)
    assert project.imports == (Import("backend", "Orders", "orders-prod", location, "prod"),)
    table = project.stacks["backend"].parameters["TableName"]
    assert table == ParameterSetting(FromStack("data", "TableName"), table.location)
    assert DOCUMENTED.read_text().splitlines()[table.location.line - 1].startswith("TableName = ")
    assert [test.timeout for test in project.tests] == [600.0]
    assert [each.latency for each in project.verify if isinstance(each, checks.Http)] == [0.5]
