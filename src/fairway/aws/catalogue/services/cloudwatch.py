"""Amazon CloudWatch."""

from __future__ import annotations

from fairway.aws.catalogue.declaration import Call, Naming, ResourceType, Tags

_ALARM_ARN = {"ResourceARN": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}"}
_TAGS = Tags(
    tag=Call("TagResource", keys=_ALARM_ARN),
    untag=Call("UntagResource", keys=_ALARM_ARN),
    list=Call("ListTagsForResource", keys=_ALARM_ARN),
)
_DASHBOARD_ARN = {"ResourceARN": "arn:{partition}:cloudwatch::{account}:dashboard/{DashboardName}"}
_NAMES = {"AlarmNames": "{AlarmName}"}

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
