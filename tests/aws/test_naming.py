"""Generated names: within AWS's rules, the same every time, different for different things."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fairway.aws.catalogue.declaration import Naming
from fairway.aws.catalogue.find import resource_type
from fairway.aws.catalogue.naming import generated_name
from fairway.aws.provider import Owner

PLACE = "123456789012/eu-west-1"
OWNER = Owner("rays", "dev", "Converter")
FUNCTION = Naming("FunctionName", 64)
words = st.text(min_size=1, max_size=120)
owners = st.builds(Owner, words, words, words, st.integers(0, 9))


def name(naming: Naming, owner: Owner, **properties: object) -> str:
    return generated_name(naming, owner, PLACE, "AWS::Test::Thing", properties)  # type: ignore[arg-type]


def test_a_name_tells_stack_and_address() -> None:
    assert re.fullmatch(r"rays-Converter-[a-z2-7]{8}", name(FUNCTION, OWNER))


@given(owners)
def test_names_keep_to_the_rules_and_to_themselves(owner: Owner) -> None:
    bucket = resource_type("AWS::S3::Bucket").naming
    assert bucket is not None
    found = name(bucket, owner)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", found)
    assert found == name(bucket, owner)
    assert len(name(FUNCTION, owner)) <= 64


@given(owners)
def test_a_replacement_and_another_environment_get_another_name(owner: Owner) -> None:
    others = [
        replace(owner, generation=owner.generation + 1),
        replace(owner, environment=owner.environment + "x"),
    ]
    assert name(FUNCTION, owner) not in [name(FUNCTION, other) for other in others]


def test_a_suffix_that_aws_demands_is_added() -> None:
    queue = resource_type("AWS::SQS::Queue").naming
    assert queue is not None
    assert name(queue, OWNER, FifoQueue=True).endswith(".fifo")
    assert not name(queue, OWNER, FifoQueue="false").endswith(".fifo")
    assert len(name(queue, replace(OWNER, stack="s" * 99), FifoQueue=True)) == 80
