"""Files are served under their types; only what never comes again with another content is kept for long."""

from __future__ import annotations

import pytest

from fairway.rollout.web import IMMUTABLE, REVALIDATED, cache_control, content_type


@pytest.mark.parametrize(
    "name",
    [
        "assets/index-DiwrgT1a.js",
        "assets/index-B2x0fQ9z.css",
        "static/js/main.8f3a2b1c.chunk.js",
        "_next/static/chunks/webpack-0f8e2d6c4b7a9135.js",
        "fonts/inter-9b1dd2f0.woff2",
        "assets/index-DiwrgT1a.js.map",
    ],
)
def test_names_with_a_hash_are_kept_for_ever(name: str) -> None:
    assert cache_control(name) == IMMUTABLE


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "about-DiwrgT1a.html",
        "favicon.ico",
        "jquery-migration.js",
        "jquery-3.7.1.min.js",
        "report-20240115.pdf",
        "photo-summer2024.jpg",
        "team-photo-2024.jpg",
        "sw.js",
        "assets/icon-DarkTheme.svg",
    ],
)
def test_names_that_stay_are_asked_for_again(name: str) -> None:
    assert cache_control(name) == REVALIDATED


def test_a_pattern_says_what_never_comes_again_but_never_of_a_page() -> None:
    assert cache_control("assets/app.js", ["assets/*"]) == IMMUTABLE
    assert cache_control("assets/index.html", ["assets/*"]) == REVALIDATED


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("a/b.MJS", "text/javascript; charset=utf-8"),
        ("logo.svg", "image/svg+xml"),
        ("app.js.map", "application/json"),
        (".well-known/security", "application/octet-stream"),
    ],
)
def test_the_type_follows_from_the_name(name: str, wanted: str) -> None:
    assert content_type(name) == wanted
