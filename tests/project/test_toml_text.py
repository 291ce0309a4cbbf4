"""A table is written into a file that people wrote, and the rest of it stays as it is."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.project.toml_text import with_table

WRITTEN = """\
# Ours.
[environments.prod]   # careful
on_failure = "rollback"

[state]  # where
backend = "old"   # see the wiki
# region follows the bucket
region = 'x'

[[import]]
stack = "a"
"""


def test_what_is_there_is_replaced_and_its_comment_stays() -> None:
    after = with_table(WRITTEN, ("state",), {"backend": "s3://b/p", "region": "eu-west-1"})
    assert after == WRITTEN.replace('"old"', '"s3://b/p"').replace("'x'", '"eu-west-1"')
    assert with_table(after, ("state",), {"backend": "s3://b/p", "region": "eu-west-1"}) == after


def test_what_is_missing_is_put_below_its_heading() -> None:
    after = with_table(WRITTEN, ("state",), {"lock_table": "t"})
    assert after == WRITTEN.replace("[state]  # where\n", '[state]  # where\nlock_table = "t"\n')


def test_a_table_that_is_missing_comes_last() -> None:
    after = with_table(WRITTEN, ("environments", "local", "state"), {"backend": "b"})
    assert after == WRITTEN + '\n[environments.local.state]\nbackend = "b"\n'
    assert with_table("", ("state",), {"backend": "b"}) == '[state]\nbackend = "b"\n'


@pytest.mark.parametrize("text", ['state = {backend = "a"}\n', 'x = """\n[state]\n"""\n'])
def test_what_it_cannot_change_it_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="state"):
        with_table(text, ("state",), {"backend": "b"})


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


@given(st.dictionaries(names, names, min_size=1, max_size=3), st.lists(names, min_size=1, max_size=3))
def test_any_text_is_written_so_that_it_is_read_back(values: dict[str, str], table: list[str]) -> None:
    words = {f"k{number}": value for number, value in enumerate(values.values())}
    node = tomllib.loads(with_table(WRITTEN, ("new", *table), words))["new"]
    for key in table:
        node = node[key]
    assert node == words
