"""A change of code is one call, and the live code is proved to be what was built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.aws.world import Counted, World

from fairway.aws.calls import quiet
from fairway.model.errors import Failed
from fairway.model.values import Artifact

FUNCTION = "AWS::Lambda::Function"


def function(world: World, code: Artifact) -> Mapping[str, Any]:
    return {"Role": world.role, "Runtime": "python3.11", "Handler": "app.handler", "Code": code}


def test_new_code_is_one_call_and_no_read(world: World) -> None:
    before = world.completed(FUNCTION, function(world, world.artifact("one")), "OneCall")
    live = world.cloud.create(FUNCTION, before, world.owner("OneCall"), quiet)
    code = world.artifact("two")
    with Counted(world) as sent:
        updated = world.cloud.update(
            FUNCTION, live, before, {**before, "Code": code}, frozenset({"Code"}), quiet
        )
    assert sent.all == {"lambda.UpdateFunctionCode": 1}
    assert updated.properties["Code"] == code
    read = world.cloud.read(FUNCTION, live.identifier, before)
    assert read is not None
    assert read.properties["Code"] == Artifact(code.digest)


def test_a_function_is_one_call_and_no_read_when_aws_says_it_is_active(world: World) -> None:
    properties = world.completed(FUNCTION, function(world, world.artifact("new")), "OneCreate")
    with Counted(world) as sent:
        world.cloud.create(FUNCTION, properties, world.owner("OneCreate"), quiet)
    assert sent.all == {"lambda.CreateFunction": 1}


def test_code_other_than_what_was_built_is_an_error(world: World) -> None:
    """The zip changed under our hands after it was hashed."""
    code = world.artifact("three")
    lie = Artifact("0" * 64, code.path, code.size)
    with pytest.raises(Failed) as caught:
        world.create(FUNCTION, function(world, lie), "Stale")
    assert caught.value.code == "lambda.stale-code"


def test_code_and_configuration_go_one_after_the_other(world: World) -> None:
    before = world.completed(FUNCTION, function(world, world.artifact("one")), "Both")
    live = world.cloud.create(FUNCTION, before, world.owner("Both"), quiet)
    after = {**before, "Code": world.artifact("two"), "Timeout": 9}
    with Counted(world) as sent:
        world.cloud.update(FUNCTION, live, before, after, frozenset({"Code", "Timeout"}), quiet)
    assert list(sent.writes) == ["lambda.UpdateFunctionCode", "lambda.UpdateFunctionConfiguration"]
