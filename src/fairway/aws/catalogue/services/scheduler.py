"""Amazon EventBridge Scheduler."""

from __future__ import annotations

from fairway.aws.catalogue.declaration import Call, Naming, ResourceType

_IN_GROUP = {"GroupName": "{GroupName}?"}

SCHEDULE = ResourceType(
    name="AWS::Scheduler::Schedule",
    service="scheduler",
    identity=("Name",),
    create=Call("CreateSchedule"),
    read=Call("GetSchedule", keys=_IN_GROUP),
    # BC scheduler UpdateSchedule: what a request leaves out goes back to its default.
    update=(Call("UpdateSchedule", keys=_IN_GROUP, whole=True),),
    delete=Call("DeleteSchedule", keys=_IN_GROUP),
    # The writes answer it under this name; a read answers it as Arn.
    attributes={"Arn": "{ScheduleArn}"},
    naming=Naming("Name", 64, allowed="A-Za-z0-9_.-"),
    # BC scheduler CreateSchedule.
    defaults={"GroupName": "default", "State": "ENABLED", "ScheduleExpressionTimezone": "UTC"},
    # BC scheduler UpdateSchedule: the group is part of what says which schedule is meant.
    create_only=("GroupName",),
    known_by=("ScheduleExpression", "Target.Arn", "Target.RoleArn", "Target.Input"),
)

TYPES = (SCHEDULE,)
