"""CloudWatch composite alarms, which moto does not have, and their tags and those of dashboards.

Their state is not evaluated: like moto's metric alarms, they stay in the state they were made in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params

STORE = "fairway_composite_alarms"


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "cloudwatch", "PutCompositeAlarm", put
    yield "cloudwatch", "DescribeAlarms", describe
    yield "cloudwatch", "DeleteAlarms", delete
    yield "cloudwatch", "PutDashboard", put_dashboard
    yield "cloudwatch", "DeleteDashboards", delete_dashboards
    yield "cloudwatch", "TagResource", tag


def _alarms(call: Call) -> dict[str, Params]:
    alarms: dict[str, Params] = call.backend().__dict__.setdefault(STORE, {})
    return alarms


def put(call: Call, _: Forward) -> Params:
    settings = {key: value for key, value in call.params.items() if key != "Tags"}
    name = settings["AlarmName"]
    arn = f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}"
    now = datetime.now(UTC)
    state = _alarms(call).get(name, {"StateValue": "INSUFFICIENT_DATA", "StateUpdatedTimestamp": now})
    _alarms(call)[name] = {
        "ActionsEnabled": True,
        **settings,
        "AlarmArn": arn,
        "AlarmConfigurationUpdatedTimestamp": now,
        "StateValue": state["StateValue"],
        "StateReason": "Composite alarms are not evaluated by the local cloud",
        "StateUpdatedTimestamp": state["StateUpdatedTimestamp"],
    }
    call.backend().tagger.tag_resource(arn, call.params.get("Tags") or [])
    return {}


def describe(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if not answer.ok:
        return answer
    # Without AlarmTypes only metric alarms are answered (BC cloudwatch DescribeAlarms).
    types = call.params.get("AlarmTypes") or ["MetricAlarm"]
    result = answer.data
    if "MetricAlarm" not in types:
        result["MetricAlarms"] = []
    if "CompositeAlarm" in types:
        result["CompositeAlarms"] = [a for a in _alarms(call).values() if _matches(call.params, a)]
    return result


def _matches(asked: Params, alarm: Params) -> bool:
    names: list[Any] = asked.get("AlarmNames") or []
    return (
        (not names or alarm["AlarmName"] in names)
        and alarm["AlarmName"].startswith(asked.get("AlarmNamePrefix") or "")
        and asked.get("StateValue") in (None, alarm["StateValue"])
    )


def delete(call: Call, forward: Forward) -> Answer:
    for name in call.params.get("AlarmNames", []):
        alarm = _alarms(call).pop(name, None)
        if alarm is not None:
            call.backend().tagger.delete_all_tags_for_resource(alarm["AlarmArn"])
    return forward()


def _dashboard_arn(call: Call, name: str) -> str:
    return f"arn:aws:cloudwatch::{call.account}:dashboard/{name}"


def put_dashboard(call: Call, forward: Forward) -> Answer:
    """Tags count only when the dashboard is new (BC cloudwatch PutDashboard)."""
    name = call.params["DashboardName"]
    is_new = call.backend().get_dashboard(name) is None
    answer = forward()
    if answer.ok and is_new:
        call.backend().tagger.tag_resource(_dashboard_arn(call, name), call.params.get("Tags") or [])
    return answer


def delete_dashboards(call: Call, forward: Forward) -> Answer:
    answer = forward()
    if answer.ok:
        for name in call.params["DashboardNames"]:
            call.backend().tagger.delete_all_tags_for_resource(_dashboard_arn(call, name))
    return answer


def tag(call: Call, forward: Forward) -> Answer | Params:
    """moto knows no alarms but its own, and no dashboards."""
    arn = call.params["ResourceARN"]
    own = {alarm["AlarmArn"] for alarm in _alarms(call).values()}
    own |= {_dashboard_arn(call, name) for name in call.backend().dashboards}
    if arn not in own:
        return forward()
    call.backend().tagger.tag_resource(arn, call.params["Tags"])
    return {}
