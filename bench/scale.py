"""(g) Large stacks: what a thousand resources cost in calls, CPU and memory, and whether five thousand cost
more for each."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Ratio
from bench.workplace import ACCOUNT, REGION, Workplace
from fairway.aws.calls import Caller
from fairway.aws.cloud import Cloud
from fairway.aws.session import Session
from fairway.plan.planner import make_plan
from fairway.sources.load import Inputs, load
from fairway.state.folder import FolderObjects
from fairway.state.store import Store

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
_TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
UNIT = 100
UNITS, FEW, MANY = 10, 5, 50
"""Units of a hundred resources: a thousand of them, and what five hundred and five thousand cost each."""
LATENCY = 150
"""Milliseconds per call, for the wall of the thousand."""
_ONE = json.dumps(
    {"Resources": {"Only": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "1"}}}}
)
Made = tuple[str, str, Mapping[str, Any]]
"""Name within the unit, type, properties."""


def _service(unit: int, number: int) -> Iterator[Made]:
    """What a small service brings along: its log, its role, its settings, its alarms."""
    at = f"{unit}x{number}"
    log, failures = {"Ref": f"Log{at}"}, f"Failures{at}"
    yield f"Log{at}", "AWS::Logs::LogGroup", {"RetentionInDays": 30}
    yield f"Stage{at}", "AWS::SSM::Parameter", {"Type": "String", "Value": "bench"}
    writes = {
        "Effect": "Allow",
        "Action": "logs:PutLogEvents",
        "Resource": {"Fn::GetAtt": [f"Log{at}", "Arn"]},
    }
    policy = {"PolicyName": "logs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [writes]}}
    yield f"Role{at}", "AWS::IAM::Role", {"AssumeRolePolicyDocument": _TRUST, "Policies": [policy]}
    metric = {"MetricName": failures, "MetricNamespace": "Bench", "MetricValue": "1"}
    yield (
        f"Filter{at}",
        "AWS::Logs::MetricFilter",
        {"LogGroupName": log, "FilterPattern": "ERROR", "MetricTransformations": [metric]},
    )
    for name in ("Some", "Many"):
        yield f"{name}{at}", "AWS::CloudWatch::Alarm", _alarm(unit, failures, 1 if name == "Some" else 100)


def _alarm(unit: int, metric: str, threshold: int) -> Mapping[str, Any]:
    return {
        "AlarmActions": [{"Ref": f"Alarms{unit}"}],
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 1,
        "MetricName": metric,
        "Namespace": "Bench",
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": threshold,
    }


def _unit(unit: int) -> Iterator[Made]:
    """A hundred resources: sixteen services, and four things that AWS can only be asked for one by one."""
    for number in range(16):
        yield from _service(unit, number)
    yield f"Alarms{unit}", "AWS::SNS::Topic", {}
    yield f"Jobs{unit}", "AWS::SQS::Queue", {}
    yield f"Items{unit}", "AWS::DynamoDB::Table", _TABLE
    target = {"Id": "jobs", "Arn": {"Fn::GetAtt": [f"Jobs{unit}", "Arn"]}}
    yield f"Hourly{unit}", "AWS::Events::Rule", {"ScheduleExpression": "rate(1 hour)", "Targets": [target]}


def template(units: int = UNITS) -> str:
    """A CloudFormation template of `units` times a hundred resources."""
    resources = {
        name: {"Type": type_name, "Properties": properties}
        for unit in range(units)
        for name, type_name, properties in _unit(unit)
    }
    return json.dumps({"Resources": resources}, indent=1)


def run_scale(place: Workplace, units: int = UNITS, few: int = FEW, many: int = MANY) -> tuple[Ratio, ...]:
    """Deploy stacks of those sizes for real, then deploy them again with no change."""
    return (*_thousand(place, units), *_growth(place, few, many))


def _thousand(place: Workplace, units: int) -> Iterator[Ratio]:
    deploy = _deployed(place, units)
    reads = place.recorded(deploy)
    count, name = units * UNIT, _named(units)
    slow = f"{name} at {LATENCY} ms"
    for _ in range(place.repetitions):
        place.fairway(deploy, name=name)
        place.floor_of("reads", [reads], name=f"floor: {name}")
        with place.emulator.latency(LATENCY):
            place.fairway(deploy, name=slow)
            place.floor_of("reads", [reads], name=f"floor: {slow}")
    again, floor = place.ledger[name], place.ledger[f"floor: {name}"]
    yield Ratio("g", f"{name}, reads beside resources", again.reads, count, "calls", 0.1)
    yield Ratio("g", f"{name}, calls beside resources", again.reads + again.writes, count, "calls", 0.12)
    yield Ratio("g", f"{name}, CPU", again.cpu, floor.cpu, "s", 2.0)
    yield Ratio("g", f"{name}, wall", again.wall, floor.wall, "s")
    yield Ratio("g", f"{slow}, wall", place.ledger[slow].wall, place.ledger[f"floor: {slow}"].wall, "s")
    planning = median(_planning(place, units) for _ in range(place.repetitions))
    yield Ratio("g", f"plan of {count} resources alone, CPU", planning, 0, "s")


def _growth(place: Workplace, few: int, many: int) -> Iterator[Ratio]:
    """What each resource adds; what a stack of one takes as well is taken away first."""
    cpu: dict[int, float] = {}
    memory: dict[int, float] = {}
    for units in (0, few, many):
        deploy = _deployed(place, units)
        for _ in range(place.repetitions):
            place.fairway(deploy, name=_named(units))
        cpu[units] = 1000 * place.ledger[_named(units)].cpu
        memory[units] = place.peak(deploy) / 1024
    for figure, unit, taken in (("CPU", "ms", cpu), ("memory", "KB", memory)):
        of_many, of_few = ((taken[units] - taken[0]) / (units * UNIT) for units in (many, few))
        name = f"no change, {figure} for each of {many * UNIT} beside each of {few * UNIT}"
        yield Ratio("h", name, of_many, of_few, unit, 1.2)
    yield Ratio("h", f"no change, memory for {many * UNIT} beside 1", memory[many], memory[0], "KB")


def _deployed(place: Workplace, units: int) -> list[str]:
    """The command that has deployed a stack of so many units, and would do so again."""
    source = _source(place, units)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(template(units) if units else _ONE)
    deploy = ["deploy", str(source), "--stack", f"scale-{units}", "--yes"]
    place.fairway(deploy, name=_named(units, "first deploy"))
    return deploy


def _planning(place: Workplace, units: int) -> float:
    """Seconds of CPU for a plan, with everything read and nothing changed."""
    stack = f"scale-{units}"
    definition, _ = load(_source(place, units), Inputs(stack=stack, region=REGION, account=ACCOUNT))
    state = Store(FolderObjects(place.folder / "state")).load("local", stack)
    assert state is not None, "it was deployed"
    cloud = Cloud(Caller(Session(region_name=REGION, endpoint=place.emulator.endpoint, local=True)))
    live = cloud.read_all(state.resources.values())
    started = time.process_time()
    plan, _ = make_plan(definition, state, live, cloud)
    spent = time.process_time() - started
    assert not plan.effective, "nothing was changed"
    return spent


def _source(place: Workplace, units: int) -> Path:
    return place.folder / "scale" / f"template-{units}.json"


def _named(units: int, step: str = "no change") -> str:
    return f"{units * UNIT} resources, {step}" if units else f"1 resource, {step}"
