"""A `DeploymentPreference` is how the alias goes live, and nothing of CodeDeploy is left in the graph."""

from __future__ import annotations

from textwrap import indent

import pytest
from tests.sources.sam.conftest import LoadSam

from fairway.model.graph import Definition
from fairway.model.rollout import Rollout, Step
from fairway.model.values import Reference

FUNCTION = """\
Resources:
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      {ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1, Threshold: 1, Period: 60,
       Statistic: Sum, MetricName: Errors, Namespace: AWS/Lambda}
  Try:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: other, Handler: app.handler, Runtime: python3.12}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: python3.12
      AutoPublishAlias: live
      DeploymentPreference:
"""


def template(preference: str) -> str:
    return FUNCTION + indent(preference, " " * 8)


def rollout_of(definition: Definition, address: str = "HelloAliaslive") -> Rollout | None:
    return definition.resources[address].rollout


def test_steps_alarms_and_hooks_are_the_aliass(load_sam: LoadSam) -> None:
    preference = """\
Type: Canary10Percent5Minutes
Alarms: [!Ref Errors, outside]
Hooks: {PreTraffic: !Ref Try, PostTraffic: !Ref Try}
"""
    definition, findings = load_sam(template(preference))
    assert findings == ()
    names = (Reference("Errors"), "outside")
    assert rollout_of(definition) == Rollout((Step(10, 300),), names, Reference("Try"), Reference("Try"))
    assert definition.resources["HelloAliaslive"].dependencies >= {"Errors", "Try"}


def test_nothing_is_made_for_codedeploy(load_sam: LoadSam) -> None:
    definition, _ = load_sam(template("Type: AllAtOnce\n"))
    assert not [each for each in definition.resources.values() if "CodeDeploy" in each.type + each.address]


@pytest.mark.parametrize(
    ("name", "steps", "seconds"),
    [("AllAtOnce", 0, 0), ("Linear10PercentEvery1Minute", 9, 60), ("Canary10Percent30Minutes", 1, 1800)],
)
def test_the_predefined_types(load_sam: LoadSam, name: str, steps: int, seconds: int) -> None:
    definition, _ = load_sam(template(f"Type: {name}\n"))
    found = rollout_of(definition)
    assert found is not None
    assert [step.seconds for step in found.steps] == [seconds] * steps


def test_a_preference_that_is_not_enabled_is_none(load_sam: LoadSam) -> None:
    definition, findings = load_sam(template("Type: AllAtOnce\nEnabled: false\n"))
    assert (rollout_of(definition), findings) == (None, ())


def test_what_depends_on_a_condition_is_chosen_by_it(load_sam: LoadSam) -> None:
    text = "Conditions: {Never: !Equals [a, b]}\n" + template(
        "Type: !If [Never, AllAtOnce, Linear10PercentEvery2Minutes]\nAlarms: !If [Never, [one], [two]]\n"
    )
    definition, findings = load_sam(text)
    found = rollout_of(definition)
    assert findings == ()
    assert found is not None
    assert (found.steps[0], found.alarms) == (Step(10, 120), ("two",))


def test_globals_hold_for_every_function_with_an_alias(load_sam: LoadSam) -> None:
    text = "Globals: {Function: {DeploymentPreference: {Type: Canary10Percent10Minutes}}}\n" + FUNCTION
    definition, findings = load_sam(text.replace("      DeploymentPreference:\n", "").replace(
        "CodeUri: other", "CodeUri: other, DeploymentPreference: {Enabled: false}"
    ))  # fmt: skip
    assert findings == ()
    assert rollout_of(definition) == Rollout((Step(10, 600),))


@pytest.mark.parametrize(
    ("preference", "code", "severity"),
    [
        ("Type: Canary20Percent5Minutes", "rollout.type", "error"),
        ("Type: AllAtOnce\nTriggerConfigurations: []", "sam.unsupported", "error"),
        ("Type: AllAtOnce\nRole: 'arn:aws:iam::123456789012:role/x'", "rollout.role", "warning"),
    ],
)
def test_what_cannot_be_said_of_a_rollout_points_at_its_line(
    load_sam: LoadSam, preference: str, code: str, severity: str
) -> None:
    _, findings = load_sam(template(preference))
    [found] = findings
    assert (found.code, found.severity) == (code, severity)
    assert found.location is not None
    first = FUNCTION.count("\n") + 1  # the header comes before it
    assert first <= found.location.line <= first + preference.count("\n") + 1


def test_a_preference_without_a_type_is_an_error(load_sam: LoadSam) -> None:
    _, findings = load_sam(template("Type:"))
    assert "error" in {found.severity for found in findings}


def test_codedeploy_of_ones_own_stays_refused(load_sam: LoadSam) -> None:
    text = """\
Resources:
  Alias:
    Type: AWS::Lambda::Alias
    UpdatePolicy: {CodeDeployLambdaAliasUpdate: {ApplicationName: a, DeploymentGroupName: b}}
    Properties: {FunctionName: f, FunctionVersion: "1", Name: live}
"""
    _, findings = load_sam(text)
    assert [each.code for each in findings] == ["template.unsupported"]
