"""A name that S3 refuses is known to be one without asking it."""

from __future__ import annotations

import pytest

from fairway.project.bucket_names import misnamed


@pytest.mark.parametrize(
    "name", ["abc", "my.state-1", "0-0", "a" * 63, "fairway-state-123456789012-eu-west-1"]
)
def test_what_s3_allows_passes(name: str) -> None:
    assert misnamed(name) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "3 to 63 characters"),
        ("ab", "3 to 63 characters"),
        ("a" * 64, "3 to 63 characters"),
        ("Bad_Name", "lower-case letters"),
        ("büro", "lower-case letters"),
        ("name\n", "lower-case letters"),
        ("-abc", "begins and ends"),
        ("abc.", "begins and ends"),
        ("a..b", "two dots"),
        ("10.0.0.1", "IP address"),
        ("xn--name", "for itself"),
        ("name-s3alias", "for itself"),
        ("name--x-s3", "for itself"),
    ],
)
def test_what_s3_refuses_is_told_with_the_rule(name: str, why: str) -> None:
    assert why in misnamed(name)
