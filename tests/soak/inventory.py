"""What there is in a cloud, counted by kind: asked of AWS's listings, not of Fairway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.local_cloud import Cloud

# kind -> service, listing, where the items stand, an item's name
_LISTINGS: Mapping[str, tuple[str, str, Mapping[str, Any], str, str]] = {
    "role": ("iam", "list_roles", {}, "Roles", "RoleName"),
    "function": ("lambda", "list_functions", {}, "Functions", "FunctionName"),
    "mapping": ("lambda", "list_event_source_mappings", {}, "EventSourceMappings", "UUID"),
    "table": ("dynamodb", "list_tables", {}, "TableNames", ""),
    "queue": ("sqs", "list_queues", {}, "QueueUrls", ""),
    "topic": ("sns", "list_topics", {}, "Topics", "TopicArn"),
    "subscription": ("sns", "list_subscriptions", {}, "Subscriptions", "SubscriptionArn"),
    "http api": ("apigatewayv2", "get_apis", {}, "Items", "ApiId"),
    "rest api": ("apigateway", "get_rest_apis", {}, "items", "id"),
    "rule": ("events", "list_rules", {}, "Rules", "Name"),
    "schedule": ("scheduler", "list_schedules", {}, "Schedules", "Name"),
    "machine": ("stepfunctions", "list_state_machines", {}, "stateMachines", "name"),
    "secret": ("secretsmanager", "list_secrets", {}, "SecretList", "Name"),
    "parameter": ("ssm", "describe_parameters", {}, "Parameters", "Name"),
    "bucket": ("s3", "list_buckets", {}, "Buckets", "Name"),
    "log group": ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    "alarm": ("cloudwatch", "describe_alarms", {}, "MetricAlarms", "AlarmName"),
}


def inventory(cloud: Cloud) -> frozenset[tuple[str, str]]:
    """Everything in the cloud, as kind and name."""
    return frozenset((*_listed(cloud), *_keys(cloud), *_parts_of_apis(cloud)))


def kinds(found: frozenset[tuple[str, str]]) -> Counter[str]:
    """How many there are of each kind."""
    return Counter(kind for kind, _ in found)


def _listed(cloud: Cloud) -> Iterator[tuple[str, str]]:
    for kind, (service, operation, arguments, items, name) in _LISTINGS.items():
        answer = getattr(cloud.client(service), operation)(**arguments)
        yield from ((kind, item[name] if name else item) for item in answer.get(items, ()))


def _keys(cloud: Cloud) -> Iterator[tuple[str, str]]:
    """Keys that can be used: those that are scheduled for deletion are as gone as AWS lets them be."""
    kms = cloud.client("kms")
    for key in kms.get_paginator("list_keys").paginate().build_full_result()["Keys"]:
        if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion":
            yield "key", key["KeyId"]


def _parts_of_apis(cloud: Cloud) -> Iterator[tuple[str, str]]:
    client = cloud.client("apigatewayv2")
    for api in client.get_apis()["Items"]:
        where = {"ApiId": api["ApiId"]}
        yield from (("route", route["RouteId"]) for route in client.get_routes(**where)["Items"])
        found = client.get_integrations(**where)["Items"]
        yield from (("integration", integration["IntegrationId"]) for integration in found)
    rest = cloud.client("apigateway")
    for api in rest.get_rest_apis()["items"]:
        where = {"restApiId": api["id"]}
        yield from (("deployment", each["id"]) for each in rest.get_deployments(**where)["items"])
        yield from (("resource", each["id"]) for each in rest.get_resources(**where)["items"])
