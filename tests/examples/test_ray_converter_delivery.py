"""ray-converter in production: what each kind of change does, and how it is taken back.

Every delivery is a fresh clone: production's state is in a bucket. What comes of changed code, of failing
tests and of what breaks only when it is live is in test_journeys.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.cli.program import Ended
from tests.examples.app import copied, edit, effects
from tests.examples.repository import Repository, repository
from tests.local_cloud import Cloud, unique

pytestmark = pytest.mark.xdist_group("ray-converter-delivery")
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


def decision(run: Ended) -> str:
    [decided] = run.of("Decided")
    return str(decided["decision"]["kind"])


def planned(run: Ended) -> set[tuple[str, str]]:
    """What was planned, as (action, address)."""
    changes = run.of("PlanMade")[-1]["plan"]["changes"]
    return {(each["action"], each["address"]) for each in changes if each["action"] != "unchanged"}


def test_a_push_that_nothing_depends_on_deploys_nothing(project: Repository) -> None:
    project.change("README.md", "# ray-converter", "# The ray converter")
    run = project.delivered()
    assert (decision(run), run.result["result"]) == ("nothing", "unchanged")
    assert effects(run) == set()


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
    project: Repository,
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


def test_only_what_is_committed_on_main_is_deployed(project: Repository) -> None:
    edit(project.work, "README.md", "Four more triggers", "Five more triggers")
    refused = project.work("run", "--env", "prod")
    assert (refused.code, "run.dirty-tree" in refused.err) == (2, True)
    edit(project.work, "README.md", "Five more triggers", "Four more triggers")
