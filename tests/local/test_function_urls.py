"""Function URLs answer real HTTP, by path and by host name, with their own CORS and permission."""

from __future__ import annotations

from typing import Any

from tests.local.apis_world import ECHO, Reply, call
from tests.local_cloud import Cloud

from fairway.local.urls import public_url


def url_of(cloud: Cloud, name: str, *, opened: bool = True, **settings: Any) -> str:
    lam = cloud.client("lambda")
    created = lam.create_function_url_config(FunctionName=name, **{"AuthType": "NONE", **settings})
    if opened:
        lam.add_permission(
            FunctionName=name,
            StatementId="url",
            Action="lambda:InvokeFunctionUrl",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )
    return str(created["FunctionUrl"])


def get(cloud: Cloud, url: str, path: str = "", **settings: Any) -> Reply:
    local = public_url(url, cloud.endpoint).removeprefix(cloud.endpoint)
    return call(cloud, local.rstrip("/") + "/" + path, **settings)


def test_a_url_invokes_its_function_with_a_version_2_event(local_cloud: Cloud) -> None:
    url = url_of(local_cloud, local_cloud.function(ECHO))
    event = get(local_cloud, url, "some%20path?x=1").json()
    assert event["version"] == "2.0"
    assert event["routeKey"] == "$default"
    assert event["rawPath"] == "/some%20path"
    assert event["queryStringParameters"] == {"x": "1"}
    assert event["requestContext"]["accountId"] == "anonymous"
    assert event["requestContext"]["domainName"] == url.removeprefix("https://").rstrip("/")


def test_the_host_header_addresses_a_url_too(local_cloud: Cloud) -> None:
    url = url_of(local_cloud, local_cloud.function(ECHO))
    host = url.removeprefix("https://").rstrip("/")
    assert call(local_cloud, "/path", headers={"Host": host}).json()["rawPath"] == "/path"


def test_a_url_without_permission_and_a_signed_one_are_forbidden_to_strangers(local_cloud: Cloud) -> None:
    closed = url_of(local_cloud, local_cloud.function(ECHO), opened=False)
    signed = url_of(local_cloud, local_cloud.function(ECHO), opened=False, AuthType="AWS_IAM")
    for url in (closed, signed):
        reply = get(local_cloud, url)
        assert (reply.status, reply.json()) == (403, {"Message": "Forbidden"})


def test_cors_is_answered_by_the_url(local_cloud: Cloud) -> None:
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["POST"], "AllowHeaders": ["content-type"]}
    url = url_of(local_cloud, local_cloud.function(ECHO), Cors=cors)
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
    preflight = get(local_cloud, url, method="OPTIONS", headers=asked)
    assert preflight.status == 204
    assert preflight.header("Access-Control-Allow-Origin") == "*"
    assert (
        get(local_cloud, url, headers={"Origin": "https://x.org"}).header("Access-Control-Allow-Origin")
        == "*"
    )


def test_a_failing_function_is_a_bad_gateway(local_cloud: Cloud) -> None:
    url = url_of(local_cloud, local_cloud.function({"app.py": "def handler(e, c): raise ValueError('no')\n"}))
    assert get(local_cloud, url).status == 502


def test_an_alias_has_a_url_of_its_own(local_cloud: Cloud) -> None:
    code = {"app.py": "def handler(e, c): return c.invoked_function_arn.rpartition(':')[2]\n"}
    name = local_cloud.function(code)
    lam = local_cloud.client("lambda")
    lam.create_alias(
        FunctionName=name, Name="live", FunctionVersion=lam.publish_version(FunctionName=name)["Version"]
    )
    lam.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    url = url_of(local_cloud, name, opened=False, Qualifier="live")
    assert get(local_cloud, url).body == b"live"
