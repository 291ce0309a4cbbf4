"""Secrets are set, listed and made without their values showing anywhere but in their store."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, program, write
from tests.local_cloud import Cloud, unique

VALUE = "the-real-one-4711"
TOML = """
[secrets.login]
name = "{prefix}/${{environment}}/login"
env = "LOGIN"

[secrets.session]
name = "/{prefix}/session"
store = "ssm"
generate = 24

[secrets.payments]
name = "{prefix}/payments"
"""
TEMPLATE = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("secretive")
    write(folder, {"fairway.toml": TOML.format(prefix=folder.name), "template.yaml": TEMPLATE})
    return program(folder, local_cloud)


def kept(app: Program, cloud: Cloud, key: str) -> str:
    """The value in the store."""
    name = app.folder.name
    if key == "session":
        found = cloud.client("ssm").get_parameter(Name=f"/{name}/session", WithDecryption=True)["Parameter"]
        assert found["Type"] == "SecureString"
        return str(found["Value"])
    path = {"login": f"{name}/local/login", "payments": f"{name}/payments"}[key]
    return str(cloud.client("secretsmanager").get_secret_value(SecretId=path)["SecretString"])


def conditions(app: Program) -> dict[str, str]:
    return {each["key"]: each["condition"] for each in app("secrets", "list", "--json").result["secrets"]}


def shows(ended: Ended, app: Program, value: str) -> list[str]:
    """Where a value shows: in what was printed, or in a file below the project's folder."""
    files = [file for file in app.folder.rglob("*") if file.is_file() and value in file.read_text("latin-1")]
    return [*map(str, files), *(text for text in (ended.out, ended.err) if value in text)]


def test_a_value_comes_from_standard_input_a_variable_or_a_generator(
    app: Program, local_cloud: Cloud
) -> None:
    assert app("secrets", "set", "login", "--value-from-stdin", stdin=f"{VALUE}\n").code == 0
    assert kept(app, local_cloud, "login") == VALUE
    other = replace(app, extra={"OTHER": "from-a-variable"})
    changed = other("secrets", "set", "login", "--from-env", "OTHER", "--json")
    assert changed.result["did"] == "changed"
    assert kept(app, local_cloud, "login") == "from-a-variable"
    made = app("secrets", "set", "session", "--generate", "40", "--json")
    assert made.result["did"] == "created"
    assert re.fullmatch(r"[A-Za-z0-9]{40}", kept(app, local_cloud, "session"))
    assert not shows(made, app, kept(app, local_cloud, "session"))


