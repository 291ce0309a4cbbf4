"""(f) Many independent small resources: what Fairway adds to the calls themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.report import Ratio
from bench.workplace import ACCOUNT, REGION, Call, Workplace

_TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
_PARAMETER = {"Type": "String", "Value": "bench"}
RESOURCES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Bucket": ("AWS::S3::Bucket", {}),
    "Table": ("AWS::DynamoDB::Table", _TABLE),
    "Queue": ("AWS::SQS::Queue", {}),
    "Topic": ("AWS::SNS::Topic", {}),
    "Parameter": ("AWS::SSM::Parameter", _PARAMETER),
    "LogGroup": ("AWS::Logs::LogGroup", {}),
}
LATENCIES: Mapping[int, float] = {0: 2.5, 150: 1.5}
"""Injected milliseconds per call, and how often the floor's wall a deploy may take."""
_CALLS_PER_WRITE = 1.3


def template(each: int) -> str:
    """A CloudFormation template with `each` of every kind, none of which needs another."""
    resources = {
        f"{kind}{number}": {"Type": type_name, "Properties": properties}
        for kind, (type_name, properties) in RESOURCES.items()
        for number in range(each)
    }
    return json.dumps({"Resources": resources}, indent=1)


def creates(prefix: str, each: int) -> list[Call]:
    """The necessary writes of that template."""
    makers: Sequence[Callable[[str], Call]] = (
        lambda name: ("s3", "CreateBucket", {"Bucket": name}),
        lambda name: ("dynamodb", "CreateTable", {"TableName": name, **_TABLE}),
        lambda name: ("sqs", "CreateQueue", {"QueueName": name}),
        lambda name: ("sns", "CreateTopic", {"Name": name}),
        lambda name: ("ssm", "PutParameter", {"Name": name, **_PARAMETER}),
        lambda name: ("logs", "CreateLogGroup", {"logGroupName": name}),
    )
    return [make(f"{prefix}-{number}") for make in makers for number in range(each)]


def deletes(prefix: str, each: int, endpoint: str) -> list[Call]:
    """The writes that remove what `creates` made."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}"
    makers: Sequence[Callable[[str], Call]] = (
        lambda name: ("s3", "DeleteBucket", {"Bucket": name}),
        lambda name: ("dynamodb", "DeleteTable", {"TableName": name}),
        lambda name: ("sqs", "DeleteQueue", {"QueueUrl": f"{endpoint}/{ACCOUNT}/{name}"}),
        lambda name: ("sns", "DeleteTopic", {"TopicArn": f"{topic}:{name}"}),
        lambda name: ("ssm", "DeleteParameter", {"Name": name}),
        lambda name: ("logs", "DeleteLogGroup", {"logGroupName": name}),
    )
    return [make(f"{prefix}-{number}") for make in makers for number in range(each)]


def run_small(
    place: Workplace, each: int = 8, latencies: Mapping[int, float] = LATENCIES
) -> tuple[Ratio, ...]:
    """Deploy, deploy again and destroy `each` of the six kinds, and their floors, at every latency."""
    source = place.folder / "small" / "template.json"
    source.parent.mkdir()
    source.write_text(template(each))
    place.fairway(["validate", str(source)])  # the first calls of a fresh cloud and cache belong to nobody
    _round(place, source, each, "warm-up", counted=False)
    for latency in latencies:
        for repetition in range(place.repetitions):
            with place.emulator.latency(latency):
                _round(place, source, each, f"small-{latency}-{repetition}", f" at {latency} ms")
    return tuple(
        ratio for latency, target in latencies.items() for ratio in _ratios(place, each, latency, target)
    )


def _round(
    place: Workplace, source: Path, each: int, stack: str, suffix: str = "", *, counted: bool = True
) -> None:
    """Fairway's deploy, deploy with no change and destroy, each next to its floor."""
    names = {step: f"{step}{suffix}" if counted else "" for step in _STEPS}
    floors = {step: f"floor: {name}" if name else "" for step, name in names.items()}
    deploy = ["deploy", str(source), "--stack", stack, "--yes"]
    destroy = ["destroy", "--stack", stack, "--yes", "--allow-data-loss", "*"]
    prefix = f"floor-{stack}"

    place.fairway(deploy, name=names[DEPLOY])
    place.floor_of("writes", [creates(prefix, each)], name=floors[DEPLOY])
    place.fairway(deploy, name=names[AGAIN])
    place.floor_of("reads", [place.recorded(deploy)], name=floors[AGAIN])
    place.fairway(destroy, name=names[DESTROY])
    place.floor_of("writes", [deletes(prefix, each, place.emulator.endpoint)], name=floors[DESTROY])


DEPLOY, AGAIN, DESTROY = _STEPS = (
    "small resources, first deploy",
    "small resources, no change",
    "small resources, destroy",
)


def _ratios(place: Workplace, each: int, latency: int, target: float) -> list[Ratio]:
    found = []
    for step in _STEPS:
        name = f"{step} at {latency} ms"
        ours, floor = place.ledger[name], place.ledger[f"floor: {name}"]
        limit = target if step == DEPLOY else None
        found.append(Ratio("f", f"{name}, wall", ours.wall, floor.wall, "s", limit))
    deploy = place.ledger[f"{DEPLOY} at {latency} ms"]
    made, necessary = deploy.reads + deploy.writes, len(RESOURCES) * each
    found.append(Ratio("f", f"{DEPLOY} at {latency} ms, calls", made, necessary, "calls", _CALLS_PER_WRITE))
    return found
