"""S3 websites answer as S3's website endpoints do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.apis_world import Reply, call
from tests.local_cloud import Cloud, unique

PAGES = {"index.html": "home", "docs/index.html": "docs", "error.html": "lost", "a b.txt": "spaced"}


def site(cloud: Cloud, *, public: bool = True, **configuration: Any) -> str:
    s3 = cloud.client("s3")
    name = unique("site")
    s3.create_bucket(Bucket=name)
    given = {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "error.html"},
        **configuration,
    }
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration=given)
    for key, text in PAGES.items():
        kind = "text/html" if key.endswith("html") else "text/plain"
        s3.put_object(Bucket=name, Key=key, Body=text.encode(), ContentType=kind)
    if public:
        resource = f"arn:aws:s3:::{name}/*"
        allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    return name


def get(cloud: Cloud, name: str, path: str) -> Reply:
    return call(cloud, f"/_site/{name}{path}")


@pytest.fixture(scope="module")
def pages(local_cloud: Cloud) -> str:
    return site(local_cloud)


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("", 200, b"home"),
        ("/", 200, b"home"),
        ("/index.html", 200, b"home"),
        ("/docs/", 200, b"docs"),
        ("/a%20b.txt", 200, b"spaced"),
        ("/nothing", 404, b"lost"),
        ("/nothing/", 404, b"lost"),
    ],
)
def test_pages_index_documents_and_the_error_document(
    local_cloud: Cloud, pages: str, path: str, status: int, body: bytes
) -> None:
    reply = get(local_cloud, pages, path)
    assert (reply.status, reply.body) == (status, body)


def test_the_content_type_is_the_objects(local_cloud: Cloud, pages: str) -> None:
    assert get(local_cloud, pages, "/a%20b.txt").header("Content-Type") == "text/plain"
    assert get(local_cloud, pages, "/").header("Content-Type") == "text/html"


def test_a_folder_without_its_slash_is_redirected(local_cloud: Cloud, pages: str) -> None:
    reply = get(local_cloud, pages, "/docs")
    assert (reply.status, reply.header("Location")) == (302, f"/_site/{pages}/docs/")


def test_the_host_header_addresses_a_site_too(local_cloud: Cloud, pages: str) -> None:
    for host in (
        f"{pages}.s3-website-us-east-1.amazonaws.com",
        f"{pages}.s3-website.eu-central-1.amazonaws.com",
    ):
        assert call(local_cloud, "/docs/", headers={"Host": host}).body == b"docs"


def test_what_is_not_public_is_forbidden(local_cloud: Cloud) -> None:
    closed = site(local_cloud, public=False)
    reply = get(local_cloud, closed, "/")
    assert reply.status == 403
    assert reply.header("x-amz-error-code") == "AccessDenied"


def test_routing_rules_redirect_by_prefix_and_by_error(local_cloud: Cloud) -> None:
    rules = [
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}},
        {
            "Condition": {"HttpErrorCodeReturnedEquals": "404"},
            "Redirect": {"HostName": "example.com", "ReplaceKeyWith": "gone", "HttpRedirectCode": "302"},
        },
    ]
    name = site(local_cloud, RoutingRules=rules)
    moved = get(local_cloud, name, "/old/x?q=1")
    assert (moved.status, moved.header("Location")) == (301, f"/_site/{name}/new/x?q=1")
    gone = get(local_cloud, name, "/nothing")
    assert (gone.status, gone.header("Location")) == (302, "http://example.com/gone")


def test_a_bucket_without_a_website_and_other_methods_are_refused(local_cloud: Cloud, pages: str) -> None:
    name = unique("plain")
    local_cloud.client("s3").create_bucket(Bucket=name)
    assert get(local_cloud, name, "/").header("x-amz-error-code") == "NoSuchWebsiteConfiguration"
    assert call(local_cloud, f"/_site/{pages}/", "POST").status == 405
