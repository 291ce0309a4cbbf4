"""A command loads only what it uses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.program import program, write
from tests.local_cloud import Cloud

HEAVY = ("botocore", "samtranslator", "moto", "rich", "jsonschema", "boto3", "pydantic", "yaml", "cfnlint")


def loaded_by(folder: Path, environment: dict[str, str], *arguments: str) -> set[str]:
    """The heavy packages that one run of the program imports."""
    code = (
        "import sys, json\n"
        f"sys.argv = ['fairway', *{list(arguments)!r}]\n"
        "from fairway.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stdout.splitlines()[-1])) & set(HEAVY)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["deploy", "--help"], ["local", "status"]])
def test_answering_at_once_needs_nothing(tmp_path: Path, local_cloud: Cloud, arguments: list[str]) -> None:
    assert loaded_by(tmp_path, program(tmp_path, local_cloud).environment, *arguments) == set()


def test_status_reads_state_alone(tmp_path: Path, local_cloud: Cloud) -> None:
    assert loaded_by(tmp_path, program(tmp_path, local_cloud).environment, "status") == set()


def test_a_deploy_with_no_change_loads_no_translator_nor_screen(tmp_path: Path, local_cloud: Cloud) -> None:
    template = "Transform: AWS::Serverless-2016-10-31\nResources: {T: {Type: AWS::Serverless::SimpleTable}}\n"
    fairway = program(tmp_path / "lazy-app", local_cloud)
    write(fairway.folder, {"template.yaml": template})
    assert fairway("deploy", "--yes").code == 0
    assert loaded_by(fairway.folder, fairway.environment, "deploy", "--yes") == {"botocore", "yaml"}
