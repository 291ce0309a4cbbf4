"""Plans as values: what happens to each resource, why, and what it means for those who use it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.world import FUNCTION, POLICY, TABLE, VERSION, Stack, World, actions, define, fresh, ref, resource

from fairway.aws.provider import Owner
from fairway.model.errors import Failed, WrongInput
from fairway.model.graph import Definition, Resource
from fairway.model.plan import Action, Change, Plan, PropertyChange, Reason
from fairway.model.state import PendingCreate
from fairway.model.values import Artifact, Deferred, Lookup, Properties, Secret, Value
from fairway.plan.planner import make_plan, plan_destroy

RETAIN = {"deletion_policy": "Retain", "update_replace_policy": "Retain"}


def change(plan: Plan, address: str) -> Change:
    found = [each for each in plan.changes if each.address == address]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def stack() -> Stack:
    return Stack()


def test_a_first_deploy_creates_everything_in_order() -> None:
    definition = define(resource("B", Target=ref("A")), resource("A", Delay=5))
    plan, desired = make_plan(definition, fresh(), {}, World())
    assert [(each.address, each.action, each.reason) for each in plan.changes] == [
        ("A", Action.CREATE, Reason.NEW),
        ("B", Action.CREATE, Reason.NEW),
    ]
    assert PropertyChange("Target", None, {"$unknown": "A"}) in change(plan, "B").properties
    assert change(plan, "B").dependencies == ("A",)
    assert desired.targets["A"].owner.generation == 0


def test_a_second_deploy_plans_nothing(stack: Stack) -> None:
    definition = define(
        resource("T", TABLE, Keys=["id"]),
        resource(
            "F", FUNCTION, Role=ref("T", "Arn"), Environment={"T": ref("T"), "X": Secret("s")}, Hidden=1
        ),
        resource("V", VERSION, Function=ref("F"), Code=Artifact("aa" * 32)),
        Url=ref("F", "Arn"),
    )
    stack.deploy(definition)
    plan, _, _ = stack.plan(definition)
    assert actions(plan) == {}
    assert plan.outputs == {"Url": "ref:shop-F"}


def test_what_stays_as_it_is_holds_the_recorded_properties_once(stack: Stack) -> None:
    table = resource("T", TABLE, Keys=["id"])
    secret = Secret("s")
    stack.deploy(define(table, resource("F", FUNCTION, Role=ref("T", "Arn"), Environment={"X": secret})))
    changed = resource("F", FUNCTION, Role=ref("T", "Arn"), Environment={"X": secret}, Memory=512)
    _, desired, _ = stack.plan(define(table, changed))
    assert desired.standing.keys() == {"T"}
    assert desired.standing["T"] is stack.state.resources["T"].properties


def test_an_update_says_what_changed(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Memory=256, Role="r")))
    plan, _, _ = stack.plan(define(resource("F", FUNCTION, Memory=512, Role="s")))
    made = change(plan, "F")
    assert (made.action, made.reason) == (Action.UPDATE, Reason.CHANGED)
    assert made.properties == (PropertyChange("Memory", 256, 512), PropertyChange("Role", "r", "s"))
    assert made.impact.interrupts


def test_what_was_deleted_by_hand_is_created_again_under_its_name(stack: Stack) -> None:
    definition = define(resource("A"), resource("B", Target=ref("A")))
    stack.deploy(define(resource("A")))
    del stack.world.held["shop-A"]
    plan, desired, _ = stack.plan(definition)
    assert (change(plan, "A").action, change(plan, "A").reason) == (Action.CREATE, Reason.GONE)
    assert desired.targets["A"].properties["Name"] == "shop-A"


def test_a_change_by_hand_is_drift(stack: Stack) -> None:
    definition = define(resource("F", FUNCTION, Memory=256))
    stack.deploy(definition)
    held = stack.world.held["shop-F"]
    stack.world.held["shop-F"] = replace(held, properties={**held.properties, "Memory": 999})
    plan, _, _ = stack.plan(definition)
    assert change(plan, "F").reason is Reason.DRIFT
    assert change(plan, "F").properties == (PropertyChange("Memory", 999, 256, drift=True, recorded=256),)


def test_what_a_create_that_was_cut_off_has_not_set_is_nobodys_change(stack: Stack) -> None:
    definition = define(resource("F", FUNCTION, Memory=256))
    stack.deploy(definition)
    stack.state = replace(stack.state, pending={"F": PendingCreate("F", FUNCTION, 0, {"Memory": 256})})
    held = stack.world.held["shop-F"]
    stack.world.held["shop-F"] = replace(held, properties={**held.properties, "Memory": 128})
    plan, _, _ = stack.plan(definition)
    assert change(plan, "F").reason is Reason.UNFINISHED
    assert change(plan, "F").properties == (PropertyChange("Memory", 128, 256),)
    assert plan.drift == ()


def test_an_immutable_property_replaces_and_its_users_follow(stack: Stack) -> None:
    def definition(keys: str) -> Definition:
        return define(
            resource("T", TABLE, Keys=[keys]),
            resource("F", FUNCTION, Environment={"T": ref("T")}),
            resource("V", VERSION, Function=ref("F"), Code="x"),
        )

    stack.deploy(definition("id"))
    plan, desired, _ = stack.plan(definition("key"), "T")
    assert actions(plan) == {"T": Action.REPLACE, "F": Action.UPDATE}
    assert change(plan, "T").reason is Reason.IMMUTABLE
    assert change(plan, "T").impact.data_loss
    assert change(plan, "F").reason is Reason.DEPENDENCY
    assert desired.successors["T"].properties["Name"] == "shop-T-1"


def test_a_user_that_cannot_be_updated_is_replaced_too(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("P", POLICY, Target=ref("A"))))
    plan, _, _ = stack.plan(define(resource("A", Fifo=True), resource("P", POLICY, Target=ref("A"))))
    assert actions(plan) == {"A": Action.REPLACE, "P": Action.REPLACE}
    assert change(plan, "P").reason is Reason.DEPENDENCY


def test_another_type_at_the_same_address_replaces(stack: Stack) -> None:
    stack.deploy(define(resource("A")))
    plan, _, _ = stack.plan(define(resource("A", FUNCTION)))
    assert actions(plan) == {"A": Action.REPLACE}
    assert change(plan, "A").properties[0].path == "Type"


def test_a_given_name_means_that_the_old_one_goes_first(stack: Stack) -> None:
    stack.deploy(define(resource("A", Name="mine")))
    plan, _, _ = stack.plan(define(resource("A", Name="mine", Fifo=True)))
    assert "deleted before" in change(plan, "A").impact.notes[0]
    assert change(plan, "A").impact.interrupts
    renamed, _, _ = stack.plan(define(resource("A", Name="other", Fifo=True)))
    assert "made first" in change(renamed, "A").impact.notes[0]


def test_a_given_name_and_retain_exclude_each_other(stack: Stack) -> None:
    stack.deploy(define(resource("A", Name="mine", policies=RETAIN)))
    plan, _, _ = stack.plan(define(resource("A", Name="mine", Fifo=True, policies=RETAIN)), "*")
    assert [refusal.address for refusal in plan.refusals] == ["A"]
    assert "another name" in plan.refusals[0].sentence


def test_a_generated_name_stays_when_the_rule_that_makes_names_changes(stack: Stack) -> None:
    definition = define(resource("A"))
    stack.deploy(definition)

    class Renaming(World):
        def complete(self, resource: Resource, owner: Owner) -> Properties:
            return {**super().complete(resource, owner), "Name": f"new-style-{owner.address}"}

    stack.world = Renaming(held=stack.world.held)
    assert actions(stack.plan(definition)[0]) == {}


def test_what_left_the_definition_is_deleted_after_its_users(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A")), resource("C", Target=ref("A"))))
    plan, _, _ = stack.plan(define(resource("C")))
    assert actions(plan) == {"C": Action.UPDATE, "A": Action.DELETE, "B": Action.DELETE}
    assert change(plan, "A").reason is Reason.REMOVED
    assert change(plan, "A").dependencies == ("B", "C")


def test_what_is_to_be_kept_is_forgotten(stack: Stack) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["id"], policies=RETAIN)))
    plan, _, _ = stack.plan(define())
    assert actions(plan) == {"T": Action.FORGET}
    assert plan.refusals == ()


def test_what_is_gone_already_is_forgotten_without_a_call(stack: Stack) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["id"])))
    stack.world.held.clear()
    plan, _, _ = stack.plan(None)
    assert (actions(plan), plan.refusals) == ({"T": Action.FORGET}, ())


@pytest.mark.parametrize("allowed", ["", "Other"])
def test_deleting_what_holds_data_is_refused(stack: Stack, allowed: str) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["id"]), resource("A")))
    for definition in (define(resource("A")), None):
        plan, _, _ = stack.plan(definition, allowed)
        assert [(each.address, each.action) for each in plan.refusals] == [("T", Action.DELETE)]
        assert "would destroy the data in it" in plan.refusals[0].sentence


@pytest.mark.parametrize("allowed", ["T", "*"])
def test_naming_it_allows_it(stack: Stack, allowed: str) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["id"])))
    assert stack.plan(define(), allowed)[0].refusals == ()
    assert stack.plan(define(resource("T", TABLE, Keys=["key"])), allowed)[0].refusals == ()


def test_replacing_what_holds_data_is_refused_where_it_was_written(stack: Stack) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["id"])))
    plan, _, _ = stack.plan(define(resource("T", TABLE, Keys=["key"])))
    assert str(plan.refusals[0].location) == "template.yaml:1"


def test_a_snapshot_that_cannot_be_taken_is_refused(stack: Stack) -> None:
    stack.deploy(define(resource("A", policies={"deletion_policy": "Snapshot"})))
    plan, _, _ = stack.plan(None)
    assert "snapshot" in plan.refusals[0].sentence
    assert stack.plan(None, "A")[0].refusals == ()


def test_destroy_needs_nothing_but_state(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A"))))
    plan, _ = plan_destroy(stack.state, {}, World())
    assert actions(plan) == {"A": Action.DELETE, "B": Action.DELETE}
    assert change(plan, "A").reason is Reason.DESTROY
    assert change(plan, "A").dependencies == ("B",)


def test_a_circle_is_named() -> None:
    definition = define(
        resource("A", Target=ref("B")), resource("B", Target=ref("C")), resource("C", Target=ref("A"))
    )
    with pytest.raises(WrongInput, match="→") as caught:
        make_plan(definition, fresh(), {}, World())
    assert {"A", "B", "C"} <= set(caught.value.what.split())
    assert caught.value.code == "definition.cycle"


def test_a_value_that_cannot_be_computed_is_an_error_where_it_was_written() -> None:
    definition = define(resource("A", Target=Deferred("Select", (5, ["only"]))))
    with pytest.raises(WrongInput) as caught:
        make_plan(definition, fresh(), {}, World())
    assert str(caught.value.where) == "template.yaml:1"


def test_an_attribute_that_an_update_may_change_is_not_known(stack: Stack) -> None:
    def definition(memory: int) -> Definition:
        return define(resource("F", FUNCTION, Memory=memory), resource("A", Target=ref("F", "Revision")))

    stack.deploy(definition(256))
    plan, _, _ = stack.plan(definition(512))
    assert change(plan, "A").properties == (PropertyChange("Target", 1, {"$unknown": "F.Revision"}),)


def test_lookups_are_answered_when_planning(stack: Stack) -> None:
    stack.world.lookups["/size"] = "7"
    definition = define(resource("A", Delay=Lookup("ssm", "/size")))
    stack.deploy(definition)
    assert actions(stack.plan(definition)[0]) == {}
    stack.world.lookups["/size"] = "8"
    assert change(stack.plan(definition)[0], "A").properties == (PropertyChange("Delay", "7", "8"),)


def test_a_lookup_is_made_once_for_plan_and_apply(stack: Stack) -> None:
    made: list[Lookup] = []

    def look_up(lookup: Lookup) -> Value:
        made.append(lookup)
        return Secret("from AWS")

    lookup = Lookup("ssm-secure", "/token")
    definition = define(resource("A", Delay=lookup), resource("B", Delay=lookup), Out=lookup)
    plan, desired = make_plan(definition, stack.state, {}, stack.world, look_up=look_up)
    assert made == [lookup]
    assert desired.targets["B"].properties["Delay"] == Secret("from AWS")
    assert "from AWS" not in repr(plan)
    assert "from AWS" not in repr(desired)


def test_a_lookup_that_fails_says_where_it_was_written(stack: Stack) -> None:
    with pytest.raises(Failed) as caught:
        stack.plan(define(resource("A", Delay=Lookup("ssm", "/missing"))))
    assert (caught.value.code, str(caught.value.where)) == ("ParameterNotFound", "template.yaml:1")


def test_without_a_look_at_live_the_recorded_counts(stack: Stack) -> None:
    definition = define(resource("F", FUNCTION, Memory=256, Environment={"X": Secret("s")}))
    stack.deploy(definition)
    plan, _ = make_plan(definition, stack.state, {}, stack.world)
    assert actions(plan) == {}
