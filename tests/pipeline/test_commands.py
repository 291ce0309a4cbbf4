"""Tests and hooks: at once, with their output kept, stopped with all that they started."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import program, write
from tests.local_cloud import Cloud, alive, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.errors import Failed, WrongInput
from fairway.model.events import BuildStarted, HookFinished, OperationFinished, TestFinished
from fairway.pipeline.programs import Program, Programs
from fairway.pipeline.runner import run
from fairway.project.settings import FromVariable, HookSettings, SecretSettings, StackSettings, TestSettings

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}}\n"


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud) -> Workshop:
    name = unique("tested")
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.write({"template.yaml": TEMPLATE, "backend/here": ""})
    return made


def test_what_fails_is_shown_and_nothing_is_built(made: Workshop) -> None:
    made.set(tests=(
        TestSettings("backend", "ls; echo to the end >&2; exit 3", "backend"),
        TestSettings("lint", "echo fine"),
    ))  # fmt: skip
    with pytest.raises(Failed, match="backend failed") as failed:
        made.run()
    assert failed.value.code == "test.failed"
    ended = {each.name: each for each in made.of(TestFinished)}
    assert (ended["backend"].code, ended["backend"].tail) == (3, "here\nto the end")
    assert Path(ended["lint"].log).read_text() == "fine\n"
    assert ended["lint"].tail == "", "only what failed is shown"
    assert not made.of(BuildStarted)
    assert made.decisions == {}


def test_names_in_them_are_filled(made: Workshop) -> None:
    """An output is what the last deploy made of it; a shell's own names stay."""
    [stack] = made.project.stacks
    made.write({"template.yaml": TEMPLATE + "Outputs: {Delay: {Value: '1'}}\n"})
    assert made.run() == "succeeded"
    command = f"echo ${{environment}} ${{stacks.{stack}.Delay}} $${{HOME}} $HOME"
    made.set(tests=(TestSettings("backend", command),))
    made.run("test", "test")
    [ended] = made.of(TestFinished)
    assert Path(ended.log).read_text() == f"prod 1 {os.environ['HOME']} {os.environ['HOME']}\n"


def test_nothing_is_asked_for_that_none_names(made: Workshop) -> None:
    made.set(tests=(TestSettings("backend", "echo ${environment}"),))
    nowhere = replace(
        made.target("any"), state="s3://nobody-has-this-bucket", endpoint_url="http://localhost:9"
    )
    assert run(replace(made.delivery("test", "test"), target=lambda _: nowhere)) == "succeeded"


def test_secrets_in_them_are_not_told(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "opensesame")
    made.set(tests=(TestSettings("backend", "test ${env.TOKEN} = $TOKEN && exit 3"),))
    with pytest.raises(Failed) as failed:
        made.run("test", "test")
    assert "`test ${env.TOKEN} = $TOKEN && exit 3` ended with 3" in failed.value.why
    assert "opensesame" not in repr(made.events) + str(failed.value)


