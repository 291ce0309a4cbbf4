"""A verification by pytest gets the outputs and the way to what is deployed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.checks.deployed import Place
from tests.cli.program import write

from fairway.model.checked import Checked
from fairway.project.checks import Pytest

TESTS = """\
import os

import botocore.session

def test_the_table_is_empty():
    table = next(value for name, value in os.environ.items() if name.startswith("FAIRWAY_OUTPUT_CHECKED_"))
    dynamodb = botocore.session.get_session().create_client("dynamodb")
    assert dynamodb.scan(TableName=table)["Count"] == int(os.environ.get("EXPECTED", "0"))
    assert os.environ["FAIRWAY_ENVIRONMENT"] == "local"
"""


@pytest.fixture
def tested(own_shop: Place) -> Place:
    write(own_shop.folder, {"smoke/test_smoke.py": TESTS, "smoke/empty.py": ""})
    path = f"{Path(sys.executable).parent}:{own_shop.environ['PATH']}"
    return replace(own_shop, environ={**own_shop.environ, "PATH": path})


def verified(tested: Place, what: str) -> Checked:
    (checked,) = tested.verify(Pytest(name="smoke", pytest=what))
    return checked


def test_tests_that_pass(tested: Place) -> None:
    checked = verified(tested, "smoke")
    assert (checked.result, checked.kind) == ("passed", "pytest"), checked
    assert checked.message.startswith("1 passed")


def test_tests_that_fail_are_told_with_their_end(tested: Place) -> None:
    checked = verified(replace(tested, environ={**tested.environ, "EXPECTED": "2"}), "smoke/test_smoke.py")
    assert checked.result == "failed"
    assert checked.message.startswith("1 failed")
    assert "assert 0 == 2" in checked.why


def test_no_tests_at_all_are_a_failure(tested: Place) -> None:
    assert verified(tested, "smoke/empty.py").result == "failed"
