"""Resources know what they wait for, and where their properties were written."""

from __future__ import annotations

from fairway.model.errors import Finding, InvalidDefinition
from fairway.model.graph import Resource
from fairway.model.location import Location
from fairway.model.values import Reference

RESOURCE = Resource(
    address="Handler",
    type="AWS::Lambda::Function",
    properties={
        "Role": Reference("Role", "Arn"),
        "Environment": {"Variables": {"QUEUE": Reference("Queue")}},
    },
    location=Location("t.yaml", 1),
    depends_on=("Log",),
    locations={("Environment",): Location("t.yaml", 5), ("Environment", "Variables"): Location("t.yaml", 6)},
)


def test_a_resource_waits_for_what_it_names_and_what_it_refers_to() -> None:
    assert RESOURCE.dependencies == {"Log", "Role", "Queue"}


def test_a_property_is_where_its_nearest_known_parent_is() -> None:
    assert RESOURCE.locate(("Environment", "Variables", "QUEUE")).line == 6
    assert RESOURCE.locate(("Environment", "Other")).line == 5
    assert RESOURCE.locate(("Role",)).line == 1


def test_an_invalid_definition_counts_its_errors_and_keeps_its_warnings() -> None:
    error, warning = Finding("a.b", "wrong"), Finding("c.d", "odd", severity="warning")
    assert str(InvalidDefinition((error, warning))) == "1 mistake in the definition"
    assert str(InvalidDefinition((error, error))) == "2 mistakes in the definition"
    assert InvalidDefinition((error, warning)).findings == (error, warning)
