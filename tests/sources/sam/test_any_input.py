"""Whatever a SAM template holds, the answer is findings and never a traceback."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairway.model.errors import Finding
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import nodes
from fairway.sources.inputs import Inputs
from fairway.sources.sam import transform

WHOLE: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
    "Globals": {"Function": {"Runtime": "python3.12", "Tags": {"a": "b"}}, "Api": {"TracingEnabled": True}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    "Resources": {
        "Hello": {
            "Type": "AWS::Serverless::Function",
            "Connectors": {"C": {"Properties": {"Destination": {"Id": "Items"}, "Permissions": ["Read"]}}},
            "Metadata": {"BuildMethod": "esbuild"},
            "Properties": {
                "CodeUri": "src",
                "Handler": "app.handler",
                "AutoPublishAlias": "live",
                "DeploymentPreference": {"Type": "AllAtOnce"},
                "Policies": ["AWSLambdaRole", {"DynamoDBReadPolicy": {"TableName": "x"}}],
                "Events": {
                    "Get": {"Type": "Api", "Properties": {"Path": "/a", "Method": "get"}},
                    "Post": {"Type": "HttpApi", "Properties": {"Path": "/a", "Method": "post"}},
                    "Work": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Q", "Arn"]}}},
                    "Tick": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}},
                },
            },
        },
        "Shop": {
            "Type": "AWS::Serverless::Api",
            "Properties": {"StageName": "live", "Auth": {"ApiKeyRequired": True}, "Cors": "'*'"},
        },
        "Flow": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {"Definition": {"StartAt": "A"}, "Events": {}, "Policies": []},
        },
        "Libs": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layer"}},
        "Items": {"Type": "AWS::Serverless::SimpleTable"},
        "Q": {"Type": "AWS::SQS::Queue"},
    },
    "Outputs": {"Version": {"Value": {"Ref": "Hello.Version"}}},
}

PATHS = [path for path, _ in nodes(WHOLE) if path]

INTRINSICS = st.sampled_from(
    [
        {"Ref": "Stage"},
        {"Ref": "AWS::NoValue"},
        {"Ref": "Nothing"},
        {"Fn::If": ["IsProd", "a", {"Ref": "AWS::NoValue"}]},
        {"Fn::Sub": "${Stage}-x"},
        {"Fn::GetAtt": ["Hello", "Arn"]},
        {"Fn::GetAtt": "Hello"},
        {"Fn::If": []},
        {"Fn::Transform": {"Name": "AWS::Include"}},
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
WORDS = st.sampled_from(
    ["Api", "AWS::Serverless::Function", "AWS::Serverless::HttpApi", "Items", "*", "s3://"]
)
ANYTHING = st.recursive(
    SCALARS | WORDS | INTRINSICS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=3)
    ),
    max_leaves=6,
)


def replaced(tree: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The tree with another value at a path; unchanged where an earlier change took the path away."""
    if not path:
        return value
    if isinstance(tree, dict) and path[0] in tree:
        return {**tree, path[0]: replaced(tree[path[0]], path[1:], value)}
    if isinstance(tree, list) and isinstance(path[0], int) and path[0] < len(tree):
        return [replaced(item, path[1:], value) if i == path[0] else item for i, item in enumerate(tree)]
    return tree


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), ANYTHING), min_size=1, max_size=3))
def test_a_template_with_anything_anywhere_gives_a_tree_and_findings(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    template: Any = WHOLE
    for path, value in changes:
        template = replaced(template, path, value)
    tree, _ = parse(json.dumps(template).encode(), "template.json")
    if tree is None:
        return

    transformed, findings = transform(tree, Inputs("s", "eu-west-1", "123456789012"))

    assert all(isinstance(finding, Finding) and finding.location for finding in findings)
    assert json.dumps(transformed.value)
