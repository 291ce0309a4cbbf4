"""ray-converter from `git push` to production: tests, package, plan, approval, apply, and the way back.

Every delivery is a fresh clone: production's state is in a bucket.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.request import Request, urlopen

import pytest
from tests.cli.program import Ended
from tests.examples.app import copied, edit, effects
from tests.examples.repository import Repository, ending, failed_checks, repository
from tests.local_cloud import Cloud, unique

pytestmark = pytest.mark.xdist_group("ray-converter-delivery")
HANDLER, RAYS = "functions/ray_converter/handler.py", "functions/ray_converter/rays.py"
ALARM = """\
  ThrottleAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Lambda
      MetricName: Throttles
      Dimensions:
        - Name: FunctionName
          Value: !Ref RayConverter
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching

Outputs:
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Iterator[Repository]:
    """Pushed and delivered to prod, which the local cloud plays; removed in the end."""
    app = copied("ray-converter", tmp_path_factory.mktemp("git") / "delivered", local_cloud)
    app = replace(app, extra={**app.extra, "AWS_ENDPOINT_URL": local_cloud.endpoint})
    settings = app.folder / "fairway.toml"
    settings.write_text(settings.read_text().replace('within = "15s"', 'within = "1s"'))
    made = app("bootstrap", "--env", "prod", "--bucket", unique("rays"))
    assert made.code == 0, made.err
    project = repository(app, "prod")
    project.delivered()
    yield project
    removed = app.on_terminal("destroy", "--env", "prod", "--allow-data-loss", "RayLogs", typed="y\n")
    assert removed.code == 0, removed.out


@pytest.fixture(scope="module")
def url(project: Repository) -> str:
    return project.work("outputs", "RayUrl", "--env", "prod").out.strip()


def version(url: str) -> str:
    """Which version of the code answers."""
    request = Request(url, b'{"direction": [0, 0, 1]}', {"content-type": "application/json"})
    with urlopen(request, timeout=30) as response:
        return str(json.load(response)["version"])


def decision(run: Ended) -> str:
    [decided] = run.of("Decided")
    return str(decided["decision"]["kind"])


def planned(run: Ended) -> set[tuple[str, str]]:
    """What was planned, as (action, address)."""
    changes = run.of("PlanMade")[-1]["plan"]["changes"]
    return {(each["action"], each["address"]) for each in changes if each["action"] != "unchanged"}


def test_a_push_that_breaks_the_tests_builds_nothing(project: Repository, url: str) -> None:
    before = version(url)
    project.change(RAYS, "round(math.degrees(math.asin", "-round(math.degrees(math.asin")
    run = project.run()
    assert run.code == 1
    assert [(each["name"], each["code"]) for each in run.of("TestFinished") if each["code"]] == [("units", 1)]
    assert (ending(run)["result"], ending(run)["ended_in"]) == ("failed", "test")
    assert not run.of("BuildFinished") + run.of("PlanMade") + run.of("OperationStarted")
    assert version(url) == before
    project.revert()


def test_a_push_that_nothing_depends_on_deploys_nothing(project: Repository) -> None:
    project.change("README.md", "# ray-converter", "# The ray converter")
    run = project.delivered()
    assert (decision(run), run.result["result"]) == ("nothing", "unchanged")
    assert effects(run) == set()


def test_scenario_1_changed_code_is_one_update_and_answers_at_once(project: Repository, url: str) -> None:
    project.change(HANDLER, 'VERSION = "1"', 'VERSION = "2"')
    run = project.delivered()
    assert effects(run) == {("update", "RayConverter")}
    assert run.of("DeploymentFinished")[-1]["calls"]["writes"] == 1
    assert version(url) == "2"


def test_scenario_2_changed_configuration_updates_what_has_it(project: Repository) -> None:
    project.change("template.yaml", "MemorySize: 256", "MemorySize: 512")
    assert effects(project.delivered()) == {("update", "RayConverter")}


def test_scenario_3_a_new_resource_is_created_and_nothing_else(project: Repository) -> None:
    project.change("template.yaml", "Outputs:\n", ALARM)
    assert effects(project.delivered()) == {("create", "ThrottleAlarm")}


def test_scenario_4_a_removed_resource_goes_and_a_revert_brings_it_back(project: Repository) -> None:
    template = (project.work.folder / "template.yaml").read_text()
    dashboard = template[template.index("  Dashboard:") : template.index("  RayQueue:")]
    project.change("template.yaml", dashboard, "")
    assert effects(project.delivered()) == {("delete", "Dashboard")}
    project.revert()
    assert effects(project.delivered()) == {("create", "Dashboard")}


def test_scenario_4_what_holds_data_is_refused_to_go_and_a_revert_leaves_nothing_to_do(
    project: Repository, url: str
) -> None:
    template = (project.work.folder / "template.yaml").read_text()
    removed = template[template.index("  RayLogs:") : template.index("  ErrorAlarm:")]
    project.change("template.yaml", removed, "")
    run = project.run()
    assert run.code == 2
    assert ("delete", "RayLogs") in planned(run)
    assert "--allow-data-loss RayLogs" in run.err
    assert not run.of("OperationStarted")
    project.revert()
    assert project.delivered().result["result"] == "unchanged"


def test_what_breaks_only_when_it_is_live_is_rolled_back(project: Repository, url: str) -> None:
    before = version(url)
    edit(project.work, HANDLER, f'VERSION = "{before}"', 'VERSION = "broken"')
    project.change(HANDLER, "_answer(200,", "_answer(500,")
    run = project.run()
    assert run.code == 1
    assert (ending(run)["result"], ending(run)["ended_in"]) == ("rolled-back", "verify")
    assert failed_checks(run) == ["a ray is converted"]
    assert version(url) == before
    project.revert()
    assert project.delivered().result["result"] == "unchanged"


def test_only_what_is_committed_on_main_is_deployed(project: Repository) -> None:
    edit(project.work, "README.md", "Four more triggers", "Five more triggers")
    refused = project.work("run", "--env", "prod")
    assert (refused.code, "run.dirty-tree" in refused.err) == (2, True)
    edit(project.work, "README.md", "Five more triggers", "Four more triggers")
