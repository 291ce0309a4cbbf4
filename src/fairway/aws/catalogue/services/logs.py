"""Amazon CloudWatch Logs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import (
    Bulk,
    Call,
    Facet,
    Naming,
    Pages,
    ResourceType,
    Tags,
    Told,
)
from fairway.model.plan import Contents

_GROUP = {"logGroupIdentifier": "{LogGroupName}"}
_ARN = "arn:{partition}:logs:{region}:{account}:log-group:{LogGroupName}"


def _put_index(context: Context) -> None:
    """A log group has one index policy (BC logs PutIndexPolicy), the schema a list."""
    policies = context.after.get("FieldIndexPolicies") or []
    if policies:
        document = policies[0] if isinstance(policies[0], str) else json.dumps(policies[0])
        context.call("PutIndexPolicy", logGroupIdentifier=context["LogGroupName"], policyDocument=document)
    else:
        context.call("DeleteIndexPolicy", logGroupIdentifier=context["LogGroupName"])


def _read_index(context: Context) -> Mapping[str, Any]:
    answer = context.call("DescribeIndexPolicies", logGroupIdentifiers=[context["LogGroupName"]])
    own = [item for item in answer["indexPolicies"] if item.get("source", "LOG_GROUP") == "LOG_GROUP"]
    return {"FieldIndexPolicies": [json.loads(item["policyDocument"]) for item in own]}


def _put_policy(context: Context) -> None:
    policy, arn = context.after.get("ResourcePolicyDocument"), context.expand(_ARN)
    if policy:
        text = policy if isinstance(policy, str) else json.dumps(policy)
        context.call("PutResourcePolicy", resourceArn=arn, policyDocument=text)
    else:
        context.call("DeleteResourcePolicy", resourceArn=arn)


def _read_policy(context: Context) -> Mapping[str, Any]:
    answer = context.call(
        "DescribeResourcePolicies", resourceArn=context.expand(_ARN), policyScope="RESOURCE"
    )
    found = answer.get("resourcePolicies", [])
    return {"ResourcePolicyDocument": json.loads(found[0]["policyDocument"])} if found else {}


def _tell_groups(pages: Pages, names: Collection[str]) -> Iterator[Told]:
    for page in pages("DescribeLogGroups", logGroupIdentifiers=list(names)):
        for group in page["logGroups"]:
            name = group["logGroupName"]
            yield Told(name, (("DescribeLogGroups", {"logGroupNamePrefix": name}, {"logGroups": [group]}),))


def _contents(context: Context) -> Contents | None:
    """One page of events; a page may be short although more follow (BC logs FilterLogEvents)."""
    page = context.call("FilterLogEvents", logGroupName=context["LogGroupName"], limit=1000)
    count, more = len(page["events"]), "nextToken" in page
    return Contents(count, "event", more) if count or more else None


LOG_GROUP = ResourceType(
    name="AWS::Logs::LogGroup",
    service="logs",
    identity=("LogGroupName",),
    create=Call("CreateLogGroup"),
    read=Call(
        "DescribeLogGroups",
        keys={"logGroupNamePrefix": "{LogGroupName}"},
        answer="logGroups",
        match={"logGroupName": "{LogGroupName}"},
    ),
    bulk=Bulk(_tell_groups, "{LogGroupName}", size=50),  # BC logs DescribeLogGroups
    delete=Call("DeleteLogGroup"),
    attributes={"Arn": _ARN + ":*"},
    facets=(
        Facet(("RetentionInDays",), put=Call("PutRetentionPolicy"), clear=Call("DeleteRetentionPolicy")),
        Facet(
            ("KmsKeyId",),
            put=Call("AssociateKmsKey", keys={"logGroupName": "{LogGroupName}"}),
            clear=Call("DisassociateKmsKey", keys={"logGroupName": "{LogGroupName}"}),
        ),
        Facet(
            ("DataProtectionPolicy",),
            put=Call(
                "PutDataProtectionPolicy", keys=_GROUP, rename={"DataProtectionPolicy": "policyDocument"}
            ),
            get=Call(
                "GetDataProtectionPolicy", keys=_GROUP, rename={"DataProtectionPolicy": "policyDocument"}
            ),
            clear=Call("DeleteDataProtectionPolicy", keys=_GROUP),
        ),
        Facet(("DeletionProtectionEnabled",), put=Call("PutLogGroupDeletionProtection", keys=_GROUP)),
        Facet(("BearerTokenAuthenticationEnabled",), put=Call("PutBearerTokenAuthentication", keys=_GROUP)),
        Facet(("FieldIndexPolicies",), put=_put_index, get=_read_index),
        Facet(("ResourcePolicyDocument",), put=_put_policy, get=_read_policy),
    ),
    tags=Tags(
        tag=Call("TagResource", keys={"resourceArn": _ARN}),
        untag=Call("UntagResource", keys={"resourceArn": _ARN}),
        list=Call("ListTagsForResource", keys={"resourceArn": _ARN}),
        arn=_ARN,
    ),
    naming=Naming("LogGroupName", 512, allowed="A-Za-z0-9_/.#-"),
    defaults={
        "LogGroupClass": "STANDARD",
        "DeletionProtectionEnabled": False,
        "BearerTokenAuthenticationEnabled": False,
    },
    documents=("DataProtectionPolicy", "ResourcePolicyDocument", "FieldIndexPolicies.*"),
    create_only=("LogGroupClass",),
    holds_data=True,
    contents=_contents,
    made_by_aws=True,
)

_FILTER = {"logGroupName": "{LogGroupName}", "filterNamePrefix": "{FilterName}"}


def _tell_filters(pages: Pages, _: Collection[str]) -> Iterator[Told]:
    """Those of all log groups (BC logs DescribeMetricFilters, without a group)."""
    for page in pages("DescribeMetricFilters"):
        for found in page["metricFilters"]:
            group, name = found["logGroupName"], found["filterName"]
            single = {"logGroupName": group, "filterNamePrefix": name}
            yield Told(f"{group}|{name}", (("DescribeMetricFilters", single, {"metricFilters": [found]}),))


METRIC_FILTER = ResourceType(
    name="AWS::Logs::MetricFilter",
    service="logs",
    identity=("LogGroupName", "FilterName"),
    ref="{FilterName}",
    create=Call("PutMetricFilter"),
    read=Call(
        "DescribeMetricFilters", keys=_FILTER, answer="metricFilters", match={"filterName": "{FilterName}"}
    ),
    bulk=Bulk(_tell_filters, "{LogGroupName}|{FilterName}"),
    update=(Call("PutMetricFilter", whole=True),),
    delete=Call("DeleteMetricFilter"),
    naming=Naming("FilterName", 512, allowed="A-Za-z0-9_.-"),
    defaults={"ApplyOnTransformedLogs": False},
    overwrites=True,
    known_by=("FilterPattern",),
)

SUBSCRIPTION_FILTER = ResourceType(
    name="AWS::Logs::SubscriptionFilter",
    service="logs",
    identity=("LogGroupName", "FilterName"),
    ref="{FilterName}",
    create=Call("PutSubscriptionFilter"),
    read=Call(
        "DescribeSubscriptionFilters",
        keys=_FILTER,
        answer="subscriptionFilters",
        match={"filterName": "{FilterName}"},
    ),
    update=(Call("PutSubscriptionFilter", whole=True),),
    delete=Call("DeleteSubscriptionFilter"),
    naming=Naming("FilterName", 512, allowed="A-Za-z0-9_.-"),
    # BC logs PutSubscriptionFilter.
    defaults={"ApplyOnTransformedLogs": False, "Distribution": "ByLogStream"},
    overwrites=True,
    known_by=("DestinationArn", "FilterPattern"),
)

TYPES = (LOG_GROUP, METRIC_FILTER, SUBSCRIPTION_FILTER)
