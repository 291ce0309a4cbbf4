"""How long operations take, roughly, in seconds: only the order of what is ready depends on it.

Sources: BC lambda `CreateFunction`, `UpdateFunctionCode`; CD:docs/benchmarks.md and docs/cli-reference.md
for the others (CD is go-to-k/cdkd); types that are not listed take about a second.
"""

from __future__ import annotations

from collections.abc import Mapping

from fairway.model.plan import Action, Change

USUAL = 1.0
LOCAL = 0.0

CREATE: Mapping[str, float] = {
    "AWS::CloudFront::Distribution": 300,
    "AWS::EC2::NatGateway": 90,
    "AWS::DynamoDB::Table": 8,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 130,
    "AWS::IAM::InstanceProfile": 8,
    "AWS::Lambda::EventSourceMapping": 4,
    "AWS::Lambda::Function": 4,
    "AWS::Lambda::LayerVersion": 3,
    "AWS::RDS::DBInstance": 450,
    "AWS::StepFunctions::StateMachine": 2,
}
UPDATE: Mapping[str, float] = {
    "AWS::CloudFront::Distribution": 300,
    "AWS::DynamoDB::Table": 15,
    "AWS::Lambda::EventSourceMapping": 4,
    "AWS::Lambda::Function": 2,
    "AWS::RDS::DBInstance": 300,
}


def cost(change: Change) -> float:
    """The estimated time of a change."""
    match change.action:
        case Action.CREATE | Action.REPLACE:
            return CREATE.get(change.type, USUAL)
        case Action.UPDATE:
            steps = change.rollout.steps if change.rollout else ()
            return UPDATE.get(change.type, USUAL) + sum(step.seconds for step in steps)
        case Action.DELETE:
            return USUAL
    return LOCAL
