"""What a run does with a stack is decided by content: the decision tree and the scenario matrix of two teams.

Seed 003 tells a first deployment from an update; seed 004 has a row for each kind of change and the script to
run for it. Here each row is a change of the project, and what is decided, without AWS being asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.errors import Failed
from fairway.model.events import Decided, DeploymentFinished
from fairway.pipeline.decision import decide
from fairway.project.settings import ParameterSetting, StackSettings
from fairway.stacks.offline import Offline
from fairway.stacks.storage import open_store

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Level: {Type: String, Default: info}
Resources:
  Upload:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/upload
      Handler: app.handler
      Runtime: python3.11
      Layers: [!Ref Shared]
      Environment: {Variables: {LEVEL: !Ref Level}}
  Resize:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/resize, Handler: app.handler, Runtime: python3.11, Timeout: 5}
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layers/shared}}
  Orders: {Type: AWS::Serverless::SimpleTable}
Outputs:
  Table: {Value: !Ref Orders}
"""
CODE = "def handler(event, context):\n    return 1\n"
FILES = {
    "template.yaml": TEMPLATE,
    "functions/upload/app.py": CODE,
    "functions/resize/app.py": CODE,
    "layers/shared/python/shared.py": "answer = 42\n",
    "docs/guide.md": "Read me.\n",
    "ui/index.html": "<p>hello</p>\n",
}
Change = Callable[[Workshop], None]


def writing(name: str, text: str) -> Change:
    return lambda made: made.write({name: text})


def in_template(old: str, new: str) -> Change:
    assert old in TEMPLATE
    return writing("template.yaml", TEMPLATE.replace(old, new))


def touching_everything(made: Workshop) -> None:
    """As a fresh clone does: other times, the same content."""
    for path in made.folder.rglob("*.*"):
        os.utime(path, (1, 1))


def parameter(made: Workshop) -> None:
    [stack] = made.project.stacks.values()
    made.set(stacks={stack.name: StackSettings(stack.name, parameters={"Level": ParameterSetting("debug")})})


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Workshop:
    """The project as it was deployed; no row of the matrix applies anything."""
    name = unique("engine")
    made = workshop(tmp_path_factory.mktemp("engine"), local_cloud, {name: StackSettings(name)})
    made.write(FILES)
    assert made.run() == "succeeded"
    assert list(made.decisions.values()) == ["first deployment"]
    return made


@pytest.mark.parametrize(
    ("change", "kind", "code", "reason"),
    [
        (lambda _: None, "nothing", [], "definition and code are those of serial"),
        (touching_everything, "nothing", [], "definition and code are those of serial"),
        (writing("docs/guide.md", "Read me twice.\n"), "nothing", [], "those of serial"),
        (writing("ui/index.html", "<p>bye</p>\n"), "nothing", [], "those of serial"),
        (in_template("Resources:\n", "# a comment\nResources:\n"), "nothing", [], "those of serial"),
        (writing("functions/upload/app.py", CODE + "#\n"), "code", ["Upload"], "Upload: the code changed"),
        (
            writing("layers/shared/python/shared.py", "answer = 43\n"),
            "code",
            ["Shared"],
            "Shared.*: the code changed",
        ),
        (parameter, "configuration", [], r"Upload: Environment.Variables.LEVEL"),
        (in_template("Timeout: 5", "Timeout: 6"), "configuration", [], "Resize: Timeout"),
        (
            in_template("Outputs:", "  Queue: {Type: AWS::SQS::Queue}\nOutputs:"),
            "definition",
            [],
            "Queue: create, new in the definition",
        ),
        (
            in_template("Value: !Ref Orders", "Value: other"),
            "configuration",
            [],
            "its outputs changed",
        ),
    ],
    ids=[
        "not sure", "fresh clone", "docs", "UI", "comment", "Lambda code", "layer", "config", "setting",
        "template", "outputs",
    ],
)  # fmt: skip
def test_the_scenario_matrix(
    deployed: Workshop, change: Change, kind: str, code: list[str], reason: str
) -> None:
    before = deployed.project
    change(deployed)
    try:
        deployed.run("build", "build")
    finally:
        deployed.write(FILES)
        deployed.project = before
    [told] = deployed.of(Decided)
    assert told.decision.kind == kind
    assert [re.sub("[0-9a-f]{10}$", "", address) for address in told.decision.code] == code
    assert re.search(reason, "; ".join(told.decision.reasons))
    assert all(event.calls == {"reads": 0, "writes": 0} for event in deployed.of(DeploymentFinished))


def test_a_cut_off_deployment_is_gone_on_with(deployed: Workshop) -> None:
    """Even where nothing has changed since."""
    [name] = deployed.project.stacks
    target = deployed.target(name)
    state = open_store(target).load(target.environment, name)
    assert state
    found = decide(Offline(replace(state, updating={"Resize": ("Timeout",)})))
    assert (found.kind, found.reasons) == ("definition", ("an earlier deployment was cut off at Resize",))
    many = dict.fromkeys(("Resize", "Api", "Bucket", "Queue", "Table"), ("Timeout",))
    [told] = decide(Offline(replace(state, updating=many))).reasons
    assert told == "an earlier deployment was cut off at Api, Bucket, Queue and 2 more"


def test_code_only_refuses_anything_else(deployed: Workshop) -> None:
    deployed.write({"template.yaml": TEMPLATE.replace("Timeout: 5", "Timeout: 7")})
    with pytest.raises(Failed) as refused:
        deployed.run(code_only=True)
    assert (refused.value.code, "Resize: Timeout" in refused.value.why) == ("run.not-code-alone", True)
    deployed.run("build", "plan")
    with pytest.raises(Failed) as refused:
        deployed.run("apply", "apply", code_only=True)
    assert (refused.value.code, refused.value.why) == ("run.not-code-alone", "configuration")
    deployed.write(FILES)
