"""Plans for the tests of what shows them."""

from __future__ import annotations

from fairway.model.location import Location
from fairway.model.plan import (
    Action,
    Change,
    Contents,
    Drift,
    DriftedProperty,
    Fate,
    Impact,
    Plan,
    PropertyChange,
    Reason,
    Refusal,
)

SECRET_HASH = "5ec4e75ec4e7"


def mixed() -> Plan:
    """Some of everything: made, changed, replaced with its data, deleted, drifted, refused."""
    changes = (
        Change("Role", "AWS::IAM::Role", Action.UNCHANGED),
        Change(
            "Greeter",
            "AWS::Lambda::Function",
            Action.UPDATE,
            Reason.CHANGED,
            (
                PropertyChange("Timeout", 3, 10),
                PropertyChange("Environment.Variables.TOKEN", {"$secret": SECRET_HASH}, {"$secret": "other"}),
                PropertyChange("Description", None, 'says "hi" to <b>you</b> | `me`'),
            ),
            dependencies=("Role",),
            location=Location("template.yaml", 7),
        ),
        Change("Rule", "AWS::Events::Rule", Action.CREATE, Reason.NEW, dependencies=("Greeter",)),
        Change(
            "Orders",
            "AWS::DynamoDB::Table",
            Action.REPLACE,
            Reason.IMMUTABLE,
            (
                PropertyChange(
                    "KeySchema", [{"AttributeName": "id"}], [{"AttributeName": "no"}], replaces=True
                ),
            ),
            Impact(True, True, ("its data is lost",), Contents(12, "item")),
        ),
        Change("Old", "AWS::SQS::Queue", Action.DELETE, Reason.REMOVED),
    )
    refusal = Refusal(
        "Orders", "AWS::DynamoDB::Table", Action.REPLACE, "replacing Orders would destroy <data>"
    )
    drift = Drift("Role", "AWS::IAM::Role", "role", (DriftedProperty("Path", "/", "/x/", Fate.OVERWRITE),))
    return Plan("shop", "prod", changes, (refusal,), serial=4, drift=(drift,))


def large(count: int) -> Plan:
    """A first deploy of so many resources, each after the one before."""
    return Plan(
        "shop",
        "prod",
        tuple(
            Change(
                f"Resource{number:04}",
                "AWS::SNS::Topic",
                Action.CREATE,
                Reason.NEW,
                tuple(PropertyChange(f"Property{at}", None, "v" * 60) for at in range(8)),
                dependencies=(f"Resource{number - 1:04}",) if number else (),
            )
            for number in range(count)
        ),
    )
