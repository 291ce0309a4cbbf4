"""An example, deployed from a copy of its own, and what there is in the cloud beside it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.program import Ended, Program, program
from tests.local_cloud import REGION, Cloud

from fairway.project.find import read_project
from fairway.project.settings import FILE

EXAMPLES = Path(__file__).parents[2] / "examples"


def copied(example: str, folder: Path, cloud: Cloud) -> Program:
    """The program in a copy of the example whose stack has the folder's name: several share a cloud.

    What Fairway brings along, and this project's own tools, are on the path.
    """
    shutil.copytree(
        EXAMPLES / example, folder, ignore=shutil.ignore_patterns(".fairway", "node_modules", "dist")
    )
    settings = folder / FILE
    [stack] = read_project(settings).stacks
    settings.write_text(settings.read_text().replace(f"stacks.{stack}", f"stacks.{folder.name}"))
    return program(folder, cloud, PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


@contextmanager
def deployed(app: Program, *arguments: str) -> Iterator[dict[str, str]]:
    """The stack's outputs, while it is deployed; it is destroyed afterwards if the test has not done it."""
    run = app("deploy", "--yes", "--json", *arguments)
    assert run.code == 0, run.err
    yield run.result["outputs"]
    removed = app("destroy", "--yes", "--allow-data-loss", "*")
    assert removed.code == 0, removed.err


def edit(app: Program, name: str, before: str, after: str) -> None:
    """Change one place of a file."""
    path = app.folder / name
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))


def calls(run: Ended) -> dict[str, int]:
    """The calls of a deployment: `reads`, `writes` and each operation that changes something."""
    assert run.code == 0, run.err
    made: dict[str, int] = run.of("DeploymentFinished")[0]["calls"]
    return made


def effects(run: Ended) -> set[tuple[str, str]]:
    """What a deployment did, as (action, address)."""
    assert run.code == 0, run.err
    return {(done["action"], done["address"]) for done in run.of("OperationFinished")}


def inventory(cloud: Cloud, region: str = REGION) -> set[tuple[str, str]]:
    """Everything there is in a region of the services that the examples use, as (operation, identity)."""
    found = {("list_distributions", item["Id"]) for item in _distributions(cloud)}
    for service, operation, items, identity in _LISTS:
        client = cloud.client(service, region)
        if client.can_paginate(operation):
            answers: Iterable[Any] = client.get_paginator(operation).paginate()
        else:
            answers = [getattr(client, operation)()]
        found |= {
            (operation, _identity(item, identity)) for answer in answers for item in answer.get(items, [])
        }
    return found


def _distributions(cloud: Cloud) -> Iterable[Any]:
    listed: Iterable[Any] = (
        cloud.client("cloudfront").list_distributions()["DistributionList"].get("Items", [])
    )
    return listed


def _identity(item: Any, identity: str) -> str:
    return str(item[identity] if identity else item)


_LISTS = (
    ("apigateway", "get_rest_apis", "items", "id"),
    ("appsync", "list_graphql_apis", "graphqlApis", "apiId"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("dynamodb", "list_tables", "TableNames", ""),
    ("events", "list_rules", "Rules", "Name"),
    ("iam", "list_policies", "Policies", "Arn"),
    ("iam", "list_roles", "Roles", "Arn"),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("lambda", "list_layers", "Layers", "LayerName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters", "filterName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("secretsmanager", "list_secrets", "SecretList", "ARN"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sqs", "list_queues", "QueueUrls", ""),
    ("stepfunctions", "list_state_machines", "stateMachines", "stateMachineArn"),
)
