"""The pipeline makes declared secrets that do not exist when it applies, and never before an approval."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.errors import Failed, InvalidDefinition
from fairway.model.events import CheckFinished, SecretCreated
from fairway.project.settings import FromVariable, SecretSettings, StackSettings

TEMPLATE = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"


@pytest.fixture
def shop(tmp_path: Path, local_cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.delenv("CI", raising=False)
    stack = unique("stack")
    made = workshop(tmp_path, local_cloud, {stack: StackSettings(stack, "template.yaml")})
    made.write({"template.yaml": TEMPLATE})
    return made


def declare(shop: Workshop, variable: str) -> SecretSettings:
    secret = SecretSettings("login", unique("login"), value=FromVariable(variable))
    shop.set(secrets={"login": secret})
    return secret


def test_they_are_made_in_the_apply(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN", "secret-4711")
    secret = declare(shop, "LOGIN")
    assert shop.run(last="plan") == "succeeded"
    assert not shop.of(SecretCreated)
    assert shop.run("apply") == "succeeded"
    [made] = shop.of(SecretCreated)
    assert (made.key, made.name, made.source) == ("login", secret.name, "variable")
    assert "4711" not in repr(shop.events)
    assert shop.run() == "unchanged"
    assert not shop.of(SecretCreated)


def test_also_where_nothing_else_is_to_be_done(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop.run() == "succeeded"
    monkeypatch.setenv("LOGIN", "secret-4711")
    declare(shop, "LOGIN")
    assert shop.run() == "unchanged"
    assert len(shop.of(SecretCreated)) == 1


def test_not_before_an_approval(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN", "secret-4711")
    declare(shop, "LOGIN")
    shop.set_environment(approval=True)
    assert shop.run() == "waiting"
    with pytest.raises(Failed) as raised:
        shop.run("apply")
    assert raised.value.code == "run.not-approved"
    assert not shop.of(SecretCreated)


def test_a_value_that_nobody_has_is_found_by_the_checks(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(shop, "NOT_SET_ANYWHERE")

    def checked() -> str:
        ending = shop.run("checks", "checks")
        [found] = [each.checked for each in shop.of(CheckFinished) if each.checked.name == "secrets"]
        assert "NOT_SET_ANYWHERE" in found.next
        return f"{found.result}, {ending}"

    assert checked() == "warned, succeeded", "somebody can be asked"
    monkeypatch.setenv("CI", "true")
    assert checked() == "failed, failed"


def test_somebody_is_asked_for_it(shop: Workshop) -> None:
    declare(shop, "NOT_SET_ANYWHERE")
    assert shop.run(last="plan") == "succeeded"
    with pytest.raises(InvalidDefinition) as raised:
        shop.run("apply")
    assert [each.code for each in raised.value.findings] == ["secrets.variable"]
    shop.somebody.knows["login"] = "secret-4711"
    assert shop.run("apply") == "succeeded"
    [made] = shop.of(SecretCreated)
    assert made.source == "typed"
