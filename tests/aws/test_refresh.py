"""A refresh reads everything at once: in batches where AWS has them, and never twice."""

from __future__ import annotations

from tests.aws.world import Counted, World

from fairway.aws.provider import Live
from fairway.model.sealing import seal
from fairway.model.state import ResourceState
from fairway.model.values import Properties

PARAMETER, PERMISSION, QUEUE = "AWS::SSM::Parameter", "AWS::Lambda::Permission", "AWS::SQS::Queue"


def state(kind: str, address: str, live: Live, properties: Properties) -> ResourceState:
    sealed = {name: seal(value, "key") for name, value in properties.items()}
    return ResourceState(address, kind, live.identifier, live.ref, sealed, live.attributes)


def made(world: World, kind: str, address: str, given: Properties) -> ResourceState:
    properties = world.completed(kind, given, address)
    return state(kind, address, world.once(address, kind, given), properties)


def test_parameters_are_read_ten_at_a_time(world: World) -> None:
    states = [made(world, PARAMETER, f"P{n}", {"Type": "String", "Value": f"v{n}"}) for n in range(12)]
    gone = ResourceState("Gone", PARAMETER, "/not/there")
    with Counted(world) as sent:
        live = world.cloud.read_all([*states, gone])
    assert sent.all["ssm.GetParameters"] == 2
    assert sent.all["ssm.GetParameter"] == 1, "what is gone is asked for by itself"
    assert {address: found.properties["Value"] for address, found in live.items() if found} == {
        f"P{n}": f"v{n}" for n in range(12)
    }
    assert live["Gone"] is None


def test_a_policy_that_many_share_is_read_once(world: World) -> None:
    given = {
        "FunctionName": world.function.identifier,
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    }
    states = [made(world, PERMISSION, f"Allow{n}", given) for n in range(5)]
    with Counted(world) as sent:
        live = world.cloud.read_all(states)
    assert sent.all == {"lambda.GetPolicy": 1}
    assert all(live.values())


def test_what_is_gone_is_told_apart_from_what_is_there(world: World) -> None:
    here = made(world, QUEUE, "Here", {})
    gone = ResourceState("Gone", QUEUE, here.identifier + "-not")
    live = world.cloud.read_all([here, gone])
    assert live["Here"] is not None
    assert live["Gone"] is None