def test_uv_comes_with_fairway_where_the_path_has_none(
    made: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    made.set(tests=(TestSettings("tools", "command -v uv uvx"),))
    assert made.run("test", "test") == "succeeded"


def test_they_run_at_once(made: Workshop) -> None:
    """Each waits for the other one's file: one after the other neither would end."""
    wait = "touch {}; while [ ! -e {} ]; do sleep 0.02; done"
    first = TestSettings("first", wait.format("a", "b"), timeout=20)
    second = TestSettings("second", wait.format("b", "a"), timeout=20)
    made.set(tests=(first, second))
    assert Programs().run_all(programs(made), 2, lambda _: None)[0].code == 0


def programs(made: Workshop) -> list[Program]:
    folder = made.delivery().folder
    tests = made.project.tests
    return [Program(each.name, each.run, made.folder, each.timeout, folder.log(each.name)) for each in tests]


def test_one_that_takes_too_long_ends_with_what_it_started(made: Workshop) -> None:
    made.set(tests=(TestSettings("slow", "sleep 60 & echo $! > child; wait", timeout=0.3),))
    with pytest.raises(Failed) as failed:
        made.run()
    assert "took longer than 0.3 s" in failed.value.why
    assert not alive(int((made.folder / "child").read_text()))


def test_one_that_does_not_listen_is_made_to_end(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairway.pipeline.programs.GRACE", 0.2)
    made.set(
        tests=(TestSettings("deaf", "trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done", timeout=0.3),)
    )
    with pytest.raises(Failed):
        made.run()
    assert not alive(int((made.folder / "pid").read_text()))


def test_a_folder_that_is_none_is_said_before_anything_runs(made: Workshop) -> None:
    made.set(tests=(TestSettings("good", "touch ran"), TestSettings("bad", "true", "nowhere")))
    with pytest.raises(WrongInput) as wrong:
        made.run()
    assert (wrong.value.code, (made.folder / "ran").exists()) == ("test.folder", False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_them_with_all_that_they_started(
    tmp_path: Path, local_cloud: Cloud, number: signal.Signals
) -> None:
    app = program(tmp_path / unique("stopped"), local_cloud)
    tests = '[[test]]\nname = "slow"\nrun = "sleep 60 & echo $! > child; wait"\n'
    write(app.folder, {"template.yaml": TEMPLATE, "fairway.toml": tests})
    running = app.start("run", "--yes")
    child = app.folder / "child"
    for _ in range(400):
        if child.exists() and child.read_text().strip():
            break
        time.sleep(0.05)
    began = time.monotonic()
    running.send_signal(number)
    _, told = running.communicate(timeout=20)
    assert (running.returncode, time.monotonic() - began < 5) == (130, True), told
    assert not alive(int(child.read_text()))


def test_hooks_run_at_their_points_with_names_filled(made: Workshop) -> None:
    [stack] = made.project.stacks
    made.write({"template.yaml": TEMPLATE + "Outputs: {Delay: {Value: '1'}}\n"})
    made.set(hooks=HookSettings(
        before_build=("touch built-first",),
        before_apply=("test -e built-first",),
        after_apply=(f"echo ${{environment}} ${{stacks.{stack}.Delay}} > told; echo $${{HOME}}",),
        after_verify=("test -s told",),
    ))  # fmt: skip
    assert made.run("test", "verify") == "succeeded"
    assert (made.folder / "told").read_text() == "prod 1\n"
    points = [each.point for each in made.of(HookFinished)]
    assert points == ["before_build", "before_apply", "after_apply", "after_verify"]
    assert Path(made.of(HookFinished)[2].log).read_text().strip() == os.environ["HOME"]
    assert made.run("test", "verify") == "unchanged"
    assert [each.point for each in made.of(HookFinished)] == ["before_build", "after_verify"]


SEED = """\
import os, boto3
url, place = os.environ["FAIRWAY_OUTPUT_{}_URL"], os.environ["FAIRWAY_ENVIRONMENT"]
boto3.client("sqs").send_message(QueueUrl=url, MessageBody=place)
"""


def test_a_hook_reaches_what_was_deployed_and_a_test_knows_the_environment_alone(
    made: Workshop, local_cloud: Cloud
) -> None:
    [stack] = made.project.stacks
    outputs = "Outputs: {Url: {Value: !Ref Queue}}\n"
    seed = SEED.format(stack.replace("-", "_").upper())
    made.write({"template.yaml": TEMPLATE + outputs, "seed.py": seed})
    made.set(
        hooks=HookSettings(after_apply=(f"{sys.executable} seed.py",)),
        tests=(TestSettings("unit", "env | grep -E 'FAIRWAY_(ENV|OUT)|AWS_ENDPOINT'"),),
    )
    assert made.run() == "succeeded", made.of(HookFinished)
    url = made.outputs(stack)["Url"]
    received = local_cloud.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=10)  # it has a delay
    [message] = received["Messages"]
    assert message["Body"] == "prod"
    assert Path(made.of(TestFinished)[0].log).read_text() == "FAIRWAY_ENVIRONMENT=prod\n"


def test_a_hook_that_fails_ends_the_run_there(made: Workshop) -> None:
    made.set(hooks=HookSettings(before_apply=("echo no; exit 4", "touch second")))
    with pytest.raises(Failed) as failed:
        made.run()
    assert (failed.value.code, "ended with 4" in failed.value.why) == ("hook.failed", True)
    assert not made.of(OperationFinished)
    assert not (made.folder / "second").exists()


def test_secrets_in_hooks_are_not_told(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "opensesame")
    made.set(hooks=HookSettings(before_build=("test ${env.TOKEN} = $TOKEN",)))
    made.run("build", "build")
    assert "opensesame" not in repr(made.events)
    assert [each.code for each in made.of(HookFinished)] == [0]
    made.set(hooks=HookSettings(before_build=("echo given: ${env.TOKEN}; exit 1",)))
    with pytest.raises(Failed) as failed:
        made.run("build", "build")
    assert [each.tail for each in made.of(HookFinished)] == ["given: (secret)"]
    assert "opensesame" not in repr((made.events, vars(failed.value)))


def test_secrets_that_tests_print_are_not_told(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "opensesame")
    made.set(tests=(TestSettings("unit", "echo given: $TOKEN; exit 1"),))
    with pytest.raises(Failed):
        made.run("test", "test")
    assert [each.tail for each in made.of(TestFinished)] == ["given: (secret)"]


def test_secrets_that_commands_print_are_in_no_log(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVATE_KEY", "begin here\nopensesame\nend here")
    monkeypatch.setenv("SALESFORCE", "simsalabim")
    made.set(
        secrets={"crm": SecretSettings("crm", "crm", value=FromVariable("SALESFORCE"))},
        tests=(TestSettings("unit", 'echo "$PRIVATE_KEY"; echo $SALESFORCE; echo fine'),),
        hooks=HookSettings(before_build=('echo "$PRIVATE_KEY"; printf unfinished',)),
    )
    made.run("test", "build")
    [test], [hook] = made.of(TestFinished), made.of(HookFinished)
    assert Path(test.log).read_text() == "(secret)\n" * 4 + "fine\n"
    assert Path(hook.log).read_text() == "(secret)\n" * 3 + "unfinished"


def test_what_a_command_leaves_running_is_not_waited_for(
    made: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairway.pipeline.programs.GRACE", 0.2)
    made.set(tests=(TestSettings("server", "echo begun; sleep 20 & echo $! > child"),))
    began = time.monotonic()
    assert made.run("test", "test") == "succeeded"
    assert time.monotonic() - began < 10
    assert Path(made.of(TestFinished)[0].log).read_text() == "begun\n"
    os.kill(int((made.folder / "child").read_text()), signal.SIGKILL)


def test_output_is_read_from_its_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = f"{sys.executable} -c 'for n in range(5000): print(n)'; exit 1"
    [ran] = Programs().run_all([Program("long", command, tmp_path, 20.0, log)], 1, lambda _: None)
    assert ran.tail.splitlines() == [str(number) for number in range(4960, 5000)]
    assert len(log.read_text().splitlines()) == 5000


def test_no_thread_is_left(made: Workshop) -> None:
    made.set(tests=(TestSettings("one", "true"),))
    made.run("test", "test")
    assert not [each for each in threading.enumerate() if each.name.startswith("program")]
