"""The way back: an earlier deployment deployed again, and a failed one undone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, identifier, planned_actions, program, state_in, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Queue.QueueName}}
Outputs: {Queue: {Value: !GetAtt Queue.QueueName}}
"""
TABLE = """
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
BROKEN = """
  Broken:
    Type: AWS::SNS::Subscription
    DependsOn: [Table, Queue, Added]
    Properties:
      Protocol: sqs
      TopicArn: !Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:there-is-none"
      Endpoint: !GetAtt Queue.Arn
"""
ADDED = "  Added: {Type: AWS::SQS::Queue}\n"
FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Password: {Type: String, NoEcho: true}}
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handler
      Runtime: python3.11
      Environment: {Variables: {PASSWORD: !Ref Password}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Password}}
"""


def resources(*blocks: str, template: str = TEMPLATE) -> str:
    """The template with more resources."""
    return template.replace("Outputs:", "".join(block.strip("\n") + "\n" for block in blocks) + "Outputs:")


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("way-back")
    write(folder, {"template.yaml": TEMPLATE})
    return program(folder, local_cloud)


def deploy(app: Program, template: str = "", *flags: str, code: int = 0) -> Any:
    if template:
        write(app.folder, {"template.yaml": template})
    ended = app("deploy", "--yes", "--json", *flags)
    assert ended.code == code, ended.out + ended.err
    return ended


def recorded(app: Program) -> list[tuple[int, str, int | None, str]]:
    """The history, the oldest first."""
    found = app("history", "--json").result["deployments"]
    return [(each["number"], each["command"], each["restores"], each["result"]) for each in reversed(found)]


def addresses(app: Program) -> set[str]:
    return {each["address"] for each in app("status", "--json").result["resources"]}


def test_the_last_good_deployment_comes_back_without_its_template(app: Program) -> None:
    deploy(app)
    deploy(app, resources(ADDED).replace("DelaySeconds: 1", "DelaySeconds: 2"))
    (app.folder / "template.yaml").unlink()
    back = app("rollback", "--yes", "--json")
    assert back.code == 0, back.err
    assert back.result["result"] == "succeeded"
    assert addresses(app) == {"Queue", "Topic"}
    assert recorded(app)[-1] == (3, "rollback", 1, "succeeded")
    write(app.folder, {"template.yaml": TEMPLATE})
    assert app("plan", "--exit-code").code == 0, "it is what the first template says"


def test_two_rollbacks_go_two_deployments_back(app: Program) -> None:
    for delay in "123":
        deploy(app, TEMPLATE.replace("DelaySeconds: 1", f"DelaySeconds: {delay}"))
    assert app("rollback", "--yes").code == 0
    assert app("rollback", "--yes").code == 0
    assert [restores for _, _, restores, _ in recorded(app)] == [None, None, None, 2, 1]
    nowhere = app("rollback", "--yes")
    assert (nowhere.code, "no earlier good deployment" in nowhere.err) == (2, True)


def test_a_number_can_be_named_and_must_be_of_a_good_deployment(app: Program) -> None:
    deploy(app)
    deploy(app, resources(ADDED))
    assert app("destroy", "--yes").code == 0
    refused = app("rollback", "--to", "3", "--yes")
    assert (refused.code, "it was a destroy" in refused.err) == (2, True)
    assert app("rollback", "--to", "2", "--yes").code == 0, "a destroyed stack can come back"
    assert addresses(app) == {"Queue", "Topic", "Added"}


def test_data_is_guarded_on_the_way_back_too(app: Program) -> None:
    deploy(app)
    deploy(app, resources(TABLE))
    refused = app("rollback", "--yes")
    assert (refused.code, "--allow-data-loss Table" in refused.err) == (2, True)
    assert "Table" in addresses(app)


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_code_comes_back_on_another_machine(place: str, tmp_path: Path, local_cloud: Cloud) -> None:
    """Another home and no sources: the zips are kept beside the state."""
    app = state_in(place, program(tmp_path / unique("code"), local_cloud))
    write(app.folder, {"template.yaml": FUNCTION, "code/app.py": "def handler(e, c): return 'one'\n"})
    deploy(app, "", "--param", "Password=opensesame")
    write(app.folder, {"code/app.py": "def handler(e, c): return 'two'\n"})
    deploy(app, "", "--param", "Password=opensesame")
    assert app("invoke", "Function").out.strip() == '"two"'
    shutil.rmtree(app.folder / "code")
    (app.folder / "template.yaml").unlink()
    elsewhere = program(app.folder, local_cloud, FAIRWAY_CACHE=str(tmp_path / "cache-of-another-machine"))
    assert elsewhere("rollback", "--yes").code == 0, "the secret is as it was: its text is not needed"
    assert app("invoke", "Function").out.strip() == '"one"'


