"""Templates that others wrote transform to the resources that AWS's transform makes of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.sources.corpus import cases, parameters_of, template_of

from fairway.sources.cloudformation.includes import with_includes
from fairway.sources.cloudformation.text import parse
from fairway.sources.findings import Findings
from fairway.sources.inputs import Inputs
from fairway.sources.sam import transform

REFUSED = {
    "apigw-cognito-certificate-bound-access-token": "gives InlineCode and CodeUri: AWS ignores one of them",
    "apigw-mappingtemplate-lambda-nodejs": "OpenApiVersion stands beside Properties: AWS ignores it",
    "lambda-durable-hitl-python-sam": "functions from container images",
    "lambda-ecs-durable-python-sam": "functions from container images",
    "s3-lambda-container-sam": "a function from a container image",
}
"""Templates that get findings, and why that is right."""


@pytest.mark.parametrize("case", cases("SAM"))
def test_a_template_becomes_the_resources_of_aws_own_transform(case: dict[str, Any]) -> None:
    file = template_of(case)
    source, _ = parse(file.read_bytes(), str(file))
    assert source is not None
    inputs = Inputs("corpus", "us-east-1", "123456789012", parameters=parameters_of(case))

    tree, findings = transform(with_includes(source, Findings()), inputs)

    resources: dict[str, Any] = dict(tree.section("Resources"))
    types = Counter(resource["Type"] for resource in resources.values())
    assert types == case["resource_types"]
    assert bool(findings) == (case["name"] in REFUSED), findings
    assert [address for address in resources if ("Resources", address) not in tree.locations] == []
    assert tree.get("Globals") is None
    assert tree.get("Transform") in (None, ["AWS::LanguageExtensions"])
