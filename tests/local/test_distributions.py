"""A CloudFront distribution serves its origins as CloudFront does, and keeps what it may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.exceptions
import pytest
from tests.local.apis_world import ECHO, Reply, Rest, call
from tests.local_cloud import REGION, Cloud, unique

OPTIMIZED, DISABLED = "658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
NO_CACHE, LONG = "no-cache", "public, max-age=3600"


def behavior(origin: str, policy: str = OPTIMIZED, **more: Any) -> Mapping[str, Any]:
    return {"TargetOriginId": origin, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": policy, **more}


def wrapped(*items: Any) -> Mapping[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


@dataclass
class Site:
    """A bucket behind a distribution that may read it."""

    cloud: Cloud
    bucket: str
    id: str
    domain: str

    def put(self, key: str, text: str, cache: str = LONG) -> None:
        s3 = self.cloud.client("s3")
        s3.put_object(
            Bucket=self.bucket, Key=key, Body=text.encode(), ContentType="text/html", CacheControl=cache
        )

    def get(self, path: str, **headers: str) -> Reply:
        return call(self.cloud, f"/_cdn/{self.id}{path}", headers=headers)

    def post(self, path: str) -> Reply:
        return call(self.cloud, f"/_cdn/{self.id}{path}", "POST", b"{}")

    def body(self, path: str) -> bytes:
        return self.get(path).body

    def forget(self, *paths: str) -> None:
        batch = {"Paths": wrapped(*paths), "CallerReference": unique("forget")}
        made = self.cloud.client("cloudfront").create_invalidation(
            DistributionId=self.id, InvalidationBatch=batch
        )
        assert made["Invalidation"]["Status"] == "Completed"

    def change(self, **changes: Any) -> None:
        client = self.cloud.client("cloudfront")
        live = client.get_distribution_config(Id=self.id)
        config = {**live["DistributionConfig"], **changes}
        client.update_distribution(Id=self.id, IfMatch=live["ETag"], DistributionConfig=config)


def site(cloud: Cloud, *, listed: bool = False, readable: bool = True, **config: Any) -> Site:
    client, s3, bucket = cloud.client("cloudfront"), cloud.client("s3"), unique("site")
    s3.create_bucket(Bucket=bucket)
    control = client.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": bucket,
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]
    origin = {
        "Id": "files",
        "DomainName": f"{bucket}.s3.{REGION}.amazonaws.com",
        "OriginAccessControlId": control,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    made = client.create_distribution(
        DistributionConfig={
            "CallerReference": bucket,
            "Comment": "",
            "Enabled": True,
            "DefaultRootObject": "index.html",
            "Origins": wrapped(origin, *config.pop("origins", ())),
            "DefaultCacheBehavior": behavior("files"),
            **config,
        }
    )["Distribution"]
    if readable:
        _let_in(s3, bucket, made["ARN"], listed)
    found = Site(cloud, bucket, made["Id"], made["DomainName"])
    found.put("index.html", "home")
    return found


def _let_in(s3: Any, bucket: str, distribution: str, listed: bool) -> None:
    actions = {"s3:GetObject": f"arn:aws:s3:::{bucket}/*"}
    if listed:
        actions["s3:ListBucket"] = f"arn:aws:s3:::{bucket}"
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": action,
            "Resource": resource,
            "Condition": {"StringEquals": {"AWS:SourceArn": distribution}},
        }
        for action, resource in actions.items()
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


@pytest.fixture(scope="module")
def plain(local_cloud: Cloud) -> Site:
    return site(local_cloud)


def test_the_root_is_the_default_root_object(plain: Site) -> None:
    reply = plain.get("/")
    assert (reply.status, reply.body, reply.header("Content-Type")) == (200, b"home", "text/html")


@pytest.mark.parametrize("address", ["by id", "by domain", "by host"])
def test_it_answers_by_its_id_by_its_domain_name_and_by_its_host(plain: Site, address: str) -> None:
    name = plain.domain.partition(".")[0]
    path = {"by id": f"/_cdn/{plain.id}/", "by domain": f"/_cdn/{name}/", "by host": "/"}[address]
    headers = {"Host": plain.domain} if address == "by host" else {}
    assert call(plain.cloud, path, headers=headers).body == b"home"


def test_a_browser_is_led_to_a_host_of_its_own_where_paths_from_the_root_are_right(plain: Site) -> None:
    port = plain.cloud.endpoint.rpartition(":")[2]
    led = call(
        plain.cloud, f"/_cdn/{plain.id}/a?b=c", headers={"Sec-Fetch-Mode": "navigate", "Host": f"x:{port}"}
    )
    label = plain.domain.partition(".")[0]
    host = f"{label}.cloudfront.localhost:{port}"
    assert (led.status, led.header("Location")) == (302, f"http://{host}/a?b=c")
    assert call(plain.cloud, "/", headers={"Host": host, "Sec-Fetch-Mode": "navigate"}).body == b"home"


def test_what_is_kept_stays_until_it_is_invalidated(plain: Site) -> None:
    plain.put("kept.html", "old")
    assert plain.get("/kept.html").header("X-Cache") == "Miss from cloudfront"
    plain.put("kept.html", "new")
    assert plain.get("/kept.html").header("X-Cache") == "Hit from cloudfront"
    assert plain.body("/kept.html") == b"old"
    plain.forget("/other.html")
    assert plain.body("/kept.html") == b"old"
    plain.forget("/ke*")
    assert plain.body("/kept.html") == b"new"


def test_what_must_not_be_cached_is_kept_no_longer_than_the_policy_says(local_cloud: Cloud) -> None:
    fresh = site(local_cloud, DefaultCacheBehavior=behavior("files", DISABLED))
    for text in ("old", "new"):
        fresh.put("page.html", text, NO_CACHE)
        assert fresh.body("/page.html") == text.encode()


def test_a_bucket_whose_policy_does_not_let_the_distribution_read_answers_403(local_cloud: Cloud) -> None:
    shut = site(local_cloud, readable=False)
    reply = shut.get("/")
    assert reply.status == 403
    assert "policy does not let the distribution read" in str(reply.header("x-fairway-reason"))


@pytest.mark.parametrize(("listed", "status"), [(False, 403), (True, 404)])
def test_only_who_may_list_a_bucket_learns_what_is_not_there(
    local_cloud: Cloud, listed: bool, status: int
) -> None:
    assert site(local_cloud, listed=listed).get("/nothing").status == status


def test_an_error_is_answered_with_the_page_that_the_distribution_has_for_it(local_cloud: Cloud) -> None:
    error = {
        "ErrorCode": 403,
        "ResponsePagePath": "/index.html",
        "ResponseCode": "200",
        "ErrorCachingMinTTL": 60,
    }
    app = site(local_cloud, CustomErrorResponses=wrapped(error))
    assert (app.get("/some/view").status, app.body("/some/view")) == (200, b"home")
    app.put("index.html", "new home")
    assert app.body("/some/view") == b"home"
    app.forget("/*")
    assert app.body("/some/view") == b"new home"


@pytest.fixture(scope="module")
def with_api(local_cloud: Cloud) -> Site:
    """A site with an API under /api/."""
    api = Rest(local_cloud)
    api.function("ANY", "/api/{proxy+}", local_cloud.function(ECHO))
    api.deploy("live")
    origin = {
        "Id": "api",
        "DomainName": f"{api.id}.execute-api.{REGION}.amazonaws.com",
        "OriginPath": "/live",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
        "CustomHeaders": wrapped({"HeaderName": "X-From", "HeaderValue": "edge"}),
    }
    methods = wrapped("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
    to_api = behavior("api", DISABLED, OriginRequestPolicyId=ALL_VIEWER, AllowedMethods=methods)
    return site(
        local_cloud,
        origins=[origin],
        CacheBehaviors=wrapped({**to_api, "PathPattern": "/api/*"}),
    )


def test_paths_go_to_the_origin_of_their_behaviour(with_api: Site) -> None:
    event = with_api.get("/api/leads?a=b", Authorization="me").json()
    assert (event["path"], event["queryStringParameters"]) == ("/api/leads", {"a": "b"})
    headers = event["headers"]
    assert (headers["X-From"], headers["Authorization"]) == ("edge", "me")
    assert with_api.body("/") == b"home"


def test_methods_that_a_behaviour_does_not_allow_are_refused(with_api: Site) -> None:
    assert with_api.post("/api/leads").status == 200
    assert with_api.post("/index.html").status == 403


def test_an_origin_outside_of_the_cloud_is_a_bad_gateway(local_cloud: Cloud) -> None:
    origin = {
        "Id": "away",
        "DomainName": "www.example.com",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
    }
    away = site(local_cloud, origins=[origin], DefaultCacheBehavior=behavior("away"))
    assert away.get("/").status == 502


def test_what_it_leaves_out_is_said(local_cloud: Cloud) -> None:
    arn = f"arn:aws:cloudfront::123456789012:function/{unique('rewrite')}"
    associated = wrapped({"FunctionARN": arn, "EventType": "viewer-request"})
    policy = "11111111-2222-3333-4444-555555555555"
    odd = behavior("files", policy, FunctionAssociations=associated)
    assert site(local_cloud, DefaultCacheBehavior=odd).body("/") == b"home"
    cannot = local_cloud.local.status().cannot
    assert "distributions: functions at the edge are not run" in cannot
    assert f"distributions: nothing is kept under the cache policy {policy}" in cannot


def test_it_is_deleted_only_when_disabled_and_under_its_etag(local_cloud: Cloud) -> None:
    client, made = local_cloud.client("cloudfront"), site(local_cloud)
    before = client.get_distribution(Id=made.id)["ETag"]
    assert refused(client.delete_distribution, Id=made.id, IfMatch=before) == "DistributionNotDisabled"
    made.change(Enabled=False)
    assert refused(client.delete_distribution, Id=made.id, IfMatch=before) == "PreconditionFailed"
    assert made.get("/").status == 403
    client.delete_distribution(Id=made.id, IfMatch=client.get_distribution(Id=made.id)["ETag"])
    assert refused(client.get_distribution, Id=made.id) == "NoSuchDistribution"


def refused(operation: Any, **parameters: Any) -> str:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        operation(**parameters)
    return str(caught.value.response["Error"]["Code"])
