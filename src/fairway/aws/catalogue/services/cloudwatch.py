"""Amazon CloudWatch."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fairway.aws.catalogue.declaration import Bulk, Call, Naming, Pages, ResourceType, Tags, Told

_ALARM_ARN = {"ResourceARN": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}"}
_TAGS = Tags(
    tag=Call("TagResource", keys=_ALARM_ARN),
    untag=Call("UntagResource", keys=_ALARM_ARN),
    list=Call("ListTagsForResource", keys=_ALARM_ARN),
    arn=_ALARM_ARN["ResourceARN"],
)
_DASHBOARD_ARN = {"ResourceARN": "arn:{partition}:cloudwatch::{account}:dashboard/{DashboardName}"}
_NAMES = {"AlarmNames": "{AlarmName}"}
_AT_ONCE = 100
"""DescribeAlarms takes and answers no more (BC cloudwatch DescribeAlarms)."""


def _bulk(kind: str) -> Bulk:
    """Alarms of a kind, a hundred at once."""

    def tell(pages: Pages, names: Collection[str]) -> Iterator[Told]:
        for page in pages("DescribeAlarms", AlarmNames=list(names), AlarmTypes=[kind], MaxRecords=_AT_ONCE):
            for alarm in page[f"{kind}s"]:
                name = alarm["AlarmName"]
                single = {"AlarmNames": [name], "AlarmTypes": [kind]}
                yield Told(name, (("DescribeAlarms", single, {f"{kind}s": [alarm]}),))

    return Bulk(tell, "{AlarmName}", size=_AT_ONCE)


ALARM = ResourceType(
    name="AWS::CloudWatch::Alarm",
    service="cloudwatch",
    identity=("AlarmName",),
    create=Call("PutMetricAlarm"),
    read=Call(
        "DescribeAlarms",
        keys=_NAMES,
        fixed={"AlarmTypes": ["MetricAlarm"]},
        answer="MetricAlarms",
        match={"AlarmName": "{AlarmName}"},
    ),
    bulk=_bulk("MetricAlarm"),
    update=(Call("PutMetricAlarm", whole=True, without=("Tags",)),),
    delete=Call("DeleteAlarms", keys=_NAMES),
    attributes={"Arn": _ALARM_ARN["ResourceARN"]},
    tags=_TAGS,
    naming=Naming("AlarmName", 255),
    # BC cloudwatch PutMetricAlarm.
    defaults={"ActionsEnabled": True, "TreatMissingData": "missing"},
    unordered=("AlarmActions", "OKActions", "InsufficientDataActions", "Dimensions"),
    overwrites=True,
)

COMPOSITE_ALARM = ResourceType(
    name="AWS::CloudWatch::CompositeAlarm",
    service="cloudwatch",
    identity=("AlarmName",),
    create=Call("PutCompositeAlarm"),
    read=Call(
        "DescribeAlarms",
        keys=_NAMES,
        fixed={"AlarmTypes": ["CompositeAlarm"]},
        answer="CompositeAlarms",
        match={"AlarmName": "{AlarmName}"},
    ),
    bulk=_bulk("CompositeAlarm"),
    update=(Call("PutCompositeAlarm", whole=True, without=("Tags",)),),
    delete=Call("DeleteAlarms", keys=_NAMES),
    attributes={"Arn": _ALARM_ARN["ResourceARN"]},
    tags=_TAGS,
    naming=Naming("AlarmName", 255),
    defaults={"ActionsEnabled": True},
    unordered=("AlarmActions", "OKActions", "InsufficientDataActions"),
    overwrites=True,
)

DASHBOARD = ResourceType(
    name="AWS::CloudWatch::Dashboard",
    service="cloudwatch",
    identity=("DashboardName",),
    create=Call("PutDashboard"),
    read=Call("GetDashboard"),
    update=(Call("PutDashboard", whole=True, without=("Tags",)),),
    delete=Call("DeleteDashboards", keys={"DashboardNames": "{DashboardName}"}),
    tags=Tags(
        tag=Call("TagResource", keys=_DASHBOARD_ARN),
        untag=Call("UntagResource", keys=_DASHBOARD_ARN),
        list=Call("ListTagsForResource", keys=_DASHBOARD_ARN),
    ),
    naming=Naming("DashboardName", 255),
    documents=("DashboardBody",),
    overwrites=True,
)

TYPES = (ALARM, COMPOSITE_ALARM, DASHBOARD)
