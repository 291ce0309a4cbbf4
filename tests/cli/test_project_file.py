"""What fairway.toml says of stacks, environments and parameters is what the commands do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, identifier, program, write
from tests.local_cloud import ACCOUNT, Cloud, unique

DATA = """\
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Other: {Type: AWS::SNS::Topic}
Outputs:
  TopicName: {Value: !GetAtt Topic.TopicName}
  Both: {Value: !Sub "${Topic.TopicName},${Other.TopicName}"}
"""
BACKEND = """\
Parameters:
  Topic: {Type: String}
  Level: {Type: String, Default: debug, AllowedValues: [debug, info, warn]}
  Size: {Type: Number, Default: 1, MaxValue: 900}
  Label: {Type: String, Default: none}
Resources:
  Values:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Sub "${Topic}|${Level}|${Size}|${Label}"}
Outputs:
  Values: {Value: !GetAtt Values.Value}
"""
PROJECT = """\
[project]
name = "shop"
[stacks.data]
source = "infra/data"
[stacks.backend]
source = "template.yaml"
[stacks.backend.parameters]
Topic = { stack = "data", output = "TopicName" }
Size = 5
Label = "${project}-${environment}"
"""


@pytest.fixture
def shop(tmp_path: Path, local_cloud: Cloud) -> Program:
    """Two stacks, of which one takes an output of the other."""
    app = program(tmp_path / unique("shop"), local_cloud)
    files = {"infra/data/template.yaml": DATA, "template.yaml": BACKEND, "fairway.toml": PROJECT}
    write(app.folder, files)
    return app


def says(app: Program, text: str) -> None:
    file = app.folder / "fairway.toml"
    file.write_text(file.read_text() + text)


def single(tmp_path: Path, cloud: Cloud, template: str, project: str, **extra: str) -> Program:
    """A project of one declared stack, `only`, whose name is its own in this cloud."""
    app = program(tmp_path / unique("app"), cloud, **extra)
    text = f"[stacks.{unique('only')}]\n{project}"
    write(app.folder, {"template.yaml": template, "fairway.toml": text})
    return app


def values(app: Program) -> list[str]:
    """What the backend's parameters came to."""
    return str(app("outputs", "Values", "--stack", "backend").out).strip().split("|")


def found(ended: Ended) -> list[tuple[str, str, int]]:
    """The findings of a refused run: code, file and line."""
    assert ended.code == 2, ended
    return [(each["code"], each["file"], each["line"]) for each in ended.result["error"]["findings"]]


def line(app: Program, start: str) -> int:
    lines = (app.folder / "fairway.toml").read_text().splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.startswith(start))


def test_a_stack_is_deployed_from_where_the_file_says_with_what_another_one_made(shop: Program) -> None:
    assert shop("deploy", "--yes", "--stack", "data").code == 0
    below = Program(shop.folder / "infra", shop.home)  # the file is found upwards
    deployed = below("deploy", "--yes", "--stack", "backend")
    assert deployed.code == 0, deployed.err
    topic = shop("outputs", "TopicName", "--stack", "data").out.strip()
    assert values(shop) == [topic, "debug", "5", "shop-local"]
    assert sorted(path.name for path in (shop.folder / ".fairway/state/local").iterdir()) == [
        "backend",
        "data",
    ]
    assert shop("plan", "--exit-code", "--stack", "backend").code == 0
    assert below("destroy", "--yes", "--stack", "backend").code == 0