def test_on_a_terminal_it_is_asked_for_unseen(app: Program, local_cloud: Cloud) -> None:
    ended = app.on_terminal("secrets", "set", "payments", answers={"secret payments: ": f"{VALUE}\n"})
    assert ended.code == 0, ended.out
    assert kept(app, local_cloud, "payments") == VALUE
    assert not shows(ended, app, VALUE)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["set", "logn"], "arguments.secret"),
        (["set", "login"], "arguments.value"),
        (["set", "login", "--value-from-stdin"], "arguments.value"),
        (["set", "login", "--from-env", "NOT_SET"], "arguments.value"),
        (["set", "login", "--generate", "3"], "arguments.value"),
    ],
)
def test_what_cannot_be_set(app: Program, words: list[str], code: str) -> None:
    ended = app("secrets", *words, "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, code)
    assert ended.result["error"]["next"] or "--generate" in ended.result["error"]["message"]


def test_a_deploy_makes_those_that_are_not_there(app: Program, local_cloud: Cloud) -> None:
    assert set(conditions(app).values()) == {"missing"}
    app = replace(app, extra={"LOGIN": VALUE})
    deployed = app("deploy", "--yes", "--json")
    made = {event["key"]: event["source"] for event in deployed.of("SecretCreated")}
    assert made == {"login": "variable", "session": "generated", "payments": "placeholder"}
    assert conditions(app) == {"login": "there", "session": "there", "payments": "placeholder"}
    assert kept(app, local_cloud, "login") == VALUE
    for value in (VALUE, kept(app, local_cloud, "session")):
        assert not shows(deployed, app, value)
    later = replace(app, extra={"LOGIN": "another"})("deploy", "--yes", "--json")
    assert not later.of("SecretCreated")
    assert kept(app, local_cloud, "login") == VALUE, "a deploy overwrites nothing"


def test_nothing_is_made_where_the_deploy_is_declined(app: Program) -> None:
    declined = replace(app, extra={"LOGIN": VALUE}).on_terminal("deploy", typed="n\n")
    assert declined.code == 1
    assert set(conditions(app).values()) == {"missing"}


def test_they_are_made_where_nothing_else_is_to_be_done(app: Program) -> None:
    settings = app.folder / "fairway.toml"
    written = settings.read_text()
    settings.write_text("")
    assert app("deploy", "--yes").code == 0
    settings.write_text(written)
    deployed = replace(app, extra={"LOGIN": VALUE})("deploy", "--yes", "--json")
    assert deployed.result["result"] == "unchanged"
    assert len(deployed.of("SecretCreated")) == 3


def test_a_variable_that_is_not_set_stops_the_deploy_before_it_begins(app: Program) -> None:
    for extra in ({}, {"LOGIN": ""}):
        ended = replace(app, extra=extra)("deploy", "--yes", "--json")
        assert ended.code == 2
        [finding] = ended.result["error"]["findings"]
        assert (finding["code"], finding["line"]) == ("secrets.variable", 2)
    assert set(conditions(app).values()) == {"missing"}


def test_on_a_terminal_the_value_is_asked_for_instead(app: Program, local_cloud: Cloud) -> None:
    answers = {"secret login: ": f"{VALUE}\n", "[y/N] ": "y\n"}
    ended = app.on_terminal("deploy", answers=answers)
    assert ended.code == 0, ended.out
    assert kept(app, local_cloud, "login") == VALUE
    assert not shows(ended, app, VALUE)


def test_a_plan_file_is_carried_out_with_them(app: Program) -> None:
    assert app("plan", "--out", "plan.json").code == 0
    applied = replace(app, extra={"LOGIN": VALUE})("apply", "plan.json", "--json")
    assert applied.code == 0, applied.err
    assert len(applied.of("SecretCreated")) == 3


def test_a_parameter_from_one_that_is_not_there_says_how_to_make_it(app: Program, local_cloud: Cloud) -> None:
    toml = app.folder / "fairway.toml"
    name = f"{app.folder.name}/payments"
    toml.write_text(f'{toml.read_text()}[stacks.main.parameters]\nKey = {{ secret = "{name}" }}\n')
    write(app.folder, {"template.yaml": f"Parameters: {{Key: {{Type: String, NoEcho: true}}}}\n{TEMPLATE}"})
    app = replace(app, extra={"LOGIN": VALUE})
    ended = app("deploy", "--yes")
    assert ended.code == 2
    assert "fairway secrets create" in ended.err
    assert app("secrets", "create").code == 0
    assert app("deploy", "--yes").code == 0
    assert app("secrets", "create").out == "nothing to make\n"


def test_one_that_was_deleted_and_keeps_its_name_is_an_error(app: Program, local_cloud: Cloud) -> None:
    client = local_cloud.client("secretsmanager")
    client.create_secret(Name=f"{app.folder.name}/payments", SecretString="old")
    client.delete_secret(SecretId=f"{app.folder.name}/payments", RecoveryWindowInDays=7)
    assert conditions(app)["payments"] == "deleted"
    ended = replace(app, extra={"LOGIN": VALUE})("deploy", "--yes", "--json")
    assert ended.result["error"]["code"] == "secrets.deleted"
    assert "restore-secret" in ended.result["error"]["next"]


def test_what_the_store_refuses_is_told_without_the_value(app: Program) -> None:
    write(app.folder, {"fairway.toml": '[secrets.session]\nname = "aws/reserved"\nstore = "ssm"\n'})
    ended = app("secrets", "set", "session", "--value-from-stdin", "--json", stdin=VALUE)
    assert (ended.code, ended.result["error"]["code"]) == (1, "aws.ValidationException")
    assert not shows(ended, app, VALUE)
