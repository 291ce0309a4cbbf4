"""Real templates load without a complaint about what is right, and fast."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from tests.sources.corpus import cases, parameters_of, template_of

from fairway.sources.load import Inputs, load

# Templates that are wrong, and why.
REFUSED = {
    "lambda-vpc-secrets-sls--serverless-resources--iam-roles": "a fragment, which another tool completes",
    "eventbridge-api-destinations--12-oauth-api-cmk-encryption--prerequisite": "sets the read-only ClientId",
}


def inputs(case: dict[str, Any]) -> Inputs:
    return Inputs("corpus", "us-east-1", "123456789012", parameters=parameters_of(case))


@pytest.mark.parametrize("case", cases("CFN"))
def test_a_real_template_has_no_mistakes(case: dict[str, Any]) -> None:
    definition, findings = load(template_of(case), inputs(case))
    errors = [f"{f.location}: {f.message}" for f in findings if f.severity == "error"]
    assert bool(errors) == (case["name"] in REFUSED), errors
    conditional = case["features"].get("resource_attributes", {}).get("Condition", 0)
    assert case["resources"] - conditional <= len(definition.resources) <= case["resources"]


@pytest.mark.parametrize(
    "case", [case for case in cases("CFN") if case.marks or case.values[0]["bytes"] > 15_000]
)
def test_a_large_template_loads_in_a_fraction_of_a_deploys_budget(case: dict[str, Any]) -> None:
    """Measured against YAML's parser in Python, which one template of a thousand lines costs 25 ms: so the
    machine and what runs beside do not count, but more than one look at each line does."""
    template = template_of(case)
    text = template.read_text()
    parsing = least_cpu_seconds(lambda: list(yaml.parse(text, Loader=yaml.SafeLoader)))
    assert least_cpu_seconds(lambda: load(template, inputs(case))) < 2 * parsing


def least_cpu_seconds(work: Callable[[], object]) -> float:
    def once() -> float:
        started = time.process_time()
        work()
        return time.process_time() - started

    return min(once() for _ in range(3))
