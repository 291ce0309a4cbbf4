"""What there is in a cloud, of every type the stacks use, so that two clouds can be compared.

Asked with plain botocore calls: a dump by Fairway's own catalogue would have its mistakes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.crash.proxy import STATE_BUCKET
from tests.local_cloud import Cloud

Dump = Mapping[str, Any]
"""By `service.kind.name`, what is configured."""

# What two clouds made by the same calls at other times differ in: points in time, random ids, counters.
_NOISE = re.compile(
    r"(Date|Time|Timestamp|Modified|RevisionId|RoleId|TableId)$"
    r"|^(KMSMasterKeyArn|fairway:generation|LastModifiedUser|ResponseMetadata|RoleLastUsed|Version|revisionId)$"
)


def dump(cloud: Cloud) -> Dump:
    """Everything of the services in `_KINDS`, but for the bucket that keeps Fairway's state."""
    return {
        f"{name}.{key}": _without_noise(value)
        for name, list_kind in _KINDS.items()
        for key, value in list_kind(cloud.client(name.partition(".")[0]))
        if key != STATE_BUCKET
    }


def canonical(found: Any, names: Mapping[str, str]) -> str:
    """A dump or document as text in which the ids and names of this one run are replaced, longest first."""
    text = json.dumps(found, sort_keys=True, default=str)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(json.dumps(name)[1:-1], names[name])
    return json.dumps(_sorted(json.loads(text)), sort_keys=True, indent=1)


