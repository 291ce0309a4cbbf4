"""A distribution's configuration in the registry's shape and in the API's.

`UpdateDistribution` replaces the whole configuration and takes none in which a field is left out (docs:
AmazonCloudFront, distribution-overview-required-fields), so what a definition leaves open is always sent,
with the values that CloudFormation gives it: the `default`s of the registry schema, and AWS's own (BC).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.declaration import Codec

Config = Mapping[str, Any]

_CONFIG: Config = {
    "Aliases": [],
    "CacheBehaviors": [],
    "Comment": "",
    "CustomErrorResponses": [],
    "DefaultRootObject": "",
    "HttpVersion": "http1.1",
    "OriginGroups": {"Quantity": 0},
    "PriceClass": "PriceClass_All",
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none"}},
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    "WebACLId": "",
}
_BEHAVIOR: Config = {
    "AllowedMethods": ["GET", "HEAD"],
    "Compress": False,
    "FieldLevelEncryptionId": "",
    "FunctionAssociations": [],
    "LambdaFunctionAssociations": [],
    "SmoothStreaming": False,
}
_CACHED_METHODS = ["GET", "HEAD"]
_LIFETIMES: Config = {"MinTTL": 0, "DefaultTTL": 86400, "MaxTTL": 31536000}
"""Of what a behaviour without a cache policy keeps; with one they must not be sent."""
_ORIGIN: Config = {
    "ConnectionAttempts": 3,
    "ConnectionTimeout": 10,
    "OriginCustomHeaders": [],
    "OriginPath": "",
    "OriginShield": {"Enabled": False},
}
_CUSTOM_ORIGIN: Config = {
    "HTTPPort": 80,
    "HTTPSPort": 443,
    "OriginKeepaliveTimeout": 5,
    "OriginReadTimeout": 30,
    "OriginSSLProtocols": ["TLSv1", "SSLv3"],
}
_ERROR_RESPONSE: Config = {"ErrorCachingMinTTL": 300, "ResponseCode": "", "ResponsePagePath": ""}
_LOGGING: Config = {"Bucket": "", "IncludeCookies": False, "Prefix": ""}


def _write(given: Config) -> Config:
    whole = {**_CONFIG, **given}
    return {
        **whole,
        "CacheBehaviors": [_write_behavior(each) for each in whole["CacheBehaviors"]],
        "CustomErrorResponses": [{**_ERROR_RESPONSE, **each} for each in whole["CustomErrorResponses"]],
        "DefaultCacheBehavior": _write_behavior(whole["DefaultCacheBehavior"]),
        "Logging": _write_logging(given.get("Logging")),
        "Origins": [_write_origin(each) for each in whole["Origins"]],
        "Restrictions": _write_restrictions(whole["Restrictions"]),
    }


def _write_behavior(given: Config) -> Config:
    behavior = {**_BEHAVIOR, **({} if given.get("CachePolicyId") else _LIFETIMES), **given}
    cached = behavior.pop("CachedMethods", _CACHED_METHODS)
    methods = behavior["AllowedMethods"]
    return {
        **behavior,
        "AllowedMethods": {"Quantity": len(methods), "Items": methods, "CachedMethods": cached},
        **{name: _switched(behavior.get(name, [])) for name in ("TrustedKeyGroups", "TrustedSigners")},
    }


def _switched(items: list[Any]) -> Config:
    return {"Enabled": bool(items), "Quantity": len(items), **({"Items": items} if items else {})}


def _write_origin(given: Config) -> Config:
    origin = {**_ORIGIN, **given}
    if "CustomOriginConfig" in given:
        origin["CustomOriginConfig"] = {**_CUSTOM_ORIGIN, **given["CustomOriginConfig"]}
    if "S3OriginConfig" in given:
        origin["S3OriginConfig"] = {"OriginAccessIdentity": "", **given["S3OriginConfig"]}
    return origin


def _write_logging(given: Config | None) -> Config:
    return {**_LOGGING, "Enabled": bool(given and given.get("Bucket")), **(given or {})}


def _write_restrictions(given: Config) -> Config:
    rule = given["GeoRestriction"]
    places = rule.get("Locations", [])
    listed = {"Items": places} if places else {}
    kept = {name: value for name, value in rule.items() if name != "Locations"}
    return {**given, "GeoRestriction": {**kept, "Quantity": len(places), **listed}}


def _read(answered: Config) -> Config:
    """What is as it would be without a definition of it is left away."""
    config = dict(answered)
    config["DefaultCacheBehavior"] = _read_behavior(config["DefaultCacheBehavior"])
    behaviors = config.get("CacheBehaviors", {}).get("Items", [])
    config["CacheBehaviors"] = [_read_behavior(each) for each in behaviors]
    if not config.get("Logging", {}).get("Enabled"):
        config.pop("Logging", None)
    rule = config.get("Restrictions", {}).get("GeoRestriction")
    if rule:
        config["Restrictions"] = {"GeoRestriction": {**rule, "Locations": rule.get("Items", [])}}
    return config


def _read_behavior(answered: Config) -> Config:
    methods = answered.get("AllowedMethods", {})
    found = {"AllowedMethods": methods, "CachedMethods": methods.get("CachedMethods")}
    return {**answered, **{name: value for name, value in found.items() if value}}


CONFIG = Codec(_write, _read)
