"""Values go into items of DynamoDB and come out of them."""

from __future__ import annotations

import pytest

from fairway.aws.attributes import attribute, value_of
from fairway.model.values import Json


@pytest.mark.parametrize("value", ["", 0, -2, 1.25, True, None, [1, ["x"]], {"a": {"b": []}}])
def test_a_value_goes_to_dynamodb_and_back_as_it_is(value: Json) -> None:
    assert value_of(attribute(value)) == value
    assert type(value_of(attribute(value))) is type(value)
