"""Path templates: which fits, which is more specific, and what their parameters are."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.local.apis.routing import best_match, match_path

NAMES = st.text(alphabet="abcxyz", min_size=1, max_size=4)
VALUES = st.text(min_size=1, max_size=8).filter(lambda text: text.strip("/") and text.isprintable())


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("/", "/", {}),
        ("/", "", {}),
        ("/items", "/items/", {}),
        ("/items/{id}", "/items/a%20b", {"id": "a b"}),
        ("/items/{id}", "/items/a%2Fb", {"id": "a/b"}),
        ("/items/{id}", "/items", None),
        ("/items/{id}", "/items/1/2", None),
        ("/{proxy+}", "/", None),
        ("/{proxy+}", "/a/b", {"proxy": "a/b"}),
        ("/a/{x}/c", "/a/b/c", {"x": "b"}),
        ("/a b", "/a%20b", {}),
    ],
)
def test_a_template_fits_or_not(template: str, path: str, parameters: dict[str, str] | None) -> None:
    match = match_path(template, path)
    assert (None if match is None else match.parameters) == parameters


def test_exact_goes_before_parameter_before_greedy() -> None:
    templates = ["/{proxy+}", "/a/{proxy+}", "/{x}/b", "/a/{x}", "/a/b"]
    assert [template for template, _ in best_match(templates, "/a/b")] == [
        "/a/b",
        "/a/{x}",
        "/a/{proxy+}",
        "/{x}/b",
        "/{proxy+}",
    ]


@given(st.lists(NAMES, min_size=1, max_size=4), VALUES)
def test_a_parameter_is_what_was_encoded(fixed: list[str], value: str) -> None:
    prefix = "/".join(fixed)
    match = match_path(f"/{prefix}/{{id}}", f"/{prefix}/{quote(value, safe='')}")
    assert match is not None
    assert match.parameters == {"id": value}


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_a_path_fits_itself_better_than_any_template(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    templates = ["/{proxy+}", "/" + "/".join("{p%d}" % number for number in range(len(parts))), path]  # noqa: UP031
    assert best_match(templates, path)[0][0] == path
