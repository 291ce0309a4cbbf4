"""AppSync in the local cloud: GraphQL APIs that are really answered.

The control plane (`control.py`) keeps what was declared beside moto's APIs; the data plane answers at
`/_graphql/ID/graphql`, or under the host name that AWS would give (see fairway.local.apis).
"""

from __future__ import annotations

from fairway.local.wsgi import App

# What of moto holds our parts; see fairway.local.selftest.
RELIES_ON = {
    "moto.appsync.models:AppSyncBackend.get_graphql_api": ("self", "api_id"),
    "moto.appsync.models:AppSyncBackend.list_tags_for_resource": ("self", "resource_arn"),
}

_NEVER = (
    "AppSync: subscriptions, caches, merged APIs, logs, metrics, WAF, custom domain names, limits of depth",
    "AppSync: Cognito, OpenID and Lambda authorization (callers are refused); AWS_IAM lets the signed in",
    "AppSync: the directives @aws_auth, @aws_api_key, … on types and fields",
    "AppSync: data sources other than AWS_LAMBDA, AMAZON_DYNAMODB and NONE; batches",
)


def limitations() -> list[str]:
    """What GraphQL APIs do not do."""
    return list(_NEVER)


def middleware(app: App) -> App:
    """AppSync's operations that moto lacks or only half carries out."""
    from fairway.local.fidelity.overlay import overlay, registry
    from fairway.local.graphql import control

    return overlay(app, registry(control.rows()))