def _sorted(value: Any) -> Any:
    """Lists in one order: AWS answers most of them in the order of ids, and those are replaced by now."""
    if isinstance(value, Mapping):
        return {key: _sorted(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def _without_noise(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_noise(each) for key, each in value.items() if not _NOISE.search(str(key))}
    return [_without_noise(each) for each in value] if isinstance(value, list) else value


Listed = Iterator[tuple[str, Any]]


def _pages(client: Any, operation: str, items: str, **arguments: Any) -> Iterable[Any]:
    if not client.can_paginate(operation):
        return list(getattr(client, operation)(**arguments).get(items, []))
    answers = client.get_paginator(operation).paginate(**arguments)
    return [item for answer in answers for item in answer.get(items, [])]


def _buckets(s3: Any) -> Listed:
    for bucket in (found["Name"] for found in s3.list_buckets()["Buckets"]):
        yield (
            bucket,
            {
                "tags": _tags(_or_nothing(s3.get_bucket_tagging, Bucket=bucket).get("TagSet", [])),
                "versioning": s3.get_bucket_versioning(Bucket=bucket).get("Status"),
                "encryption": _or_nothing(s3.get_bucket_encryption, Bucket=bucket),
                "closed": _or_nothing(s3.get_public_access_block, Bucket=bucket),
                "policy": _or_nothing(s3.get_bucket_policy, Bucket=bucket).get("Policy"),
                "objects": [
                    found["Key"] for found in _pages(s3, "list_objects_v2", "Contents", Bucket=bucket)
                ],
            },
        )


def _tables(dynamodb: Any) -> Listed:
    for name in _pages(dynamodb, "list_tables", "TableNames"):
        table = dynamodb.describe_table(TableName=name)["Table"]
        tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
        yield name, {**table, "tags": _tags(tags)}


def _queues(sqs: Any) -> Listed:
    for url in _pages(sqs, "list_queues", "QueueUrls"):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        yield (
            url.rpartition("/")[2],
            {**attributes, "tags": sqs.list_queue_tags(QueueUrl=url).get("Tags", {})},
        )


def _topics(sns: Any) -> Listed:
    for arn in (topic["TopicArn"] for topic in _pages(sns, "list_topics", "Topics")):
        tags = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        yield arn, {**sns.get_topic_attributes(TopicArn=arn)["Attributes"], "tags": _tags(tags)}


def _subscriptions(sns: Any) -> Listed:
    for each in _pages(sns, "list_subscriptions", "Subscriptions"):
        yield each["SubscriptionArn"], each


def _parameters(ssm: Any) -> Listed:
    for each in _pages(ssm, "describe_parameters", "Parameters"):
        value = ssm.get_parameter(Name=each["Name"])["Parameter"]
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=each["Name"])["TagList"]
        yield each["Name"], {**each, **value, "tags": _tags(tags)}


def _log_groups(logs: Any) -> Listed:
    for group in _pages(logs, "describe_log_groups", "logGroups"):
        yield (
            group["logGroupName"],
            {
                "retention": group.get("retentionInDays"),
                "class": group.get("logGroupClass"),
                "tags": logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"],
            },
        )


def _functions(client: Any) -> Listed:
    for function in _pages(client, "list_functions", "Functions"):
        name = function["FunctionName"]
        yield (
            name,
            {
                **function,
                "Version": "",
                "policy": json.loads(_or_nothing(client.get_policy, FunctionName=name).get("Policy", "{}")),
                "tags": client.list_tags(Resource=function["FunctionArn"])["Tags"],
                "versions": len(client.list_versions_by_function(FunctionName=name)["Versions"]),
                "aliases": client.list_aliases(FunctionName=name)["Aliases"],
            },
        )


def _layers(client: Any) -> Listed:
    for layer in _pages(client, "list_layers", "Layers"):
        for version in client.list_layer_versions(LayerName=layer["LayerName"])["LayerVersions"]:
            found = client.get_layer_version(LayerName=layer["LayerName"], VersionNumber=version["Version"])
            yield (
                version["LayerVersionArn"],
                {"code": found["Content"]["CodeSha256"], "runtimes": found.get("CompatibleRuntimes")},
            )


def _mappings(client: Any) -> Listed:
    for each in _pages(client, "list_event_source_mappings", "EventSourceMappings"):
        yield each["UUID"], each


def _roles(iam: Any) -> Listed:
    for role in _pages(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        yield (
            name,
            {
                **role,
                "inline": {
                    policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                    for policy in inline
                },
                "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
                "tags": _tags(iam.list_role_tags(RoleName=name)["Tags"]),
            },
        )


def _policies(iam: Any) -> Listed:
    for policy in _pages(iam, "list_policies", "Policies", Scope="Local"):
        yield policy["Arn"], policy


def _machines(states: Any) -> Listed:
    for arn in (found["stateMachineArn"] for found in _pages(states, "list_state_machines", "stateMachines")):
        found = states.describe_state_machine(stateMachineArn=arn)
        tags = states.list_tags_for_resource(resourceArn=arn)["tags"]
        found["definition"] = json.loads(found["definition"])
        yield arn, {**found, "tags": {tag["key"]: tag["value"] for tag in tags}}


def _secrets(manager: Any) -> Listed:
    for secret in _pages(manager, "list_secrets", "SecretList"):
        stages = secret.pop("SecretVersionsToStages", {})
        value = json.loads(manager.get_secret_value(SecretId=secret["ARN"])["SecretString"])
        secret["Tags"] = _tags(secret.get("Tags", []))
        yield (
            secret["ARN"],
            {
                **secret,
                # what nothing proves to have been generated is generated again
                "stages": sorted({stage for each in stages.values() for stage in each} - {"AWSPREVIOUS"}),
                "keys": sorted(value),
            },
        )


_KINDS: Mapping[str, Callable[[Any], Listed]] = {
    "dynamodb.table": _tables,
    "iam.policy": _policies,
    "iam.role": _roles,
    "lambda.function": _functions,
    "lambda.layer": _layers,
    "lambda.mapping": _mappings,
    "logs.group": _log_groups,
    "s3.bucket": _buckets,
    "secretsmanager.secret": _secrets,
    "sns.subscription": _subscriptions,
    "sns.topic": _topics,
    "sqs.queue": _queues,
    "ssm.parameter": _parameters,
    "stepfunctions.machine": _machines,
}


def _tags(tags: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _or_nothing(call: Callable[..., dict[str, Any]], **arguments: str) -> dict[str, Any]:
    """The answer, or an empty one where there is no such setting."""
    import botocore.exceptions

    try:
        return call(**arguments)
    except botocore.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return {}
