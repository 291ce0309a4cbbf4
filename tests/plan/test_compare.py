"""Definition, recorded and live are all three compared, property by property."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.aws.provider import Traits
from fairway.model.plan import PropertyChange, Reason
from fairway.model.sealing import seal
from fairway.model.values import Artifact, Json, Properties, Reference, Secret, Value
from fairway.plan.compare import Comparison, compare

KEY = "k"
TRAITS = Traits(
    "AWS::Lambda::Function",
    create_only=frozenset({"FunctionName", "VpcConfig.Ipv6AllowedForDualStack"}),
    settled_by_create=frozenset({"DurableConfig"}),
    readable=frozenset(
        {"FunctionName", "Timeout", "MemorySize", "Environment", "VpcConfig", "Code", "Tags", "DurableConfig"}
    ),
    defaults={"Timeout": 3},
    documents=frozenset({"Document"}),
)


def sealed(properties: Mapping[str, Value]) -> dict[str, Json]:
    return {name: seal(value, KEY) for name, value in properties.items()}


def compared(wanted: Properties, recorded: Properties, live: Properties) -> Comparison:
    return compare(TRAITS, sealed(wanted), sealed(recorded), live, KEY)


def test_nothing_changed() -> None:
    both: Properties = {"Timeout": 5, "Environment": {"Variables": {"A": "1"}}}
    assert compared(both, both, {**both, "MemorySize": 128}) == Comparison()


def test_the_definition_changed() -> None:
    found = compared({"Timeout": 6}, {"Timeout": 5}, {"Timeout": 5})
    assert found == Comparison((PropertyChange("Timeout", 5, 6),), Reason.CHANGED, frozenset({"Timeout"}))


def test_live_changed() -> None:
    found = compared({"Timeout": 5}, {"Timeout": 5}, {"Timeout": 9})
    assert found.reason is Reason.DRIFT
    assert found.changes == (PropertyChange("Timeout", 9, 5, drift=True, recorded=5),)


def test_both_changed() -> None:
    found = compared({"Timeout": 6}, {"Timeout": 5}, {"Timeout": 9})
    assert found.reason is Reason.CHANGED
    assert found.changes == (PropertyChange("Timeout", 9, 6, drift=True, recorded=5),)


def test_both_changed_to_the_same() -> None:
    assert compared({"Timeout": 6}, {"Timeout": 5}, {"Timeout": 6}) == Comparison()


def test_a_default_is_what_an_absent_property_has() -> None:
    assert compared({"Timeout": 3}, {}, {}) == Comparison()
    assert compared({}, {}, {"Timeout": 3}) == Comparison()


def test_a_property_that_nobody_set_drifts_from_its_default() -> None:
    found = compared({}, {}, {"Timeout": 30})
    assert found.changes == (PropertyChange("Timeout", 30, None, drift=True),)
    assert found.reason is Reason.DRIFT


def test_a_property_removed_from_the_definition_is_reset() -> None:
    found = compared({}, {"Timeout": 5, "Environment": {"Variables": {"A": "1"}}}, {"Timeout": 5})
    assert found.changes == (PropertyChange("Timeout", 5, None),)
    assert found.reason is Reason.CHANGED


def test_a_removed_property_that_has_its_default_already_is_no_change() -> None:
    assert compared({}, {"Timeout": 3}, {"Timeout": 3}) == Comparison()


def test_what_no_read_answers_is_compared_with_what_was_recorded() -> None:
    assert compared({"Description": "a"}, {"Description": "a"}, {}) == Comparison()
    found = compared({"Description": "b"}, {"Description": "a"}, {})
    assert found.changes == (PropertyChange("Description", "a", "b"),)


def test_what_nobody_set_is_awss_own() -> None:
    assert compared({}, {}, {"MemorySize": 128}) == Comparison()


def test_a_property_deleted_by_hand_is_drift() -> None:
    both: Properties = {"Environment": {"Variables": {"A": "1"}}}
    assert compared(both, both, {}).reason is Reason.DRIFT


def test_what_only_a_create_can_set_cannot_drift() -> None:
    both: Properties = {"FunctionName": "f"}
    assert compared(both, both, {"FunctionName": "arn:aws:lambda:…:f"}) == Comparison()


def test_a_change_of_what_only_a_create_can_set_replaces() -> None:
    found = compared({"FunctionName": "g"}, {"FunctionName": "f"}, {"FunctionName": "f"})
    assert found.replaces
    inside = compared({"VpcConfig": {"Ipv6AllowedForDualStack": True}}, {}, {})
    assert inside.replaces
    beside = compared({"VpcConfig": {"SubnetIds": ["s"]}}, {}, {})
    assert beside.changes
    assert not beside.replaces


def test_changed_code_is_a_reason_of_its_own() -> None:
    old, new = Artifact("aa" * 32), Artifact("bb" * 32)
    assert compared({"Code": new}, {"Code": old}, {"Code": old}).reason is Reason.CODE
    assert compared({"Code": new, "Timeout": 9}, {"Code": old}, {"Code": old}).reason is Reason.CHANGED


def test_code_that_was_changed_by_hand_is_drift() -> None:
    built, hacked = Artifact("aa" * 32), Artifact("bb" * 32)
    assert compared({"Code": built}, {"Code": built}, {"Code": hacked}).reason is Reason.DRIFT


def test_a_value_that_waits_for_another_resource_is_shown_so() -> None:
    wanted: Properties = {"Environment": {"Variables": {"QUEUE": Reference("Queue", "Url")}}}
    live: Properties = {"Environment": {"Variables": {"QUEUE": "old"}}}
    found = compared(wanted, live, live)
    assert found.reason is Reason.DEPENDENCY
    assert found.changes == (PropertyChange("Environment.Variables.QUEUE", "old", {"$unknown": "Queue.Url"}),)


def test_no_secret_shows_in_a_change() -> None:
    def variables(value: Value) -> Properties:
        return {"Environment": {"Variables": {"TOKEN": value, "STAGE": "dev"}}}

    old, new = variables(Secret("old-secret")), variables(Secret("new-secret"))
    assert compared(old, old, variables("old-secret")) == Comparison()
    found = compared(new, old, variables("drifted-secret"))
    assert [change.path for change in found.changes] == ["Environment.Variables.TOKEN"]
    assert "-secret" not in repr(found)


def test_a_secret_that_becomes_plain_is_not_shown_as_it_was() -> None:
    old: Properties = {"Environment": {"Variables": {"TOKEN": Secret("old-secret")}}}
    live: Properties = {"Environment": {"Variables": {"TOKEN": "old-secret"}}}
    found = compared({"Environment": {"Variables": {"TOKEN": "plain"}}}, old, live)
    assert found.changes[0].after == "plain"
    assert "old-secret" not in repr(found)


def test_a_secret_inside_a_list_hides_its_like() -> None:
    wanted: Properties = {"Tags": [{"Key": "a", "Value": Secret("s-one")}, {"Key": "b", "Value": "2"}]}
    live: Properties = {"Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "s-two"}]}
    found = compared(wanted, wanted, live)
    assert [change.path for change in found.changes] == ["Tags.a"]
    assert "s-two" not in repr(found)


def test_drift_inside_a_set_is_told_from_intent() -> None:
    traits = Traits("Test::Any::Role", readable=frozenset({"P"}), unordered=frozenset({"P"}))
    one, two, hacked = {"Name": "one"}, {"Name": "two"}, {"Name": "hacked"}
    drifted = compare(traits, {"P": [one, two]}, {"P": [one, two]}, {"P": [hacked, one]}, KEY)
    assert drifted.reason is Reason.DRIFT
    assert drifted.changes == (PropertyChange("P[1].Name", "hacked", "two", drift=True, recorded="two"),)
    meant = compare(traits, {"P": [one, hacked]}, {"P": [one, two]}, {"P": [two, one]}, KEY)
    assert meant.reason is Reason.CHANGED


def test_what_a_create_settles_replaces_when_it_is_added_or_taken_away() -> None:
    durable: Properties = {"DurableConfig": {"ExecutionTimeout": 60}}
    assert compared(durable, {}, {}).replaces
    assert compared({}, durable, durable).replaces


def test_what_a_create_settles_is_updated_when_its_content_changes() -> None:
    longer: Properties = {"DurableConfig": {"ExecutionTimeout": 90}}
    durable: Properties = {"DurableConfig": {"ExecutionTimeout": 60}}
    found = compared(longer, durable, durable)
    assert found.changes == (PropertyChange("DurableConfig.ExecutionTimeout", 60, 90),)
    assert not found.replaces


def test_what_a_create_settles_and_nobody_set_is_left_alone() -> None:
    assert compared({}, {}, {"DurableConfig": {"ExecutionTimeout": 60}}) == Comparison()
