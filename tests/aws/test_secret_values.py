"""A secret goes to AWS and nowhere else: not into attributes, which are recorded, nor into errors."""

from __future__ import annotations

import pytest
from tests.aws.world import World

from fairway.aws.calls import quiet
from fairway.model.errors import Failed
from fairway.model.sealing import seal
from fairway.model.state import ResourceState
from fairway.model.values import Properties, Secret

KIND = "AWS::SSM::Parameter"
HUSH = "hush-hush-9"


def test_a_secret_value_is_no_attribute(world: World) -> None:
    given: Properties = {"Type": "String", "Value": Secret(HUSH)}
    wanted = world.completed(KIND, given, "Hidden")
    made = world.cloud.create(KIND, wanted, world.owner("Hidden"), quiet)
    recorded = {name: seal(value, "key") for name, value in wanted.items()}
    read = world.cloud.read_all([ResourceState("Hidden", KIND, made.identifier, properties=recorded)])[
        "Hidden"
    ]
    assert read is not None
    assert read.properties["Value"] == HUSH
    assert HUSH not in str(made.attributes) + str(read.attributes)
    changed = {**wanted, "Value": Secret(HUSH + "0")}
    updated = world.cloud.update(KIND, read, wanted, changed, frozenset({"Value"}), quiet)
    assert HUSH not in str(updated.attributes)


def test_a_secret_that_aws_refuses_is_not_in_the_error(world: World) -> None:
    given: Properties = {"Name": f"/bad name/{HUSH}", "Type": HUSH, "Value": Secret(HUSH)}
    with pytest.raises(Failed) as caught:
        world.create(KIND, given, "Refused")
    assert HUSH not in f"{caught.value} {caught.value.why} {caught.value.__context__}"
