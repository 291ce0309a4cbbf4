"""Amazon SNS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Facet, Naming, ResourceType, Tags
from fairway.aws.catalogue.services.attached_policy import AttachedPolicy

_ATTRIBUTES = (
    "ArchivePolicy", "ContentBasedDeduplication", "DisplayName", "FifoThroughputScope", "FifoTopic",
    "KmsMasterKeyId", "MaximumMessageSize", "SignatureVersion", "TracingConfig",
)  # fmt: skip

# BC sns SetTopicAttributes: delivery status attributes are named `<protocol><attribute>`.
_PROTOCOLS = {
    "http/s": "HTTP",
    "http": "HTTP",
    "https": "HTTP",
    "sqs": "SQS",
    "lambda": "Lambda",
    "firehose": "Firehose",
    "application": "Application",
}
_LOGGING = ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")


def _logging_attributes(settings: Any) -> Mapping[str, str]:
    return {
        _PROTOCOLS[str(item["Protocol"]).lower()] + name: str(item[name])
        for item in settings or ()
        for name in _LOGGING
        if item.get(name) is not None
    }


def _put_logging(context: Context) -> None:
    before = _logging_attributes(context.before.get("DeliveryStatusLogging"))
    after = _logging_attributes(context.after.get("DeliveryStatusLogging"))
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            value = after.get(name, "")
            context.call(
                "SetTopicAttributes", TopicArn=context["TopicArn"], AttributeName=name, AttributeValue=value
            )


def _read_logging(context: Context) -> Mapping[str, Any]:
    """Live settings of the protocols that were applied, in their order and spelling."""
    found = []
    for item in context.after.get("DeliveryStatusLogging") or ():
        prefix = _PROTOCOLS[str(item["Protocol"]).lower()]
        live = {name: context.answer.get(prefix + name) for name in _LOGGING}
        found.append({"Protocol": item["Protocol"], **{name: v for name, v in live.items() if v is not None}})
    return {"DeliveryStatusLogging": found}


def _subscriptions(properties: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(item["Protocol"], item["Endpoint"]) for item in properties.get("Subscription") or ()}


def _put_subscriptions(context: Context) -> None:
    before, after = _subscriptions(context.before), _subscriptions(context.after)
    for protocol, endpoint in sorted(after - before):
        context.call("Subscribe", TopicArn=context["TopicArn"], Protocol=protocol, Endpoint=endpoint)
    gone = before - after
    for item in _live_subscriptions(context) if gone else ():
        if (item["Protocol"], item["Endpoint"]) in gone:
            context.call("Unsubscribe", SubscriptionArn=item["SubscriptionArn"])


def _live_subscriptions(context: Context) -> Iterator[Mapping[str, str]]:
    for page in context.pages("ListSubscriptionsByTopic", TopicArn=context["TopicArn"]):
        yield from page["Subscriptions"]


def _read_subscriptions(context: Context) -> Mapping[str, Any]:
    """Those that the topic declares; subscriptions of other resources hang on the same topic."""
    live = {(item["Protocol"], item["Endpoint"]) for item in _live_subscriptions(context)}
    declared = sorted(_subscriptions(context.after) & live)
    return {"Subscription": [{"Protocol": p, "Endpoint": e} for p, e in declared]}


TOPIC = ResourceType(
    name="AWS::SNS::Topic",
    service="sns",
    identity=("TopicArn",),
    names=lambda arn: {"TopicName": arn.rpartition(":")[2]},
    create=Call(
        "CreateTopic",
        rename={"TopicName": "Name"},
        into="Attributes",
        only=("TopicName", "Tags", "DataProtectionPolicy", *_ATTRIBUTES),
    ),
    read=Call("GetTopicAttributes", answer="Attributes", only=_ATTRIBUTES),
    update=(Call("SetTopicAttributes", each=("AttributeName", "AttributeValue"), only=_ATTRIBUTES),),
    delete=Call("DeleteTopic"),
    attributes={
        "TopicArn": "arn:{partition}:sns:{region}:{account}:{TopicName}",
        "TopicName": "{TopicName}",
    },
    facets=(
        Facet(
            ("DataProtectionPolicy",),
            put=Call("PutDataProtectionPolicy", keys={"ResourceArn": "{TopicArn}"}),
            get=Call("GetDataProtectionPolicy", keys={"ResourceArn": "{TopicArn}"}),
        ),
        Facet(("DeliveryStatusLogging",), put=_put_logging, get=_read_logging),
        Facet(("Subscription",), put=_put_subscriptions, get=_read_subscriptions),
    ),
    tags=Tags(
        tag=Call("TagResource", keys={"ResourceArn": "{TopicArn}"}),
        untag=Call("UntagResource", keys={"ResourceArn": "{TopicArn}"}),
        list=Call("ListTagsForResource", keys={"ResourceArn": "{TopicArn}"}),
        arn="{TopicArn}",
    ),
    naming=Naming("TopicName", 256, suffix_when=("FifoTopic", ".fifo")),
    # BC sns SetTopicAttributes.
    defaults={
        "FifoTopic": False,
        "ContentBasedDeduplication": False,
        "SignatureVersion": "1",
        "TracingConfig": "PassThrough",
        "DisplayName": "",
        "MaximumMessageSize": 262144,
    },
    resets={"ArchivePolicy": {}, "DataProtectionPolicy": "", "FifoThroughputScope": "Topic"},
    overwrites=True,
)

_SUBSCRIBED = (
    "DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy",
    "ReplayPolicy", "SubscriptionRoleArn",
)  # fmt: skip
_READ = (*_SUBSCRIBED, "TopicArn", "Protocol", "Endpoint")


def _find_subscription(context: Context) -> Mapping[str, Any]:
    wanted = (context["Protocol"], context.get("Endpoint"))
    for item in _live_subscriptions(context):
        if (item["Protocol"], item["Endpoint"]) == wanted and item["SubscriptionArn"].startswith("arn:"):
            return item
    return {}


SUBSCRIPTION = ResourceType(
    name="AWS::SNS::Subscription",
    service="sns",
    identity=("SubscriptionArn",),
    create=Call(
        "Subscribe",
        into="Attributes",
        fixed={"ReturnSubscriptionArn": True},
        only=("TopicArn", "Protocol", "Endpoint", *_SUBSCRIBED),
    ),
    read=Call("GetSubscriptionAttributes", answer="Attributes", only=_READ),
    update=(Call("SetSubscriptionAttributes", each=("AttributeName", "AttributeValue"), only=_SUBSCRIBED),),
    delete=Call("Unsubscribe"),
    find=_find_subscription,
    attributes={"Arn": "{SubscriptionArn}"},
    # BC sns SetSubscriptionAttributes.
    defaults={"RawMessageDelivery": False, "FilterPolicyScope": "MessageAttributes"},
    resets={"FilterPolicy": {}, "DeliveryPolicy": "", "RedrivePolicy": "", "ReplayPolicy": ""},
    documents=("FilterPolicy", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy"),
    refused={"Region": "subscriptions are made in the region of the stack"},
)


def _put_policy(context: Context, topic: str, text: str) -> None:
    context.call("SetTopicAttributes", TopicArn=topic, AttributeName="Policy", AttributeValue=text)


def _get_policy(context: Context, topic: str) -> str | None:
    """The policy, unless it is the one that every topic has from the start."""
    text = context.call("GetTopicAttributes", TopicArn=topic)["Attributes"].get("Policy") or "{}"
    return None if json.loads(text).get("Id") == _DEFAULT_ID else str(text)


def _restore(context: Context, topic: str) -> None:
    _put_policy(context, topic, json.dumps(_default_policy(topic)))


def _default_policy(topic: str) -> Mapping[str, Any]:
    """What AWS gives a new topic: its owner may do everything (docs:sns default access policy)."""
    actions = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic",
               "Subscribe", "ListSubscriptionsByTopic", "Publish")  # fmt: skip
    return {
        "Version": "2008-10-17",
        "Id": _DEFAULT_ID,
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [f"SNS:{action}" for action in actions],
                "Resource": topic,
                "Condition": {"StringEquals": {"AWS:SourceOwner": topic.split(":")[4]}},
            }
        ],
    }


_DEFAULT_ID = "__default_policy_ID"


TOPIC_POLICY = AttachedPolicy("Topics", _put_policy, _get_policy, _restore).resource_type(
    "AWS::SNS::TopicPolicy", "sns"
)

TYPES = (TOPIC, SUBSCRIPTION, TOPIC_POLICY)
