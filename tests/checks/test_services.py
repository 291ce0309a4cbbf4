"""Quotas and access to models are asked for; what the local cloud does not have is skipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.aws.fakes import FakeTime, caller
from tests.checks.deployed import Place, place
from tests.local_cloud import Cloud

from fairway.checks.before import bedrock
from fairway.checks.subject import Subject
from fairway.project.checks import BedrockModel, Quota

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


@pytest.fixture
def here(tmp_path: Path, local_cloud: Cloud) -> Place:
    return place(tmp_path, local_cloud, {"template.yaml": "Resources: {}\n"})


@pytest.mark.parametrize(
    ("at_least", "result", "message"),
    [(10, "passed", " is "), (10**9, "failed", "wanted are 1e+09")],
)
def test_a_quota(here: Place, at_least: float, result: str, message: str) -> None:
    (found,) = here.check(Quota(name="vpcs", quota="vpc/L-F678F1CE", at_least=at_least - 9))
    assert found.kind == "quota"
    assert (found.result, message in found.message) == (result, True), found


def test_a_quota_that_is_none_is_a_mistake_of_the_file(here: Place) -> None:
    (found,) = here.check(Quota(name="none", quota="L-1", at_least=1))
    assert "'L-1' is no quota" in found.message


def test_the_local_cloud_has_no_models(here: Place) -> None:
    (found,) = here.check(BedrockModel(name="model", bedrock=MODEL))
    assert (found.result, found.kind) == ("skipped", "bedrock")
    assert found.message == "the local cloud has no bedrock.GetFoundationModelAvailability"


ACCESS = {
    "agreementAvailability": {"status": "AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, f"{MODEL} may be used"),
        ({"regionAvailability": "NOT_AVAILABLE"}, f"{MODEL} is not offered in eu-west-1"),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, f"{MODEL} may not be used by this account"),
        (
            {"entitlementAvailability": "NOT_AVAILABLE", "agreementAvailability": {"status": "PENDING"}},
            f"{MODEL} has not been enabled in this account and has no accepted agreement (PENDING)",
        ),
    ],
)
def test_what_aws_says_of_a_model(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    """Nothing that can be had here answers this call."""
    aws = caller([{**ACCESS, **changes}], FakeTime())
    subject = Subject("prod", tmp_path, aws)
    found = bedrock.check(BedrockModel(name="model", bedrock=MODEL), subject)
    assert (found.result, found.message) == ("failed" if changes else "passed", message)
