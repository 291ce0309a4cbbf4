"""`fairway state` on both backends, and deploys whose state is in a bucket."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, planned, program, write
from tests.cli.test_lazy_imports import loaded_by
from tests.local_cloud import Cloud, unique

TEMPLATE = """
Parameters: {Word: {Type: String, NoEcho: true, Default: first-word}}
Resources:
  Queue: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: 1}}
  Secret: {Type: 'AWS::SecretsManager::Secret', Properties: {SecretString: !Ref Word}}
"""


def bucket(cloud: Cloud) -> str:
    name, s3 = unique("states"), cloud.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture(params=["folder", "s3"])
def app(request: pytest.FixtureRequest, tmp_path: Path, local_cloud: Cloud) -> Program:
    place = f"s3://{bucket(local_cloud)}/team" if request.param == "s3" else str(tmp_path / "state")
    app = program(tmp_path / unique("app"), local_cloud, FAIRWAY_STATE=place)
    write(app.folder, {"template.yaml": TEMPLATE})
    return app


def test_deploys_go_on_from_a_state_wherever_it_is(app: Program) -> None:
    first = app("deploy", "--yes", "--json")
    assert first.code == 0, first.err
    assert app("plan", "--exit-code").code == 0
    write(app.folder, {"template.yaml": TEMPLATE.replace("DelaySeconds: 1", "DelaySeconds: 2")})
    assert planned(app) == {"Queue": ("update", ["DelaySeconds"])}
    assert app("deploy", "--yes").code == 0
    assert app("destroy", "--yes", "--allow-data-loss", "*").code == 0
    assert app("status").code == 2


def test_state_calls_are_not_among_the_deployments(tmp_path: Path, local_cloud: Cloud) -> None:
    app = program(tmp_path / unique("app"), local_cloud, FAIRWAY_STATE=f"s3://{bucket(local_cloud)}")
    write(app.folder, {"template.yaml": "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n"})
    [finished] = app("deploy", "--yes", "--json").of("DeploymentFinished")
    assert not [name for name in finished["calls"] if name.startswith("s3.")]


def test_every_version_can_be_seen_compared_and_restored(app: Program) -> None:
    app("deploy", "--yes")
    before = app("state", "versions", "--json").result["versions"][0]["serial"]
    write(app.folder, {"template.yaml": TEMPLATE.replace("DelaySeconds: 1", "DelaySeconds: 2")})
    app("deploy", "--yes")
    after = app("state", "versions", "--json").result["versions"][0]["serial"]

    shown = app("state", "diff", str(before), str(after))
    assert "DelaySeconds: 1 → 2" in shown.out
    restored = app("state", "restore", str(before), "--yes", "--json").result
    assert restored["serial"] > after
    assert planned(app) == {"Queue": ("update", ["DelaySeconds"])} or planned(app) == {}
    assert app("deploy", "--yes").code == 0
    assert app("plan", "--exit-code").code == 0


def test_a_renamed_resource_is_moved_and_stays(app: Program) -> None:
    app("deploy", "--yes")
    resources = app("state", "list", "--json").result["resources"]
    [identifier] = [each["identifier"] for each in resources if each["address"] == "Queue"]
    assert app("state", "move", "Queue", "Orders", "--yes").code == 0
    write(app.folder, {"template.yaml": TEMPLATE.replace("Queue:", "Orders:")})
    assert {action for action, _ in planned(app).values()} <= {"update"}
    assert app("deploy", "--yes").code == 0
    moved = app("state", "show", "Orders", "--json").result["resource"]
    assert moved["identifier"] == identifier


def test_what_is_forgotten_stays_in_aws(app: Program, local_cloud: Cloud) -> None:
    app("deploy", "--yes")
    url = app("state", "show", "Queue", "--json").result["resource"]["identifier"]
    assert app("state", "forget", "Queue", "--yes").code == 0
    assert "Queue" not in app("state", "list").out
    assert local_cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])


def test_secrets_are_never_shown(app: Program) -> None:
    app("deploy", "--yes")
    write(app.folder, {"template.yaml": TEMPLATE.replace("first-word", "second-word")})
    app("deploy", "--yes")
    newest = app("state", "versions", "--json").result["versions"]
    serials = [str(each["serial"]) for each in newest]
    for words in (["show", "Secret"], ["diff", serials[-1], serials[0]]):
        for form in ([], ["--json"]):
            ended = app("state", *words, *form)
            assert ended.code == 0, ended.err
            assert "-word" not in ended.out
    assert "(secret)" in app("state", "show", "Secret").out


def test_nobody_to_ask_means_no(app: Program) -> None:
    app("deploy", "--yes")
    ended = app("state", "forget", "Queue")
    assert (ended.code, "--yes" in ended.err) == (2, True)
    assert "Queue" in app("state", "list").out


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["show", "Queu"], 2, "arguments.address"),
        (["diff", "1", "999"], 2, "state.no-version"),
        (["restore", "999", "--yes"], 2, "state.no-version"),
        (["move", "Queue", "Secret", "--yes"], 2, "state.address-taken"),
    ],
    ids=lambda words: str(words),
)
def test_mistakes_are_told(app: Program, words: list[str], code: int, error: str) -> None:
    app("deploy", "--yes")
    ended = app("state", *words, "--json")
    assert (ended.code, ended.result["error"]["code"]) == (code, error), ended.err


def test_a_bucket_that_is_not_there_is_named(tmp_path: Path, local_cloud: Cloud) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": TEMPLATE})
    ended = app("deploy", "--yes", "--json", "--state", "s3://nobody-has-made-this")
    assert (ended.code, ended.result["error"]["code"]) == (1, "state.no-bucket")


@pytest.mark.parametrize("place", ["s3://", "s3:///prefix", "s3://bucket?x=1", "s3://Bad_Name/shop"])
def test_a_place_that_is_none_is_told(tmp_path: Path, local_cloud: Cloud, place: str) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    for words in (["status"], ["bootstrap"], ["state", "migrate", "--from", place]):
        ended = app(*words, "--json", *([] if "--from" in words else ["--state", place]))
        assert (ended.code, ended.result["error"]["code"]) == (2, "arguments.state"), words


def test_a_bucket_that_cannot_be_made_is_told_before_anything_is_done(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    ended = app("bootstrap", "--bucket", "Bad_Name")
    assert ended.code == 2
    assert "a bucket's name holds lower-case letters, digits, hyphens and dots only" in ended.err
    assert ended.out == ""


def test_state_in_a_folder_loads_nothing(tmp_path: Path, local_cloud: Cloud) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n"})
    app("deploy", "--yes")
    for words in (["list"], ["versions"], ["show", "Queue"], ["forget", "Queue", "--yes"]):
        assert loaded_by(app.folder, app.environment, "state", *words) == set(), words
