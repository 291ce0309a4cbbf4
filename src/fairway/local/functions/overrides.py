"""Puts our Lambda in the place of moto's, before any backend exists."""

from __future__ import annotations

from typing import Any

# What of moto is replaced or relied on, with the parameters it must have; checked by `fairway.local.selftest`
# each time the daemon starts, because a new moto may change any of them.
RELIES_ON = {
    "moto.awslambda.models:LambdaFunction.__init__": ("self", "account_id", "spec", "region", "version"),
    "moto.awslambda.models:LambdaFunction.get_configuration": ("self", "on_create"),
    "moto.awslambda.models:LambdaFunction.update_configuration": ("self", "config_updates"),
    "moto.awslambda.models:LambdaFunction._set_function_code": ("self", "updated_spec"),
    "moto.awslambda.models:LambdaFunction._get_layers_data": ("self", "layers_versions_arns"),
    "moto.awslambda.models:LambdaFunction.set_version": ("self", "version"),
    "moto.awslambda.models:LambdaBackend.create_function": ("self", "spec"),
    "moto.awslambda.models:LambdaBackend.publish_version": ("self", "function_name", "description"),
    "moto.awslambda.models:LambdaBackend.delete_function": ("self", "function_name", "qualifier"),
    "moto.awslambda.models:LambdaBackend.update_function_code": (
        "self", "function_name", "qualifier", "body",
    ),
    "moto.awslambda.models:LambdaStorage.get_function_by_name_with_qualifier": ("self", "name", "qualifier"),
    "moto.awslambda.models:LambdaStorage._get_function_aliases": ("self", "function_name"),
    "moto.awslambda.responses:LambdaResponse.invoke": ("self",),
    "moto.sts.models:STSBackend.assume_role": (
        "self", "region_name", "role_session_name", "role_arn", "policy", "duration", "external_id",
    ),
    "moto.s3.models:S3Backend.get_object": ("self", "bucket_name", "key_name", "version_id"),
    "moto.iam.models:IAMBackend._init_aws_policies": ("self",),
}  # fmt: skip

# The rest of Lambda's paths (BC lambda: operations' requestUri): what moto does not route is an HTML page
_MORE_PATHS = (
    r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)/(?P<rest>.+)$",
    r"{0}/(?P<api_version>[^/]+)/(?P<rest>.+)$",
)


def install() -> None:
    """Replace moto's Lambda function, backend and HTTP handlers."""
    from moto.awslambda import models, urls

    from fairway.local.functions.lambda_backend import LocalLambdaBackend
    from fairway.local.functions.lambda_function import LocalFunction
    from fairway.local.functions.lambda_responses import LocalLambdaResponse

    # moto finds a backend's URLs by the name of the module its class says it is from
    LocalLambdaBackend.__module__ = models.__name__
    replace_attribute(models, "LambdaFunction", LocalFunction)
    replace_attribute(models.lambda_backends, "backend", LocalLambdaBackend)
    for path in (*urls.url_paths, *_MORE_PATHS):
        urls.url_paths[path] = LocalLambdaResponse.dispatch


def reset() -> None:
    """Kill all workers and forget their code."""
    from fairway.local.functions import service

    service.current().reset()


def stop() -> None:
    """End all workers; called when the daemon ends."""
    from fairway.local.functions import service

    service.stop()


def replace_attribute(owner: Any, name: str, value: Any) -> None:
    """`owner.name = value`, refusing a name that does not exist (any more)."""
    getattr(owner, name)
    setattr(owner, name, value)
