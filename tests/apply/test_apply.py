"""What an apply does to the cloud, to state and to the stream of events."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from threading import Event as Flag
from typing import Any

import pytest
from tests.world import (
    FUNCTION,
    POLICY,
    TABLE,
    VERSION,
    Notebook,
    Stack,
    World,
    actions,
    define,
    failing,
    ref,
    resource,
    works,
)

from fairway.model.errors import Failed, WrongInput
from fairway.model.events import (
    ApplyStarted,
    OperationFailed,
    OperationFinished,
    OperationSkipped,
    OperationStarted,
    Warned,
)
from fairway.model.graph import Definition, Output
from fairway.model.plan import Action
from fairway.model.state import OutputState
from fairway.model.values import Artifact, Lookup, Secret


@pytest.fixture
def stack() -> Stack:
    return Stack()


def finished(stack: Stack) -> list[tuple[str, Action]]:
    return [(each.address, each.action) for each in stack.events if isinstance(each, OperationFinished)]


def test_references_are_answered_by_what_was_just_created(stack: Stack) -> None:
    outcome = stack.deploy(define(resource("B", Target=ref("A", "Arn")), resource("A"), Url=ref("B", "Arn")))
    assert outcome.complete
    assert stack.world.held["shop-B"].properties["Target"] == "ref:shop-A"
    assert stack.state.outputs == {"Url": OutputState("ref:shop-B")}
    assert finished(stack) == [("A", Action.CREATE), ("B", Action.CREATE)]
    assert stack.events[0].at > 1e9
    assert isinstance(stack.events[0], ApplyStarted)


def test_state_says_what_is_there(stack: Stack) -> None:
    stack.deploy(
        define(
            resource("A"),
            resource(
                "F",
                FUNCTION,
                depends_on=("A",),
                Code=Artifact("aa" * 32),
                policies={"deletion_policy": "Retain"},
            ),
        )
    )
    held = stack.state.resources["F"]
    assert (held.identifier, held.ref, held.dependencies) == ("shop-F", "ref:shop-F", ("A",))
    assert held.properties["Code"] == {"$artifact": "aa" * 32}
    assert held.attributes["Arn"] == "ref:shop-F"
    assert held.deletion_policy == "Retain"
    assert (stack.state.pending, stack.state.leftovers) == ({}, ())


def test_a_second_deploy_makes_no_call_and_writes_nothing(stack: Stack) -> None:
    definition = define(resource("A"), resource("F", FUNCTION, Role=ref("A")), Url=ref("F", "Revision"))
    stack.deploy(definition)
    stack.world.calls.clear()
    before = stack.saves
    stack.deploy(definition)
    assert (stack.world.calls, stack.saves, stack.events) == ([], before, [])


def test_what_needs_no_operation_is_still_recorded_as_the_definition_has_it(stack: Stack) -> None:
    stack.deploy(define(resource("A"), Old=ref("A")))
    stack.world.calls.clear()
    stack.deploy(define(resource("A", policies={"deletion_policy": "Retain"}), New=ref("A")))
    assert stack.state.resources["A"].deletion_policy == "Retain"
    assert set(stack.state.outputs) == {"New"}
    assert stack.world.calls == []


def test_an_update_sends_only_what_changed(stack: Stack) -> None:
    sent: list[frozenset[str]] = []

    class Watched(World):
        def update(self, *args):  # type: ignore[no-untyped-def]
            sent.append(args[4])
            return super().update(*args)

    stack.world = Watched()
    stack.deploy(define(resource("F", FUNCTION, Memory=256, Hidden="a")))
    stack.deploy(define(resource("F", FUNCTION, Memory=512, Hidden="a")))
    stack.deploy(define(resource("F", FUNCTION, Memory=512, Hidden="b")))
    stack.deploy(define(resource("F", FUNCTION, Hidden="b")))
    assert sent == [{"Memory"}, {"Hidden"}, {"Memory"}]
    assert "Memory" not in stack.state.resources["F"].properties


def test_a_replacement_comes_before_its_users_and_the_old_one_goes_last(stack: Stack) -> None:
    def definition(fifo: bool) -> Definition:
        return define(
            resource("A", Fifo=fifo), resource("B", Target=ref("A")), resource("C", Target=ref("B"))
        )

    stack.deploy(definition(False))
    stack.world.calls.clear()
    assert stack.deploy(definition(True)).complete
    assert stack.world.calls == [("create", "A"), ("update", "B"), ("delete", "A")]
    assert set(stack.world.held) == {"shop-A-1", "shop-B", "shop-C"}
    assert stack.state.resources["A"].generation == 1
    assert stack.state.leftovers == ()


def test_a_given_name_is_freed_first(stack: Stack) -> None:
    stack.deploy(define(resource("A", Name="mine")))
    stack.world.calls.clear()
    assert stack.deploy(define(resource("A", Name="mine", Fifo=True))).complete
    assert stack.world.calls == [("delete", "A"), ("create", "A")]
    assert stack.world.held["mine"].properties["Fifo"] is True


def test_a_one_and_only_is_replaced_by_deleting_first(stack: Stack) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("P", POLICY, Target=ref("A"), Document="{}"))

    stack.deploy(definition(False))
    assert stack.deploy(definition(True)).complete
    assert set(stack.world.held) == {"shop-A-1", "policy P of ref:shop-A-1"}


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_a_replaced_resource_that_is_to_be_kept_stays(stack: Stack, policy: str) -> None:
    retain = {"update_replace_policy": policy}
    stack.deploy(define(resource("A", policies=retain)))
    stack.deploy(define(resource("A", Fifo=True, policies=retain)))
    assert set(stack.world.held) == {"shop-A", "shop-A-1"}
    assert stack.state.leftovers == ()


def test_when_a_user_fails_the_old_one_stays_until_the_next_deploy(stack: Stack) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("B", Target=ref("A")))

    stack.deploy(definition(False))
    stack.world.fault = failing("update", "B")
    outcome = stack.deploy(definition(True))
    assert [each.address for each in outcome.failures] == ["B"]
    assert [(each.address, each.because) for each in outcome.skipped] == [("A", "B")]
    assert [held.identifier for held in stack.state.leftovers] == ["shop-A"]
    stack.world.fault = works
    assert stack.deploy(definition(True)).complete
    assert set(stack.world.held) == {"shop-A-1", "shop-B"}
    assert stack.state.leftovers == ()


def test_a_replacement_that_turns_out_unneeded_is_not_made(stack: Stack) -> None:
    definition = define(
        resource("F", FUNCTION, Name="f", Role="r"), resource("V", VERSION, Function=ref("F"), Code="x")
    )
    stack.deploy(definition)
    version = stack.state.resources["V"].identifier
    del stack.world.held["f"]
    plan, _, _ = stack.plan(definition)
    assert actions(plan) == {"F": Action.CREATE, "V": Action.REPLACE}
    assert stack.deploy(definition).complete
    assert finished(stack) == [
        ("F", Action.CREATE),
        ("V", Action.UNCHANGED),
        ("V", Action.UNCHANGED),
    ]
    assert stack.state.resources["V"].identifier == version


def test_deletes_go_against_the_dependencies(stack: Stack) -> None:
    chain = [resource("A"), *(resource(b, Target=ref(a)) for a, b in pairwise("ABCD"))]
    stack.deploy(define(*chain))
    stack.world.calls.clear()
    assert stack.deploy(None).complete
    assert stack.world.calls == [("delete", address) for address in "DCBA"]
    assert (stack.world.held, stack.state.resources, stack.state.outputs) == ({}, {}, {})


def test_deleting_waits_for_users_that_let_go(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A"))))
    stack.world.calls.clear()
    assert stack.deploy(define(resource("B", Delay=1))).complete
    assert stack.world.calls == [("update", "B"), ("delete", "A")]


def test_what_was_recorded_in_a_circle_is_deleted_all_the_same(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B")))
    resources = {
        address: replace(stack.state.resources[address], dependencies=(other,))
        for address, other in (("A", "B"), ("B", "A"))
    }
    stack.state = replace(stack.state, resources=resources)
    assert stack.deploy(None).complete
    assert stack.world.held == {}


def test_one_failure_stops_only_what_depends_on_it(stack: Stack) -> None:
    stack.world.fault = failing("create", "B")
    outcome = stack.deploy(
        define(
            resource("A"),
            resource("B", Target=ref("A")),
            resource("C", Target=ref("B")),
            resource("D", Target=ref("C")),
            resource("E", Target=ref("A")),
            Good=ref("E"),
            Bad=ref("C"),
        )
    )
    assert set(stack.state.resources) == {"A", "E"}
    assert [(each.address, each.code, each.message) for each in outcome.failures] == [
        ("B", "Broken", "B is broken")
    ]
    assert [(each.address, each.because) for each in outcome.skipped] == [("C", "B"), ("D", "B")]
    assert set(stack.state.outputs) == {"Good"}
    assert not outcome.interrupted
    assert [each for each in stack.events if isinstance(each, OperationFailed | OperationSkipped)] == [
        *outcome.failures,
        *outcome.skipped,
    ]


def test_every_operation_that_starts_ends(stack: Stack) -> None:
    stack.world.fault = failing("create", "B")
    stack.deploy(define(resource("A"), resource("B"), resource("C", Target=ref("B"))))
    started = [(each.address, each.action) for each in stack.events if isinstance(each, OperationStarted)]
    ended = [
        (each.address, each.action)
        for each in stack.events
        if isinstance(each, OperationFinished | OperationFailed)
    ]
    assert sorted(started) == sorted(ended)


def test_a_mistake_of_our_own_is_told_with_a_code_and_a_place(stack: Stack) -> None:
    stack.world.fault = failing("create", "A", error=ZeroDivisionError("oh"))
    outcome = stack.deploy(define(resource("A"), resource("B")))
    failure = outcome.failures[0]
    assert failure.code == "internal.error"
    assert failure.message.startswith("ZeroDivisionError: oh (world.py:")
    assert set(stack.state.resources) == {"B"}


def test_an_error_keeps_its_request_id(stack: Stack) -> None:
    error = Failed("AccessDenied", "no", next="ask")
    error.request_id = "r-1"  # type: ignore[attr-defined]
    stack.world.fault = failing("create", "A", error=error)
    failure = stack.deploy(define(resource("A"))).failures[0]
    assert (failure.code, failure.request_id, failure.next) == ("AccessDenied", "r-1", "ask")


def test_no_secret_is_written_anywhere(stack: Stack) -> None:
    secret = Secret("s3cr3t-v4lue")
    stack.world.fault = failing("create", "B", error=ValueError("bad Environment: s3cr3t-v4lue"))
    definition = define(
        resource("A", FUNCTION, Environment={"TOKEN": secret}),
        resource("B", FUNCTION, Hidden=secret),
        Out=secret,
    )
    stack.deploy(definition)
    assert stack.world.held["shop-A"].properties["Environment"] == {"TOKEN": secret}
    assert "s3cr3t-v4lue" not in repr(stack.state)
    assert "s3cr3t-v4lue" not in repr(stack.events)
    assert isinstance(stack.state.outputs["Out"].value, dict)


def test_a_changed_secret_is_an_update(stack: Stack) -> None:
    stack.deploy(define(resource("A", FUNCTION, Environment={"TOKEN": Secret("one")})))
    stack.deploy(define(resource("A", FUNCTION, Environment={"TOKEN": Secret("two")})))
    assert finished(stack) == [("A", Action.UPDATE)]


def test_an_attribute_that_does_not_exist_is_an_error_of_its_user(stack: Stack) -> None:
    outcome = stack.deploy(define(resource("A"), resource("B", Target=ref("A", "Nonsense"))))
    assert [(each.address, each.code) for each in outcome.failures] == [("B", "reference.unresolved")]


def test_an_output_that_cannot_be_looked_up_is_a_warning(stack: Stack) -> None:
    definition = define(resource("A"))
    outputs = {"Size": Output("Size", Lookup("ssm", "/size"))}
    plan, desired, state = stack.plan(definition)
    desired = replace(desired, outputs=outputs)
    outcome = stack.apply(plan, desired, state)
    assert outcome.complete
    assert [each.finding.code for each in stack.events if isinstance(each, Warned)] == ["ParameterNotFound"]


def test_exports_are_recorded_under_their_names(stack: Stack) -> None:
    definition = replace(
        define(resource("A")), outputs={"Arn": Output("Arn", ref("A", "Arn"), "the queue", "shop-arn")}
    )
    stack.deploy(definition)
    assert stack.state.outputs == {"Arn": OutputState("ref:shop-A", "the queue", "shop-arn")}


def test_a_plan_with_refusals_is_not_carried_out(stack: Stack) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["id"])))
    with pytest.raises(WrongInput) as caught:
        stack.deploy(None, "Other")
    assert caught.value.code == "plan.refused"
    assert set(stack.world.held) == {"shop-T"}


def test_a_plan_made_against_another_state_is_not_carried_out(stack: Stack) -> None:
    plan, desired, state = stack.plan(define(resource("A")))
    with pytest.raises(Failed) as caught:
        stack.apply(plan, desired, replace(state, serial=7))
    assert caught.value.code == "plan.stale"


def test_asked_to_stop_it_finishes_what_is_under_way_and_starts_nothing(stack: Stack) -> None:
    stop = Flag()

    def fault(moment: str, address: str) -> None:
        if moment == "create" and address == "B":
            stop.set()

    stack.world.fault = fault
    chain = [resource("A"), *(resource(b, Target=ref(a)) for a, b in pairwise("ABCD"))]
    outcome = stack.deploy(define(*chain), stop=stop)
    assert outcome.interrupted
    assert not outcome.complete
    assert set(stack.state.resources) == set("AB")
    assert [(each.address, each.because) for each in outcome.skipped] == [("C", ""), ("D", "")]
    stack.world.fault = works
    assert stack.deploy(define(*chain)).complete


class Full(Notebook):
    """A journal that has room for so many writes; it finds out `when` that is set."""

    def __init__(self, room: int = 0) -> None:
        super().__init__()
        self.room = room
        self.when = Flag()

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        if self.appends == self.room:
            self.when.wait(5)
            raise OSError("No space left on device")
        super().append(lines)


def test_when_the_journal_cannot_be_written_nothing_is_created() -> None:
    journal = Full()
    journal.when.set()
    stack = Stack(journal=journal)
    with pytest.raises(Failed) as caught:
        stack.deploy(define(resource("A"), resource("B")))
    assert (caught.value.code, caught.value.why) == ("state.not-written", "No space left on device")
    assert stack.world.calls == []


def test_when_the_journal_cannot_be_written_any_more_nothing_more_is_begun() -> None:
    journal = Full(room=1)
    stack = Stack(journal=journal)

    def fault(moment: str, address: str) -> None:
        if (moment, address) == ("create", "B"):  # A's end is being written now
            journal.when.set()
            time.sleep(0.05)

    stack.world.fault = fault
    definition = define(resource("A"), resource("B", Target=ref("A")), resource("C", Target=ref("B")))
    outcome = stack.deploy(definition, gather=0)
    assert outcome.trouble is not None
    assert outcome.trouble.code == "state.not-written"
    assert (outcome.complete, outcome.interrupted) == (False, False)
    assert set(stack.world.held) == {"shop-A", "shop-B"}, "what was under way is finished"
    assert set(stack.state.resources) == {"A", "B"}
    assert stack.state.pending == {}


def test_a_deploy_takes_as_long_as_its_longest_chain() -> None:
    """Five calls of 200 ms in a row, forty beside them; the best of several tries counts."""
    chain = [resource("A"), *(resource(b, Target=ref(a)) for a, b in pairwise("ABCDE"))]
    definition = define(*chain, *(resource(f"S{number}") for number in range(40)))

    def makespan() -> float:
        stack = Stack(World(take=lambda _verb: time.sleep(0.2)))
        plan, desired, state = stack.plan(definition)
        started = time.monotonic()
        assert stack.apply(plan, desired, state).complete
        return time.monotonic() - started

    assert any(makespan() < 1 * 1.15 for _ in range(10))
