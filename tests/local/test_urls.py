"""AWS's URLs become ones that answer on the local cloud, wherever they stand in a text."""

from __future__ import annotations

import pytest

from fairway.local.urls import public_url

ENDPOINT = "http://localhost:4610"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://abc123.execute-api.eu-west-1.amazonaws.com/prod/ray", f"{ENDPOINT}/_api/abc123/prod/ray"),
        ("https://abc123.execute-api.eu-west-1.amazonaws.com", f"{ENDPOINT}/_api/abc123"),
        (
            "https://f00.appsync-api.eu-west-1.amazonaws.com/graphql",
            f"{ENDPOINT}/_graphql/f00/graphql",
        ),
        ("https://f00.lambda-url.us-east-1.on.aws/", f"{ENDPOINT}/_url/f00/"),
        ("http://my.site.s3-website-us-east-1.amazonaws.com/a", f"{ENDPOINT}/_site/my.site/a"),
        ("http://site.s3-website.eu-central-1.amazonaws.com", f"{ENDPOINT}/_site/site"),
        ("https://d111abcdef8.cloudfront.net/a", f"{ENDPOINT}/_cdn/d111abcdef8/a"),
        (
            "curl -X POST https://a.execute-api.us-east-1.amazonaws.com/x;",
            f"curl -X POST {ENDPOINT}/_api/a/x;",
        ),
        ("https://example.com/execute-api", "https://example.com/execute-api"),
        (
            "https://a.execute-api.us-east-1.amazonaws.com.evil.org/",
            "https://a.execute-api.us-east-1.amazonaws.com.evil.org/",
        ),
        ("arn:aws:execute-api:us-east-1:1:abc/*", "arn:aws:execute-api:us-east-1:1:abc/*"),
    ],
)
def test_urls_of_apis_functions_and_sites_are_rewritten(given: str, wanted: str) -> None:
    assert public_url(given, ENDPOINT) == wanted


def test_rewriting_twice_changes_nothing_more() -> None:
    once = public_url("https://abc.execute-api.us-east-1.amazonaws.com/p", ENDPOINT + "/")
    assert public_url(once, ENDPOINT) == once
