"""A translation is kept by its content; with it, the translator is not loaded at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.sources.sam.conftest import LoadSam

from fairway.sources.sam.cache import KEPT

TEMPLATE = """\
Parameters:
  Password: {Type: String, NoEcho: true, Default: hunter2}
  Stage: {Type: String, Default: dev}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: python3.12
      Environment: {Variables: {PASSWORD: !Ref Password}}
  Shop:
    Type: AWS::Serverless::Api
    Properties: {StageName: !Ref Stage, DefinitionUri: api.yaml}
"""

PROBE = """
import sys
from pathlib import Path
from fairway.sources.inputs import Inputs
from fairway.sources.load import load
definition, _ = load(Path(sys.argv[1]), Inputs("s", "eu-west-1", "1", cache=Path(sys.argv[2])))
assert "HelloRole" in definition.resources
print(sorted({name.split(".")[0] for name in sys.modules}))
"""

HEAVY = {"samtranslator", "boto3", "botocore", "pydantic", "jsonschema", "cfnlint"}


def entries(cache: Path) -> list[Path]:
    return sorted(cache.glob("sam/*"))


def test_a_kept_translation_needs_no_translator(load_sam: LoadSam, project: Path) -> None:
    cache = project / "cache"
    first, _ = load_sam(TEMPLATE, cache=cache)
    again, _ = load_sam(TEMPLATE, cache=cache)
    assert first == again

    command = [sys.executable, "-c", PROBE, str(project / "template.yaml"), str(cache)]
    loaded = set(json.loads(subprocess.check_output(command, text=True).replace("'", '"')))
    assert "fairway" in loaded
    assert loaded & HEAVY == set()


def test_no_secret_is_kept(load_sam: LoadSam, project: Path) -> None:
    cache = project / "cache"
    load_sam(TEMPLATE, {"Password": "correct horse"}, cache=cache)

    (entry,) = entries(cache)
    assert "hunter2" not in entry.read_text()
    assert "correct horse" not in entry.read_text()


def test_an_entry_is_for_its_user_alone(load_sam: LoadSam, project: Path) -> None:
    cache = project / "cache"
    load_sam(TEMPLATE, cache=cache)

    (entry,) = entries(cache)
    assert entry.stat().st_mode & 0o777 == 0o600


def test_a_secret_does_not_decide_which_entry_is_used(load_sam: LoadSam, project: Path) -> None:
    cache = project / "cache"
    for password in ("one", "two"):
        load_sam(TEMPLATE, {"Password": password}, cache=cache)

    assert len(entries(cache)) == 1


@pytest.mark.parametrize(
    ("file", "content", "translations"),
    [
        ("src/app.py", "new code", 1),
        ("api.yaml", "openapi: 3.0.1\npaths: {}\n", 2),
    ],
)
def test_a_definition_file_makes_a_new_translation_and_code_does_not(
    load_sam: LoadSam, project: Path, file: str, content: str, translations: int
) -> None:
    cache = project / "cache"
    load_sam(TEMPLATE, cache=cache)
    (project / file).write_text(content)
    load_sam(TEMPLATE, cache=cache)

    assert len(entries(cache)) == translations


def test_lines_are_right_although_the_translation_is_older(load_sam: LoadSam, project: Path) -> None:
    cache = project / "cache"
    before, _ = load_sam(TEMPLATE, cache=cache)
    after, _ = load_sam("# one line more\n" + TEMPLATE, cache=cache)

    assert len(entries(cache)) == 1
    assert after.resources["HelloRole"].location.line == before.resources["HelloRole"].location.line + 1


def test_what_a_translation_depends_on_makes_a_new_one(load_sam: LoadSam, project: Path) -> None:
    cache = project / "cache"
    load_sam(TEMPLATE, cache=cache)
    load_sam(TEMPLATE, cache=cache, region="us-gov-west-1")
    load_sam(TEMPLATE, {"Stage": "prod"}, cache=cache)
    load_sam(TEMPLATE.replace("Runtime: python3.12", "Runtime: python3.11"), cache=cache)

    assert len(entries(cache)) == 4


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"[]", b"{}", b'{"template": [], "problems": []}', b'{"template": {"Reso']
)
def test_a_damaged_entry_is_a_miss_and_is_replaced(load_sam: LoadSam, project: Path, damage: bytes) -> None:
    cache = project / "cache"
    first, _ = load_sam(TEMPLATE, cache=cache)
    (entry,) = entries(cache)
    good = entry.read_bytes()
    entry.write_bytes(damage)

    again, findings = load_sam(TEMPLATE, cache=cache)

    assert findings == ()
    assert again == first
    assert entry.read_bytes() == good


def test_a_refusal_is_kept_as_well(load_sam: LoadSam, project: Path) -> None:
    cache, wrong = project / "cache", TEMPLATE.replace("      CodeUri: src\n", "")
    _, first = load_sam(wrong, cache=cache)
    kept = entries(cache)
    _, again = load_sam(wrong, cache=cache)

    assert first == again != ()
    assert entries(cache) == kept != []


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(load_sam: LoadSam, project: Path) -> None:
    (project / "cache").write_text("a file")

    definition, findings = load_sam(TEMPLATE, cache=project / "cache")

    assert findings == ()
    assert "HelloRole" in definition.resources


def test_an_api_that_always_deploys_is_translated_each_time(load_sam: LoadSam, project: Path) -> None:
    text = TEMPLATE.replace("DefinitionUri: api.yaml", "DefinitionUri: api.yaml, AlwaysDeploy: true")
    load_sam(text, cache=project / "cache")

    assert entries(project / "cache") == []


def test_the_oldest_translations_go_when_there_are_many(load_sam: LoadSam, project: Path) -> None:
    folder = project / "cache" / "sam"
    folder.mkdir(parents=True)
    for number in range(KEPT):
        (folder / f"{number}.json").write_text("{}")
        os.utime(folder / f"{number}.json", (number, number))

    load_sam(TEMPLATE, cache=project / "cache")

    names = {file.stem for file in entries(project / "cache")}
    assert len(names) == KEPT
    assert "0" not in names
    assert "1" in names