def test_the_nearer_says_what_a_parameter_is(shop: Program) -> None:
    says(
        shop,
        "[environments.local.parameters]\nLevel = 'info'\nSize = 6\n"
        "[environments.local.stacks.backend.parameters]\nSize = 7\nLabel = 'a'\n",
    )
    assert shop("deploy", "--yes", "--stack", "data").code == 0
    assert shop("deploy", "--yes", "--stack", "backend").code == 0
    assert values(shop)[1:] == ["info", "7", "a"]
    write(shop.folder, {"values.json": json.dumps({"Size": 8, "Label": "b"})})
    given = ("--params", "values.json", "--param", "Label=c", "--param", "Topic=t")
    assert shop("deploy", "--yes", "--stack", "backend", *given).code == 0
    assert values(shop) == ["t", "info", "8", "c"]


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["plan"], "arguments.stack", "data, backend"),
        (["deploy", "--yes", "--stack", "bakend"], "arguments.stack", "did you mean backend?"),
        (["outputs", "Url"], "arguments.stack", "data, backend"),
        (["destroy", "--yes"], "arguments.stack", "data, backend"),
        (["unlock", "x"], "arguments.stack", "data, backend"),
    ],
)
def test_where_there_are_several_stacks_one_is_named(
    shop: Program, command: list[str], code: str, words: str
) -> None:
    ended = shop(*command, "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, code)
    assert words in ended.result["error"]["next"]


def test_the_source_of_a_declared_stack_means_that_stack(shop: Program) -> None:
    assert shop("deploy", "infra/data", "--yes").code == 0
    assert shop("outputs", "TopicName", "--stack", "data").code == 0


def test_every_mistake_in_parameters_is_told_at_once_with_its_line(shop: Program) -> None:
    says(
        shop,
        'Levle = "info"\nLevel = "loud"\n'
        "[environments.local.parameters]\nNobodys = 1\n"
        "[environments.local.stacks.backend.parameters]\nSize = { ssm = '/not/there' }\n"
        "Label = { env = 'NOT_SET_ANYWHERE' }\n",
    )
    assert found(shop("plan", "--stack", "backend", "--json")) == [
        ("state.not-deployed", "fairway.toml", line(shop, "Topic = ")),
        ("parameter.unknown", "fairway.toml", line(shop, "Levle = ")),
        ("parameter.value", "fairway.toml", line(shop, "Level = ")),
        ("parameter.unknown", "fairway.toml", line(shop, "Nobodys = ")),
        ("lookup.missing", "fairway.toml", line(shop, "Size = {")),
        ("parameter.source", "fairway.toml", line(shop, "Label = {")),
    ]


def test_an_output_that_is_not_there_is_told_with_what_was_meant(shop: Program) -> None:
    assert shop("deploy", "--yes", "--stack", "data").code == 0
    file = shop.folder / "fairway.toml"
    file.write_text(file.read_text().replace('"TopicName"', '"TopcName"'))
    ended = shop("plan", "--stack", "backend", "--json")
    assert found(ended) == [("project.output", "fairway.toml", line(shop, "Topic = "))]
    assert ended.result["error"]["findings"][0]["next"] == "did you mean TopicName?"


def test_validate_needs_none_of_the_values_that_lie_elsewhere(shop: Program) -> None:
    says(
        shop,
        "[environments.prod]\naccount = '111111111111'\nregion = 'eu-west-1'\n"
        "[environments.prod.stacks.backend.parameters]\nSize = { ssm = '/size' }\n"
        "Label = '${account}-${stacks.data.TopicName}-${env.NOT_SET_ANYWHERE}'\nLevel = { secret = 's' }\n",
    )
    ended = shop("validate", "--stack", "backend", "--env", "prod")
    assert ended.code == 0, ended.err
    says(shop, "Topic = { env = 'NOT_SET_ANYWHERE' }\nTopc = 1\n")
    assert [
        code for code, _, _ in found(shop("validate", "--stack", "backend", "--env", "prod", "--json"))
    ] == ["parameter.unknown"]


SECRETIVE = """\
Parameters:
  Key: {Type: String}
  Stored: {Type: String}
  Cert: {Type: String}
  Token: {Type: String}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Code: {ZipFile: "def handler(event, context): ..."}
      Handler: index.handler
      Runtime: python3.11
      Role: !GetAtt Role.Arn
      Environment: {Variables: {KEY: !Ref Key, STORED: !Ref Stored, CERT: !Ref Cert, TOKEN: !Ref Token}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
"""


def test_values_come_from_aws_variables_and_files_and_secret_ones_are_kept_nowhere(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    name = unique("key")
    local_cloud.client("secretsmanager").create_secret(
        Name=f"{name}/local", SecretString=json.dumps({"apiKey": "s3cr3t-field", "other": "x"})
    )
    local_cloud.client("ssm").put_parameter(Name=f"/{name}", Value="s3cr3t-stored", Type="SecureString")
    app = single(
        tmp_path,
        local_cloud,
        SECRETIVE,
        "[environments.local.parameters]\n"
        f'Key = {{ secret = "{name}/${{environment}}", field = "apiKey" }}\nStored = {{ ssm = "/{name}" }}\n'
        'Cert = { file = "certs/cert.pem" }\nToken = { env = "TOKEN" }\n',
        TOKEN="from-here",
    )
    write(app.folder, {"certs/cert.pem": "BEGIN\nEND\n"})
    planned = app("plan", "--out", "plan.json", "--json")
    assert planned.code == 0, planned.out
    shown = app("plan")
    applied = app("apply", "plan.json", "--json")
    assert applied.code == 0, applied.out
    function = identifier(app, "Function")
    live = local_cloud.client("lambda").get_function_configuration(FunctionName=function)
    assert live["Environment"]["Variables"] == {
        "KEY": "s3cr3t-field",
        "STORED": "s3cr3t-stored",
        "CERT": "BEGIN\nEND",
        "TOKEN": "from-here",
    }
    assert app("plan", "--exit-code").code == 0
    kept = [path.read_bytes() for path in app.folder.rglob("*") if path.is_file()]
    written = [planned.out, shown.out, applied.out, *(content.decode(errors="replace") for content in kept)]
    assert not [text for text in written if "s3cr3t" in text]


ASKED = """\
Parameters:
  Size: {Type: Number, Description: How many seconds, MaxValue: 900}
  Pin: {Type: String, NoEcho: true, MinLength: 4}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: !Ref Size, Tags: [{Key: pin, Value: !Ref Pin}]}
"""


def test_what_has_no_value_is_asked_for_on_a_terminal(tmp_path: Path, local_cloud: Cloud) -> None:
    app = single(tmp_path, local_cloud, ASKED, "")
    answers = {
        "How many seconds\nSize: ": "many\n",
        "which 'many' is not\nSize: ": "40\n",
        "\nPin: ": "12345\n",
        "[y/N] ": "y\n",
    }
    ended = app.on_terminal("deploy", answers=answers)
    assert ended.code == 0, ended.out
    assert "12345" not in ended.out, "a secret is not shown as it is typed"
    queue = identifier(app, "Queue")
    client = local_cloud.client("sqs")
    found = client.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert found == {"VisibilityTimeout": "40"}
    assert client.list_queue_tags(QueueUrl=queue)["Tags"]["pin"] == "12345"


def test_where_nobody_can_be_asked_every_way_to_give_it_is_named(tmp_path: Path, local_cloud: Cloud) -> None:
    app = single(tmp_path, local_cloud, ASKED, "")
    ended = app("deploy", "--yes", "--json")
    assert found(ended) == [
        ("parameter.missing", "template.yaml", 2),
        ("parameter.missing", "template.yaml", 3),
    ]
    hint = ended.result["error"]["findings"][0]["next"]
    for way in ("--param Size=", "--params", "[stacks.only-", "[environments.NAME.parameters]"):
        assert way in hint


ENVIRONMENTS = """\
[environments.prod]
account = "{account}"
region = "eu-central-1"
on_failure = "rollback"
[environments.dev]
"""


def aws(app: Program, cloud: Cloud, *command: str) -> Ended:
    """As if the local cloud were AWS: in an environment of any name."""
    return app(*command, "--endpoint-url", cloud.endpoint, "--json")


def test_credentials_of_another_account_are_refused_before_anything_happens(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app = single(tmp_path, local_cloud, DATA, ENVIRONMENTS.format(account="111111111111"))
    for command in (["plan"], ["deploy", "--yes"], ["destroy", "--yes"], ["drift"], ["logs", "Topic"]):
        ended = aws(app, local_cloud, *command, "--env", "prod")
        error = ended.result["error"]
        assert (ended.code, error["code"]) == (2, "aws.account")
        assert "111111111111" in error["message"]
        assert ACCOUNT in error["message"]
        assert f"arn:aws:sts::{ACCOUNT}:" in error["why"]
        assert not ended.events
    assert not (app.folder / ".fairway").exists()


def test_the_environments_account_and_region_are_where_it_goes(tmp_path: Path, local_cloud: Cloud) -> None:
    app = single(tmp_path, local_cloud, DATA, ENVIRONMENTS.format(account=ACCOUNT))
    ended = aws(app, local_cloud, "deploy", "--yes", "--env", "prod")
    assert ended.code == 0, ended.out
    topic = ended.result["outputs"]["TopicName"]
    there = local_cloud.client("sns", "eu-central-1").list_topics()["Topics"]
    assert any(each["TopicArn"].endswith(f":{topic}") for each in there)
    calls = ended.of("DeploymentFinished")[0]["calls"]
    assert calls.get("sts.GetCallerIdentity", 0) == 0, "the account is asked for once, before"


def test_an_environment_that_is_not_declared_is_refused(tmp_path: Path, local_cloud: Cloud) -> None:
    app = single(tmp_path, local_cloud, DATA, ENVIRONMENTS.format(account=ACCOUNT))
    ended = aws(app, local_cloud, "plan", "--env", "prd")
    assert (ended.code, ended.result["error"]["code"]) == (2, "arguments.env")
    assert ended.result["error"]["next"] == "did you mean prod?"
    assert app("plan", "--json").code == 0, "the local cloud is always there"
