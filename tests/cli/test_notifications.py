"""Notifications of what commands do, by the program as users run it, to a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program, identifier, program, write
from tests.local_cloud import Cloud, unique
from tests.pipeline.receiver import Receiver, receiving

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}}\n"
PROJECT = """\
[project]
name = "shop"
[notify.team]
url = "json://${env.HOOK}"
[notify.night]
url = "json://${env.HOOK}/night"
on = ["failed"]
[notify.others]
url = "json://${env.HOOK}/others"
environments = ["prod"]
"""


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud, service: Receiver) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE, "fairway.toml": PROJECT})
    return program(folder, local_cloud, HOOK=f"127.0.0.1:{service.port}/secret-hook")


def titles(service: Receiver) -> list[str]:
    return [body["title"] for body in service.bodies]


def test_a_trial_reaches_those_of_the_environment(app: Program, service: Receiver) -> None:
    ended = app("notify", "test")
    assert (ended.code, ended.out) == (0, "team was told\nnight was told\n")
    assert service.paths == ["/secret-hook", "/secret-hook/night"]
    assert app("notify", "test", "others").code == 0
    assert service.paths[-1] == "/secret-hook/others"
    assert "there are: team, night, others" in app("notify", "test", "teem").err


def test_a_trial_that_fails_says_why_and_keeps_the_url_to_itself(app: Program, service: Receiver) -> None:
    service.status = 404
    ended = app("notify", "test", "team", "--json")
    assert ended.code == 1
    assert ended.result["not_told"]["team"]["why"] == "the service answered with status 404"
    assert "secret-hook" not in ended.out + ended.err


def test_a_deploy_tells_its_beginning_and_what_it_did(app: Program, service: Receiver) -> None:
    assert app("deploy", "--yes").code == 0
    begun, ended = titles(service)
    assert begun == "shop: deploy in local has begun"
    assert ended.startswith("shop: deployed to local in ")
    assert "1 created\n+ Queue" in service.bodies[1]["message"]
    assert app("deploy", "--yes").code == 0
    assert app("plan").code == 0
    assert len(titles(service)) == 2


def test_a_source_elsewhere_tells_those_of_its_own_project(app: Program, service: Receiver) -> None:
    inner = app.folder / "inner"
    write(inner, {"template.yaml": TEMPLATE, "fairway.toml": PROJECT.replace("shop", "kiosk")})
    assert app("deploy", str(inner), "--yes").code == 0
    assert {title.partition(":")[0] for title in titles(service)} == {"kiosk"}


def test_a_failure_is_told_with_its_cause(app: Program, service: Receiver) -> None:
    broken = "  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: 'no such name!'}}\n"
    write(app.folder, {"template.yaml": f"Resources:\n{broken}"})
    ended = app("deploy", "--yes")
    assert ended.code == 1
    failed = [
        body for body, path in zip(service.bodies, service.paths, strict=True) if path.endswith("night")
    ]
    assert [body["title"].partition(" in local")[0] for body in failed] == ["shop: deploy"]
    assert "Queue create failed: [" in failed[0]["message"]
    assert failed[0]["type"] == "failure"


def test_who_is_not_reached_stops_no_deployment(app: Program, service: Receiver) -> None:
    service.status = 500
    ended = app("deploy", "--yes", "--json")
    assert ended.code == 0
    assert [each["finding"]["code"] for each in ended.of("Warned")] == ["notify.not-sent"]
    assert "secret-hook" not in ended.out + ended.err
    assert [each["event"] for each in ended.events][-1] == "DeploymentFinished"


def test_watched_drift_is_told(app: Program, service: Receiver, local_cloud: Cloud) -> None:
    assert app("deploy", "--yes").code == 0
    url = identifier(app, "Queue")
    local_cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "9"})
    watching = app.start("drift", "--watch", "--every", "60s")
    assert watching.stdout
    while "recorded 5, live 9" not in (line := watching.stdout.readline()):
        assert line
    watching.terminate()
    watching.communicate(timeout=30)
    assert watching.returncode == 2
    assert titles(service)[-1] == "shop in local: 1 resource changed outside Fairway"
