"""atlas-engine by `fairway run`: the eight steps of its deployment with their times, and its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.cli.program import Ended, Program
from tests.examples.app import copied, effects, inventory
from tests.local_cloud import Cloud, running

pytestmark = pytest.mark.xdist_group("atlas-engine-delivery")
STAGES = ("checks", "test", "build", "plan", "approve", "apply", "verify", "publish")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One of its own, in the place of AWS: environments have names of their own for secrets."""
    with running(tmp_path_factory.mktemp("home")) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, cloud: Cloud) -> Program:
    app = copied("atlas-engine", tmp_path_factory.mktemp("apps") / "atlas", cloud)
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")
    return replace(app, extra={**app.extra, **keys, "AWS_ENDPOINT_URL": cloud.endpoint})


@pytest.fixture(scope="module")
def before(cloud: Cloud) -> set[tuple[str, str]]:
    """What there was before the first run."""
    return inventory(cloud)


@pytest.fixture(scope="module")
def first(app: Program, before: set[tuple[str, str]]) -> Ended:
    """The first run, as people read it."""
    run = app("run", "--env", "dev", "--yes")
    assert run.code == 0, run.out + run.err
    return run


def said(run: Ended, stage: str) -> str:
    """What a run says in one of its stages."""
    parts = re.split(rf"^({'|'.join(STAGES)})$", run.out, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(stage, "")


def delivered(app: Program, *arguments: str) -> Ended:
    return app("run", "--env", "dev", "--yes", "--json", *arguments)


def test_prerequisites_and_parameters_are_checked_first(first: Ended) -> None:
    checks = said(first, "checks")
    assert "✓ credentials: " in checks
    assert "✓ definition: template.yaml: 33 resources" in checks
    assert "anthropic.claude-3-haiku-20240307-v1:0: the local cloud has no bedrock" in checks
    assert "✓ units" in said(first, "test")


def test_a_parameter_that_the_template_refuses_ends_the_run_before_anything_is_built(app: Program) -> None:
    run = delivered(app, "--param", "Environment=production")
    assert run.code != 0
    assert not run.of("BuildFinished")


def test_layers_and_functions_are_built_and_everything_is_created(first: Ended) -> None:
    built = set(re.findall(r"^built ([A-Za-z]+?)(?:[0-9a-f]{10})? in ", said(first, "build"), re.MULTILINE))
    assert {"PythonLibraries", "SalesforceLibraries", "CreateLead", "LexFulfillment"} <= built
    assert "Plan: 33 to create" in said(first, "plan")
    assert "33 created, 10 artifacts proved fresh" in said(first, "apply")


def test_the_workflow_definition_has_the_functions_in_it(first: Ended, cloud: Cloud) -> None:
    states = cloud.client("stepfunctions")
    [machine] = states.list_state_machines()["stateMachines"]
    definition = states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])["definition"]
    assert ":function:atlas-create-lead" in definition
    assert "${" not in definition


def test_the_secret_has_the_name_of_its_environment_and_waits_for_its_credentials(first: Ended) -> None:
    assert "! secrets: a placeholder is in SalesforceSecret" in said(first, "verify")
    assert "secret:atlas/dev/salesforce-" in said(first, "publish")


def test_the_checklist_and_the_smoke_test_hold(first: Ended) -> None:
    verified = said(first, "verify")
    checklist = ("functions: 8 active", "tables: 2 active", "state machines: 1 active", "layers: 2 published")
    smoke = ("a lead is called and qualified", "no task token is left", "the voice bot gets an answer")
    for each in (*checklist, *smoke, "roles: 9 there", "log groups: 9 there", "conversations are recorded"):
        assert f"✓ {each}" in verified


def test_outputs_and_the_steps_that_are_left_to_people_come_last(first: Ended) -> None:
    published = said(first, "publish")
    assert "WorkflowArn" in published
    assert (
        "! Lex bot: make arn:aws:lambda:us-east-1:123456789012:function:atlas-lex-fulfillment the"
        in published
    )
    assert "! Amazon Connect (optional): " in published
    assert "! Salesforce credentials: put the real ones into arn:aws:secretsmanager:" in published


def test_the_times_of_all_steps_are_told(first: Ended) -> None:
    told = first.out.splitlines()
    times = [re.fullmatch(r"  (\w+) +[\d.]+ s +\d+%", line) for line in told]
    assert [found[1] for found in times if found] == list(STAGES)
    assert re.fullmatch(r"Done in [\d.]+ s", told[-1])


def test_the_second_run_does_nothing(app: Program, first: Ended) -> None:
    again = delivered(app)
    assert (again.code, again.result["result"]) == (0, "unchanged")
    assert effects(again) == set()


def test_cleanup_leaves_nothing(
    app: Program, before: set[tuple[str, str]], first: Ended, cloud: Cloud
) -> None:
    removed = app("destroy", "--env", "dev", "--yes", "--allow-data-loss", "*")
    assert removed.code == 0, removed.err
    left = inventory(cloud) - before
    assert all("fairway-artifacts-" in identity for _, identity in left), left
