"""Secrets are set, listed and made without their values showing anywhere but in their store."""

from __future__ import annotations

import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, identifier, program, write
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


def test_a_value_on_the_command_line_is_refused_and_not_repeated(app: Program) -> None:
    ended = app("secrets", "set", "login", VALUE)
    assert (ended.code, "arguments.secret-shown" in ended.err) == (2, True)
    assert not shows(ended, app, VALUE)
    assert conditions(app)["login"] == "missing"


SPAWNS = """
import sys
def hook(event, args):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        with open({log!r}, "a") as log:
            print(event, args[:2], file=log)
sys.addaudithook(hook)
"""
"""Python's own account of every process that a program starts, and with which arguments."""
KEYED = """
Parameters: {Key: {Type: String, NoEcho: true}}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Code: src
      Handler: app.handler
      Runtime: python3.11
      Role: ROLE
      Environment: {Variables: {KEY: !Ref Key}}
"""


def test_a_value_is_in_the_store_and_in_what_is_deployed_with_it_and_nowhere_else(
    app: Program, tmp_path: Path, local_cloud: Cloud
) -> None:
    write(tmp_path / "hooks", {"sitecustomize.py": SPAWNS.format(log=str(tmp_path / "spawned"))})
    name = f"{app.folder.name}/payments"
    toml = f'[secrets.payments]\nname = "{name}"\n[stacks.main.parameters]\nKey = {{ secret = "{name}" }}\n'
    toml += '[[test]]\nname = "own"\nrun = "echo tested"\n'
    template = KEYED.replace("ROLE", local_cloud.role())
    write(app.folder, {"fairway.toml": toml, "template.yaml": template, "src/app.py": "handler = print\n"})
    first, second = unique("first-value"), unique("second-value")
    app, began = replace(app, extra={"PYTHONPATH": str(tmp_path / "hooks"), "NEW": second}), time.time()

    printed = [app("secrets", "set", "payments", "--value-from-stdin", stdin=first)]
    printed.append(app("plan", "--out", "plan.json", "--report", "plan.html"))
    printed.append(app("deploy", "--yes", "--json"))
    printed.append(app("secrets", "set", "payments", "--from-env", "NEW", "--json"))
    printed.append(app("run", "--yes", "--verbose"))
    printed += [app("status", "--json"), app("show", "--json"), app("state", "show", "Worker")]

    assert [ended.code for ended in printed] == [0] * len(printed), printed
    deployed = local_cloud.client("lambda").get_function_configuration(FunctionName=identifier(app, "Worker"))
    assert deployed["Environment"]["Variables"] == {"KEY": second}
    assert "echo tested" in (tmp_path / "spawned").read_text(), "processes are seen"
    for value in (first, second):
        assert not [ended for ended in printed if value in ended.out + ended.err]
        assert not [file for file in written_since(began, tmp_path, app.home) if holds(file, value)]


def written_since(moment: float, *folders: Path) -> list[Path]:
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if file.stat().st_mtime >= moment]


def holds(file: Path, value: str) -> bool:
    """Whether it stands there, also where the file is an archive or compressed as one."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            return any(value.encode() in archive.read(name) for name in archive.namelist())
    return value.encode() in file.read_bytes()


def test_what_the_store_refuses_is_told_without_the_value(app: Program) -> None:
    write(app.folder, {"fairway.toml": '[secrets.session]\nname = "aws/reserved"\nstore = "ssm"\n'})
    ended = app("secrets", "set", "session", "--value-from-stdin", "--json", stdin=VALUE)
    assert (ended.code, ended.result["error"]["code"]) == (1, "aws.ValidationException")
    assert not shows(ended, app, VALUE)


TAKING = """\
Parameters: {Key: {Type: String, NoEcho: true}}
Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Key}}}
"""


@pytest.mark.parametrize("source", ['secret = "{prefix}/${{environment}}/key"', 'ssm = "/{prefix}/key"'])
def test_a_declared_one_that_a_parameter_takes_before_it_is_made(app: Program, source: str) -> None:
    prefix, source = app.folder.name, source.format(prefix=app.folder.name)
    kind, _, name = source.partition(" = ")
    declared = f'[secrets.key]\nname = {name}\nstore = "{"ssm" if kind == "ssm" else "secretsmanager"}"\n'
    stack = f"[stacks.{prefix}]\n[stacks.{prefix}.parameters]\nKey = {{ {source} }}\n"
    toml = stack + declared + "generate = 24\n"
    write(app.folder, {"fairway.toml": toml, "template.yaml": TAKING})
    way = "make it first: `fairway secrets create --env local`"
    for command in ("run", "check"):
        told = app(command, "--yes") if command == "run" else app(command)
        assert told.code == 1
        assert "[secrets.key] declares it" in told.out
        assert f"next: {way}" in told.out
    assert app("secrets", "create").code == 0
    assert "✓ definition" in app("check").out
