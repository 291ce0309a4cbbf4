"""A stack with one function behind an alias, on a real local cloud, and what its users get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.cli.program import write
from tests.local_cloud import REGION, Cloud, unique

from fairway.model.events import Event, OperationFailed, TrafficShifted
from fairway.project.settings import RolloutSettings
from fairway.stacks.deploy import deploy, plan
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports, Result

ALIAS, FUNCTION, ALARM = "ShopAliaslive", "Shop", "Errors"
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.11, Handler: app.handler, CodeUri: code, AutoPublishAlias: live}
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
      Threshold: 1
      Period: 60
      Statistic: Sum
      Namespace: AWS/Lambda
      MetricName: Errors
Outputs:
  Shop: {Value: !Ref Shop}
  Errors: {Value: !Ref Errors}
"""
SECONDS = 0.5
CANARY = RolloutSettings("canary", 10, SECONDS / 60, ("Errors",))


def at_ease() -> str:
    """Nothing speaks against going on."""
    return ""


@dataclass
class Shop:
    """The stack; `told` is what the last deploy told."""

    cloud: Cloud
    request: Request
    told: list[Event] = field(default_factory=list)
    interruption: Interruption = field(default_factory=Interruption)

    def write(self, answer: str, template: str = TEMPLATE) -> None:
        """Code whose answer that is, and the version that ran."""
        code = f"def handler(event, context): return [{answer!r}, context.function_version]\n"
        write(self.request.source, {"template.yaml": template, "code/app.py": code})

    def deploy(
        self,
        answer: str,
        template: str = TEMPLATE,
        during: Callable[[Event], None] = lambda _: None,
        objection: Callable[[], str] = at_ease,
        **changes: Any,
    ) -> Result:
        """Deploy code with that answer; `during` sees each event as it happens."""
        self.write(answer, template)
        self.told = []

        def emit(event: Event) -> None:
            self.told.append(event)
            during(event)

        ports = Ports(emit, lambda _: True, self.interruption, objection=objection)
        return deploy(replace(self.request, **changes), ports)

    def planned(self) -> Result:
        """The plan of what is written now."""
        return plan(self.request, Ports(emit=lambda _: None, confirm=lambda _: True))

    @property
    def shifts(self) -> list[tuple[str, int, bool]]:
        """Versions, percents and whether it went back, in the order in which they came."""
        return [(e.version, e.percent, e.returned) for e in self.told if isinstance(e, TrafficShifted)]

    @property
    def failures(self) -> list[OperationFailed]:
        return [event for event in self.told if isinstance(event, OperationFailed)]

    def output(self, name: str) -> str:
        """A physical name of the deployed stack."""
        from fairway.stacks.inspect import deployed

        return str(deployed(self.request.target).outputs[name].value)

    def alias(self) -> tuple[str, dict[str, float]]:
        """The alias's version, and the weights beside it."""
        found = self.cloud.client("lambda").get_alias(FunctionName=self.output("Shop"), Name="live")
        return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})

    def answers(self, calls: int = 1) -> Counter[str]:
        """What users get by the alias."""
        name = self.output("Shop")
        return Counter(self.cloud.invoke(name, Qualifier="live")[0] for _ in range(calls))

    def fire(self, state: str = "ALARM") -> None:
        """Set the alarm."""
        self.cloud.client("cloudwatch").set_alarm_state(
            AlarmName=self.output("Errors"), StateValue=state, StateReason="ten errors in a minute"
        )


def shop(folder: Path, cloud: Cloud, rollout: RolloutSettings | None = CANARY) -> Shop:
    """The stack, in a folder of its own, not deployed yet."""
    name = unique("shop")
    return Shop(cloud, Request(folder / name, target(folder, name, cloud.endpoint), rollout=rollout))


def target(folder: Path, name: str, endpoint: str) -> Target:
    """Where it is deployed."""
    return Target(name, "local", REGION, str(folder / "state"), folder / "cache", endpoint, local=True)
