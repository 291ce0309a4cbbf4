"""Round trips of CloudFront: see round_trips.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def _bucket(world: World, **more: Any) -> Mapping[str, Any]:
    domain = world.bucket.attributes["RegionalDomainName"]
    return {"Id": "files", "DomainName": domain, "S3OriginConfig": {}, **more}


def config(world: World, **more: Any) -> Mapping[str, Any]:
    behavior = {
        "TargetOriginId": "files",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": OPTIMIZED,
    }
    return {"Enabled": True, "Origins": [_bucket(world)], "DefaultCacheBehavior": behavior, **more}


def _control(world: World) -> str:
    config: Any = {
        "Name": f"{world.stack}-readers",
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    kind = "AWS::CloudFront::OriginAccessControl"
    return world.once("Readers", kind, {"OriginAccessControlConfig": config}).identifier


def _everything(world: World) -> Mapping[str, Any]:
    """A single-page app with an API beside it."""
    api = {
        "Id": "api",
        "DomainName": "abc.execute-api.us-east-1.amazonaws.com",
        "OriginPath": "/live",
        "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]},
        "OriginCustomHeaders": [{"HeaderName": "x-from", "HeaderValue": "edge"}],
    }
    behavior = {
        "PathPattern": "/api/*",
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
        "CachedMethods": ["GET", "HEAD", "OPTIONS"],
        "ForwardedValues": {
            "QueryString": True,
            "Headers": ["Authorization"],
            "Cookies": {"Forward": "whitelist", "WhitelistedNames": ["session"]},
        },
        "DefaultTTL": 0,
    }
    error = {
        "ErrorCode": 404,
        "ResponseCode": 200,
        "ResponsePagePath": "/index.html",
        "ErrorCachingMinTTL": 0,
    }
    return config(
        world,
        Origins=[_bucket(world, OriginAccessControlId=_control(world)), api],
        CacheBehaviors=[behavior],
        CustomErrorResponses=[error],
        DefaultRootObject="index.html",
        HttpVersion="http2and3",
        IPV6Enabled=True,
        Comment="everything",
        PriceClass="PriceClass_100",
        Restrictions={"GeoRestriction": {"RestrictionType": "whitelist", "Locations": ["DE", "AT"]}},
        Logging={"Bucket": "logs.s3.amazonaws.com", "Prefix": "cdn/"},
    )


def _rules(name: str, **more: Any) -> Mapping[str, Any]:
    config = {"OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}
    return {"OriginAccessControlConfig": {"Name": name, **config, **more}}


ROWS = (
    Row(
        "plain",
        "AWS::CloudFront::Distribution",
        lambda w: {"DistributionConfig": config(w)},
        lambda w: {"DistributionConfig": config(w, Comment="changed", DefaultRootObject="index.html")},
    ),
    Row(
        "everything",
        "AWS::CloudFront::Distribution",
        lambda w: {"DistributionConfig": _everything(w), "Tags": [{"Key": "team", "Value": "rays"}]},
        lambda w: {"DistributionConfig": config(w), "Tags": [{"Key": "team", "Value": "beams"}]},
    ),
    Row(
        "described",
        "AWS::CloudFront::OriginAccessControl",
        _rules("described", Description="who may read"),
        _rules("described", Description="who may read", SigningBehavior="no-override"),
    ),
    Row(
        "undescribed",
        "AWS::CloudFront::OriginAccessControl",
        _rules("undescribed"),
        _rules("renamed"),
        found=True,
    ),
)
