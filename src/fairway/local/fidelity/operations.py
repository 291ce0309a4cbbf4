"""EventBridge, Scheduler, Logs, SQS, Step Functions: what moto refuses, loses or only half carries out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "events", "UpdateEventBus", update_bus
    yield "scheduler", "UpdateSchedule", complete_schedule
    yield "scheduler", "CreateSchedule", complete_schedule
    yield "logs", "PutMetricFilter", replace_metric_filter
    yield "logs", "PutSubscriptionFilter", replace_subscription_filter
    yield "logs", "PutLogGroupDeletionProtection", protect_group
    yield "logs", "DeleteLogGroup", refuse_protected_group
    yield "logs", "AssociateKmsKey", set_group_key
    yield "logs", "DisassociateKmsKey", set_group_key
    yield "sqs", "SetQueueAttributes", keep_queue_policy
    yield "stepfunctions", "DeleteActivity", forget_tags
    yield "stepfunctions", "DeleteStateMachine", forget_tags


def update_bus(call: Call, _: Forward) -> Params:
    name = str(call.params.get("Name", "default")).rpartition("/")[2]
    bus = call.backend().event_buses.get(name)
    if bus is None:
        raise Refused("ResourceNotFoundException", f"Event bus {name} does not exist.")
    bus.description = call.params.get("Description", bus.description)
    bus.kms_key_identifier = call.params.get("KmsKeyIdentifier", bus.kms_key_identifier)
    bus.dead_letter_config = call.params.get("DeadLetterConfig", bus.dead_letter_config)
    settings = {"Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"}
    kept = {key: value for key, value in call.params.items() if key in settings}
    return {"Name": name, "Arn": bus.arn, **kept}


def complete_schedule(call: Call, forward: Forward) -> Answer:
    """An update sets everything: what it leaves out returns to its default (BC scheduler UpdateSchedule)."""
    answer = forward()
    if answer.ok:
        group = call.params.get("GroupName") or "default"
        schedule = call.backend().get_schedule(group_name=group, name=call.params["Name"])
        schedule.state = call.params.get("State", "ENABLED")
        schedule.action_after_completion = call.params.get("ActionAfterCompletion", "NONE")
        schedule.schedule_expression_timezone = call.params.get("ScheduleExpressionTimezone", "UTC")
    return answer


def replace_metric_filter(call: Call, forward: Forward) -> Answer:
    """A put on an existing name updates; moto adds a second filter of that name."""
    filters = call.backend().filters
    before = list(filters.metric_filters)
    same = (call.params["logGroupName"], call.params["filterName"])
    answer = forward()
    if answer.ok:
        kept = [f for f in before if (f["logGroupName"], f["filterName"]) != same]
        filters.metric_filters = kept + filters.metric_filters[len(before) :]
    return answer


def replace_subscription_filter(call: Call, forward: Forward) -> Answer:
    """The limit of two filters a group does not stand in the way of updating one; with moto it does."""
    group = call.backend().groups.get(call.params["logGroupName"])
    before = group.subscription_filters.pop(call.params["filterName"], None) if group else None
    answer = forward()
    if before is not None and not answer.ok:
        group.subscription_filters[call.params["filterName"]] = before
    return answer


def _group_name(identifier: str) -> str:
    """The name in a log group's name or ARN."""
    return identifier.split(":log-group:")[-1].removesuffix(":*")


def _group(call: Call) -> Any:
    identifier = (
        call.params.get("logGroupName")
        or call.params.get("logGroupIdentifier")
        or call.params["resourceIdentifier"]
    )
    group = call.backend().groups.get(_group_name(identifier))
    if group is None:
        raise Refused("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def set_group_key(call: Call, _: Forward) -> Params:
    _group(call).kms_key_id = call.params.get("kmsKeyId")
    return {}


def protect_group(call: Call, _: Forward) -> Params:
    _group(call).fairway_protected = call.params["deletionProtectionEnabled"]
    return {}


def refuse_protected_group(call: Call, forward: Forward) -> Answer:
    group = call.backend().groups.get(call.params["logGroupName"])
    if getattr(group, "fairway_protected", False):
        raise Refused("ValidationException", "The log group is protected from deletion.")
    return forward()


def keep_queue_policy(call: Call, forward: Forward) -> Answer:
    """Attributes that are not given stay (BC sqs SetQueueAttributes); moto forgets the policy."""
    if "Policy" in (call.params.get("Attributes") or {}):
        return forward()
    queue = call.backend().queues.get(str(call.params["QueueUrl"]).rpartition("/")[2])
    policy = queue.policy if queue is not None else None
    answer = forward()
    if answer.ok and queue is not None:
        queue.policy = policy
    return answer


def forget_tags(call: Call, forward: Forward) -> Answer:
    """What is deleted has no tags any more; with moto the next of that name begins with them."""
    answer = forward()
    if answer.ok:
        arn = call.params.get("activityArn") or call.params["stateMachineArn"]
        call.backend().tagger.delete_all_tags_for_resource(arn)
    return answer
