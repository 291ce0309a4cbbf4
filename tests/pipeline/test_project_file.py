"""A whole project as its file says it, on the command line: stacks, parameters, tests, checks, approval."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import program, write
from tests.cli.test_lazy_imports import loaded_by
from tests.local_cloud import Cloud, unique

QUEUE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 3}}}\n"
DATA = QUEUE + "Outputs: {Name: {Value: !GetAtt Queue.QueueName}}\n"
BACKEND = """
Parameters: {Takes: {Type: String}, Level: {Type: String, Default: info}}
Resources: {Held: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub "${Takes} ${Level}"}}}
Outputs: {Held: {Value: !Ref Held}, Value: {Value: !GetAtt Held.Value}}
"""
PROJECT = """
[project]
name = "shop"

[stacks.{data}]
source = "data"

[stacks.{backend}]
source = "backend"

[stacks.{backend}.parameters]
Takes = "${{stacks.{data}.{output}}}"

[environments.local]
approval = {approval}

[[test]]
name = "unit"
run = "test ! -e broken"

[[verify]]
name = "value"
command = "test '${{stacks.{backend}.Value}}' = '${{stacks.{data}.Name}} debug'"
"""


class Shop:
    """The project and the names of its stacks."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.data, self.backend = unique("data"), unique("backend")
        self.run = program(folder, cloud)
        write(folder, {"data/template.yaml": DATA, "backend/template.yaml": BACKEND})
        self.approval("false")

    def approval(self, needed: str) -> None:
        self._file(needed)

    def takes(self, output: str) -> None:
        """The second stack takes another output of the first."""
        self._file("false", output)

    def _file(self, approval: str, output: str = "Name") -> None:
        text = PROJECT.format(data=self.data, backend=self.backend, approval=approval, output=output)
        write(self.run.folder, {"fairway.toml": text})

    def outputs(self, stack: str) -> dict[str, str]:
        outputs: dict[str, str] = self.run("outputs", "--stack", stack, "--json").result["outputs"]
        return outputs


@pytest.fixture
def shop(tmp_path: Path, local_cloud: Cloud) -> Shop:
    return Shop(tmp_path, local_cloud)


def test_from_nothing_to_verified_and_again(shop: Shop) -> None:
    first = shop.run("run", "--yes", "--param", "Level=debug", "--json")
    assert (first.code, first.result["result"]) == (0, "succeeded"), first.out + first.err
    assert shop.outputs(shop.backend)["Value"] == f"{shop.outputs(shop.data)['Name']} debug"
    assert [each["code"] for each in first.of("TestFinished")] == [0]
    [published] = first.of("ResultsPublished")
    assert published["outputs"].keys() == {shop.data, shop.backend}
    again = shop.run("run", "--param", "Level=debug", "--json")
    assert (again.code, again.result["result"]) == (0, "unchanged"), again.out


def test_tests_that_fail_keep_everything_from_being_built(shop: Shop) -> None:
    write(shop.run.folder, {"broken": ""})
    ended = shop.run("run", "--yes", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (1, "test.failed")
    assert ended.of("BuildStarted") == ended.of("DeploymentStarted") == []


def test_a_verification_that_fails_fails_the_run(shop: Shop) -> None:
    ended = shop.run("run", "--yes", "--json")
    assert (ended.code, ended.result["result"]) == (1, "failed"), (
        "Level is info, the verification wants debug"
    )
    assert ended.of("PipelineFinished")[0]["ended_in"] == "verify"


def test_approvals_over_several_processes(shop: Shop) -> None:
    shop.approval("true")
    flags = ("--param", "Level=debug")
    waits = shop.run("run", "--yes", *flags, "--json")
    assert (waits.code, waits.result["result"]) == (3, "waiting")
    assert "fairway approve --env local" in shop.run("run", "--from", "approve", *flags).out
    refused = shop.run("run", "--from", "apply", *flags, "--json")
    assert (refused.code, refused.result["error"]["code"]) == (1, "run.not-approved")
    assert shop.run("approve").code == 2, "nobody says yes"
    assert shop.run("approve", "--yes").code == 0
    assert shop.run("run", "--from", "apply", *flags).code == 3, "the second stack's plan is there only now"
    assert shop.run("approve", "--yes").code == 0
    done = shop.run("run", "--from", "apply", *flags)
    assert done.code == 0, done.out + done.err
    shown = shop.run("show", "1", "--stack", shop.backend)
    assert "approved" in shown.out


def test_on_a_terminal_it_asks_once_for_all(shop: Shop) -> None:
    shop.run("run", "--yes", "--param", "Level=debug")
    described = BACKEND.replace("Type: String, Value", "Type: String, Description: new, Value")
    changed = {"data/template.yaml": DATA.replace("3", "4"), "backend/template.yaml": described}
    write(shop.run.folder, changed)
    ended = shop.run.on_terminal("run", "--param", "Level=debug", typed="y\n")
    assert "Carry out these 2 plans for local? [y/N]" in ended.out
    assert ended.out.count("[y/N]") == 1
    assert ended.code == 0, ended.out


def test_an_output_and_who_takes_it_come_together(shop: Shop) -> None:
    flags = ("--yes", "--param", "Level=debug", "--json")
    assert shop.run("run", *flags).code == 0
    outputs = "Outputs: {New: {Value: !GetAtt Queue.QueueName}, Sometimes: {Value: a, Condition: Never}, "
    data = "Conditions: {Never: !Equals [a, b]}\n" + DATA.replace("Outputs: {", outputs)
    write(shop.run.folder, {"data/template.yaml": data})
    shop.takes("New")
    done = shop.run("run", *flags)
    assert (done.code, done.result["result"]) == (0, "succeeded"), done.out
    told = {each["checked"]["name"]: each["checked"]["message"] for each in done.of("CheckFinished")}
    assert told[f"{shop.backend}: definition"] == f"it comes after {shop.data}, which has no New yet"
    shop.takes("Sometimes")
    refused = shop.run("run", *flags)
    assert (refused.code, refused.result["result"]) == (1, "failed")
    assert refused.of("TestFinished") == refused.of("Decided") == []


def test_a_stack_that_is_not_there_and_a_parameter_that_none_has(shop: Shop) -> None:
    ended = shop.run("run", "--stack", "nothing", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, "arguments.stack")
    ended = shop.run("run", "--param", "Nobody=1", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, "arguments.param")


def test_each_line_of_several_stacks_says_whose_it_is(shop: Shop) -> None:
    told = shop.run("run", "--yes", "--param", "Level=debug").out
    width = max(len(shop.data), len(shop.backend))
    assert f"{shop.data:<{width}} |   + Queue created in" in told
    assert f"{shop.backend:<{width}} |   + Held created in" in told


def test_nothing_heavy_is_loaded_to_explain_what_is_unchanged(shop: Shop) -> None:
    assert shop.run("run", "--yes", "--param", "Level=debug").code == 0
    loaded = loaded_by(shop.run.folder, shop.run.environment, "explain", "--param", "Level=debug")
    assert loaded <= {"yaml", "botocore"}
