"""Finding an API, a distribution, a function URL or a bucket by its id, wherever it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairway.local.store import Place, existing

if TYPE_CHECKING:
    from fairway.local.graphql.control import Kept


def rest_api(api_id: str) -> tuple[Place, Any] | None:
    from moto.apigateway.models import apigateway_backends

    for place, backend in existing(apigateway_backends):
        if api_id in backend.apis:
            return place, backend.apis[api_id]
    return None


def http_api(api_id: str) -> tuple[Place, Any] | None:
    from moto.apigatewayv2.models import apigatewayv2_backends

    for place, backend in existing(apigatewayv2_backends):
        if api_id in backend.apis:
            return place, backend.apis[api_id]
    return None


def graphql_api(host: str) -> tuple[Place, Kept] | None:
    """The place, and what was declared of the API whose URL begins with this name."""
    from moto.appsync.models import appsync_backends

    for place, backend in existing(appsync_backends):
        for api in list(backend.graphql_apis.values()):
            found: Kept = api.fairway
            if found.api["dns"]["GRAPHQL"].startswith(f"{host}."):
                return place, found
    return None


def bucket(name: str) -> Any:
    """moto's bucket, or None."""
    from moto.s3.models import s3_backends

    for _, backend in existing(s3_backends):
        if name in backend.buckets:
            return backend.buckets[name]
    return None


def function_url(url_id: str) -> tuple[Place, str, dict[str, Any]] | None:
    """The place, the function's ARN and the URL's configuration."""
    from moto.awslambda.models import lambda_backends

    for place, backend in existing(lambda_backends):
        for config in list(backend.function_urls.values()):
            if config["FunctionUrl"].startswith(f"https://{url_id}."):
                return place, str(config["FunctionArn"]), config
    return None


def distribution(name: str) -> Any:
    """moto's distribution, by its id or the first part of its domain name, or None."""
    from moto.cloudfront.models import cloudfront_backends

    for _, backend in existing(cloudfront_backends):
        for each in list(backend.distributions.values()):
            if name in (each.id, each.domain_name.partition(".")[0]):
                return each
    return None