def test_a_destroyed_stack_comes_back_with_the_secret_that_is_given_again(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app = program(tmp_path / unique("again"), local_cloud)
    write(app.folder, {"template.yaml": FUNCTION, "code/app.py": "def handler(e, c): return 'one'\n"})
    deploy(app, "", "--param", "Password=opensesame")
    assert app("destroy", "--yes").code == 0
    assert app("rollback", "--to", "1", "--yes", "--param", "Password=opensesame").code == 0
    assert app("plan", "--exit-code", "--param", "Password=opensesame").code == 0


def test_a_secret_that_has_to_be_sent_again_is_asked_for_by_its_parameter(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app = program(tmp_path / unique("secret"), local_cloud)
    write(app.folder, {"template.yaml": FUNCTION, "code/app.py": "def handler(e, c): return 'one'\n"})
    deploy(app, "", "--param", "Password=opensesame")
    deploy(app, "", "--param", "Password=closesesame")
    refused = app("rollback", "--yes")
    assert (refused.code, "--param Password=…" in refused.err) == (2, True)
    assert "cannot be given" in app("rollback", "--yes", "--param", "Pasword=x").err
    assert app("rollback", "--yes", "--param", "Password=opensesame").code == 0
    plan = app("plan", "--exit-code", "--param", "Password=opensesame")
    assert plan.code == 0, plan.out


@pytest.mark.parametrize("over", ["", "overridden"])
def test_a_secret_comes_from_where_the_file_says_as_in_a_deploy(
    tmp_path: Path, local_cloud: Cloud, over: str
) -> None:
    app, secrets = program(tmp_path / unique("source"), local_cloud), local_cloud.client("secretsmanager")
    name, stack = unique("password"), app.folder.name
    secrets.create_secret(Name=name, SecretString="opensesame")
    settings = (
        f'[stacks.{stack}]\nsource = "."\n[stacks.{stack}.parameters]\nPassword = {{ secret = "{name}" }}\n'
    )
    write(app.folder, {"fairway.toml": settings})
    write(app.folder, {"template.yaml": FUNCTION, "code/app.py": "def handler(e, c): return 'one'\n"})
    deploy(app, "")
    secrets.put_secret_value(SecretId=name, SecretString="closesesame")
    deploy(app, "")
    secrets.put_secret_value(SecretId=name, SecretString="newsesame")
    back = app("rollback", "--yes", *(("--param", f"Password={over}") if over else ()))
    assert back.code == 0, back.err
    assert "sesame" not in back.out + back.err
    function = local_cloud.client("lambda").get_function_configuration(
        FunctionName=identifier(app, "Function")
    )
    assert function["Environment"]["Variables"]["PASSWORD"] == (over or "newsesame")
    if not over:
        assert app("plan", "--exit-code").code == 0


def test_what_aws_holds_is_looked_up_again(tmp_path: Path, local_cloud: Cloud) -> None:
    app, name = program(tmp_path / unique("lookup"), local_cloud), f"/{unique('delay')}"
    ssm = local_cloud.client("ssm")
    ssm.put_parameter(Name=name, Type="String", Value="then")
    topic = f"Topic: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: 'is {{{{resolve:ssm:{name}}}}}'}}}}"
    deploy(app, f"Resources:\n  {topic}\n")
    deploy(app, "Resources: {Other: {Type: AWS::SQS::Queue}}\n")
    ssm.put_parameter(Name=name, Type="String", Value="now", Overwrite=True)
    assert app("rollback", "--yes").code == 0
    [topic_arn] = [each["identifier"] for each in app("status", "--json").result["resources"]]
    found = local_cloud.client("sns").get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    assert found["DisplayName"] == "is now"


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_a_failed_deploy_is_undone_where_that_is_asked_for(place: str, app: Program) -> None:
    state_in(place, app)
    deploy(app)
    changed = resources(ADDED, TABLE, BROKEN).replace("DelaySeconds: 1", "DelaySeconds: 2")
    failed = deploy(app, changed, "--on-failure", "rollback", code=1)
    assert failed.result["result"] == "failed"
    assert [event["result"] for event in failed.of("DeploymentFinished")] == ["failed", "succeeded"]
    assert [each["address"] for each in failed.of("OperationFailed")] == ["Broken"]
    assert addresses(app) == {"Queue", "Topic"}, "the table too: this very deploy had made it"
    assert recorded(app)[1:] == [(2, "deploy", None, "failed"), (3, "rollback", 1, "succeeded")]
    write(app.folder, {"template.yaml": TEMPLATE})
    assert app("plan", "--exit-code").code == 0


def test_undoing_touches_only_what_the_failed_deploy_did(app: Program, local_cloud: Cloud) -> None:
    deploy(app)
    topic, sns = identifier(app, "Topic"), local_cloud.client("sns")
    by_hand = TEMPLATE.replace("DisplayName: !GetAtt Queue.QueueName", "DisplayName: mine")
    changed = resources(ADDED, TABLE, BROKEN, template=by_hand)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="mine")
    failed = deploy(app, changed, "--on-failure", "rollback", code=1)
    plans = [planned_actions(event["plan"]["changes"]) for event in failed.of("PlanMade")]
    assert set(plans[0]) == {"Added", "Table", "Broken"}, "what was done by hand already needs nothing"
    assert set(plans[1]) == {"Added", "Table"}
    found = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"]
    assert found == "mine"


def test_a_first_deploy_that_fails_leaves_nothing(app: Program, local_cloud: Cloud) -> None:
    deploy(app, resources(ADDED, TABLE, BROKEN), "--on-failure", "rollback", code=1)
    assert "deploy it first" in app("status").err
    queues = local_cloud.client("sqs").list_queues().get("QueueUrls", [])
    assert not [url for url in queues if app.folder.name in url]
    deploy(app, TEMPLATE)


def test_the_environment_says_what_happens_on_failure(app: Program) -> None:
    write(app.folder, {"fairway.toml": '[environments.local]\non_failure = "rollback"\n'})
    deploy(app)
    deploy(app, resources(ADDED, TABLE, BROKEN), code=1)
    assert addresses(app) == {"Queue", "Topic"}
    deploy(app, resources(ADDED, TABLE, BROKEN), "--on-failure", "hold", code=1)
    assert addresses(app) == {"Queue", "Topic", "Added", "Table"}


def test_after_any_failure_the_next_deploy_simply_works(app: Program) -> None:
    deploy(app, resources(ADDED, TABLE, BROKEN), code=1)
    deploy(app, resources(ADDED, TABLE, BROKEN), code=1)
    deploy(app, resources(ADDED, TABLE))
    assert addresses(app) == {"Queue", "Topic", "Added", "Table"}
    assert app("plan", "--exit-code").code == 0
