"""`fairway.toml`: what is right is read, what is wrong is said with its line, and nothing is ignored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fairway.model.errors import InvalidDefinition
from fairway.model.location import Location
from fairway.project.find import find_project, read_project
from fairway.project.settings import (
    EnvironmentSettings,
    Import,
    Project,
    StateSettings,
)

DOCUMENTED = Path(__file__).parents[2] / "docs" / "fairway.toml"

MISTAKES = """\
stat = 1                             #! the file cannot hold stat | did you mean state?
[state]
backend = "s3:/bucket"               #! state.backend cannot be 's3:/bucket' | s3://bucket/prefix
lock_table = "no spaces"             #! state.lock_table cannot be 'no spaces' | 3 to 255
lok_table = "x"                      #! [state] cannot hold lok_table | did you mean lock_table?
region = 7                           #! state.region must be text

[environments.prod]
on_failure = "retreat"               #! environments.prod.on_failure cannot be 'retreat' | hold, rollback
protect = "Table"                    #! environments.prod.protect must be a list of texts
[environments.dev]
protect = ["", 7]                    #! environments.dev.protect must be a list of texts
[environments.dev.state]
colour = "red"                       #! [environments.dev.state] cannot hold colour | it holds backend, lo
backend = "gs://bucket"              #! environments.dev.state.backend cannot be 'gs://bucket' | s3://
[environments."../x"]                #! '../x' cannot be the name of an environment
[environments.qa.state]
backend = "s3://Bad_Name/shop"       #! 'Bad_Name' cannot be the name of a bucket

[[import]]                           #! import.identifier is missing | add identifier
stack = "shop"
address = "Table"
[[import]]
stack = "shop"
address = "Table"
identifier = "table-1"
adress = "x"                         #! [import.1] cannot hold adress | did you mean address?
"""


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fairway.toml"
    file.write_text(text)
    return file


def mistakes(file: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidDefinition) as caught:
        read_project(file)
    return [(f.location.line if f.location else 0, f.message, f.next) for f in caught.value.findings]


def test_the_documented_example_is_read() -> None:
    project = read_project(DOCUMENTED)
    assert project.state == StateSettings(
        "s3://fairway-state-123456789012-eu-central-1/shop", "fairway-locks", "eu-central-1"
    )
    prod = project.environment("prod")
    assert (prod.on_failure, prod.protect) == ("rollback", ("Orders", "Invoices"))
    assert project.state_of("prod").backend.startswith("s3://fairway-state-210987654321")
    line = DOCUMENTED.read_text().splitlines().index("[[import]]") + 1
    location = Location(project.imports[0].location.file, line)
    assert project.imports == (Import("shop", "Orders", "orders-prod", location, "prod"),)


def test_every_mistake_is_told_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, MISTAKES))
    expected = {
        number: [part.strip() for part in line.partition("#!")[2].split("|")]
        for number, line in enumerate(MISTAKES.splitlines(), 1)
        if "#!" in line
    }
    assert [line for line, _, _ in found] == list(expected)
    for line, message, hint in found:
        assert message == expected[line][0]
        assert all(part in hint for part in expected[line][1:])


@pytest.mark.parametrize(
    ("content", "line"),
    [(b'[state]\nbackend = "x\n', 2), (b"[state]\n\xff = 1\n", 2), (b"[state]\n[state]\n", 2), (b"x =", 1)],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "fairway.toml"
    file.write_bytes(content)
    ((found, message, _),) = mistakes(file)
    assert found == line
    assert re.search("not TOML|not text", message)


def test_it_is_found_upwards_from_the_source_but_not_above_the_repository(tmp_path: Path) -> None:
    file = written(tmp_path / "repository", "")
    source = tmp_path / "repository" / "services" / "shop" / "template.yaml"
    source.parent.mkdir(parents=True)
    source.write_text("")
    assert find_project(source).file == find_project(source.parent).file == file.resolve()
    (tmp_path / "repository" / "services" / ".git").mkdir()
    assert find_project(source) == Project()


def test_the_nearest_file_is_the_one(tmp_path: Path) -> None:
    written(tmp_path, "")
    assert find_project(tmp_path / "a").file == tmp_path.resolve() / "fairway.toml"
    near = written(tmp_path / "a", "")
    assert find_project(tmp_path / "a").file == near.resolve()


def test_a_folder_is_taken_from_the_files_own(tmp_path: Path) -> None:
    project = read_project(written(tmp_path, '[state]\nbackend = "kept/here"\n'))
    assert project.state_of("dev") == StateSettings(str(tmp_path / "kept" / "here"))


def test_the_local_cloud_takes_only_what_it_is_given_itself(tmp_path: Path) -> None:
    common = '[state]\nbackend = "s3://all"\n'
    assert read_project(written(tmp_path, common)).state_of("local") == StateSettings()
    own = common + '[environments.local.state]\nbackend = "s3://own"\n'
    assert read_project(written(tmp_path, own)).state_of("local") == StateSettings("s3://own")


def test_an_environment_that_is_not_named_has_the_defaults() -> None:
    assert Project().environment("dev") == EnvironmentSettings("hold", ())
