"""What is written as YAML reads back as what it was, by the rules of YAML 1.1, the stricter ones."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as some

from fairway.pipeline.ci.yaml_text import Commented, to_yaml

TRICKY = some.text("ab -:#'\"{}[]?,&*!|>%@`~=.<$\n0123e+yno", max_size=10)
KINDS = [
    "yes",
    "No",
    "null",
    "~",
    "1e3",
    "0x1f",
    "0o7",
    ".5",
    ".inf",
    "-1",
    "1_000",
    "2026-01-01",
    "12:30",
    "=",
    "<<",
    "---",
    "a:b",
    "#",
]
OTHER_KINDS = some.sampled_from([*KINDS, "", "- a", "a: b", "a #b", "a\nb\n", "a\n  b\n", " a\nb\n", "a: "])
TEXTS = (some.text(max_size=12) | TRICKY | OTHER_KINDS).filter(lambda text: text != "on")
NODES: Any = some.recursive(
    TEXTS | some.integers(-5, 5) | some.booleans(),
    lambda nodes: some.lists(nodes, max_size=4) | some.dictionaries(TEXTS, nodes, max_size=4),
    max_leaves=12,
)


@given(some.dictionaries(TEXTS, NODES, min_size=1, max_size=4))
def test_it_reads_back(document: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(document)) == document


def test_the_key_on_is_not_quoted_and_a_comment_stands_behind_its_text() -> None:
    written = to_yaml({"on": {"push": {}}, "uses": Commented("some/action@1a2b", "v1.2.3")})
    assert written == "on:\n  push: {}\nuses: some/action@1a2b # v1.2.3\n"


def test_commands_of_a_script_stand_line_by_line() -> None:
    assert to_yaml({"run": "one\ntwo\n"}) == "run: |\n  one\n  two\n"
