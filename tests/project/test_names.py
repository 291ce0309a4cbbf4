"""Texts with names: what they use is known without filling them, and nothing else in them is changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.errors import WrongInput
from fairway.project.names import escaped, filled, mistakes, names_in, output_of, outputs_in

literals = st.text(st.sampled_from("ab${}. \n€"), max_size=8)
names = st.sampled_from(
    ["environment", "project", "account", "region", "commit", "env.A", "stacks.data.Table", "stacks.a.B-c"]
)


@given(literals)
def test_any_text_can_be_written_as_it_is(text: str) -> None:
    assert filled(escaped(text), {}) == text
    assert names_in(escaped(text)) == ()
    assert list(mistakes(escaped(text), ())) == []


@given(st.lists(st.tuples(literals.filter(lambda text: not text.endswith("$")), names), max_size=5), literals)
def test_each_name_is_found_and_filled_and_the_rest_stays(parts: list[tuple[str, str]], end: str) -> None:
    text = "".join(f"{escaped(before)}${{{name}}}" for before, name in parts) + escaped(end)
    assert names_in(text) == tuple(dict.fromkeys(name for _, name in parts))
    values = {name: f"<${{{name}}}>" for _, name in parts}  # a value is not looked into
    assert filled(text, values) == "".join(before + values[name] for before, name in parts) + end
    assert list(mistakes(text, ("data", "a"))) == []


@given(st.text(st.sampled_from("ab${}. "), max_size=12))
def test_what_has_no_mistake_can_be_filled(text: str) -> None:
    if list(mistakes(text, ())):
        return
    filled(text, dict.fromkeys(names_in(text), ""))


def test_the_outputs_that_it_uses_say_which_stacks_come_first() -> None:
    assert outputs_in("${stacks.data.Table}-${environment}-${stacks.net.Vpc}-${stacks.data.Table}") == (
        ("data", "Table"),
        ("net", "Vpc"),
    )
    assert output_of("stacks.data") is None
    assert output_of("stacks.data.Nested.Output") == ("data", "Nested.Output")


@pytest.mark.parametrize(
    ("text", "next"),
    [
        ("${regoin}", "did you mean region?"),
        ("${env.TOKEN}", "set the environment variable TOKEN"),
        ("${TOKEN}", "${env.TOKEN}"),
        ("${", "$${"),
    ],
)
def test_what_is_not_known_is_an_error_that_says_what_was_meant(text: str, next: str) -> None:
    with pytest.raises(WrongInput) as caught:
        filled(text, {"region": "x"})
    assert caught.value.code == "project.name"
    assert next in caught.value.next
