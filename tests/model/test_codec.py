"""What is stored of a value comes back as it was, but for the text of secrets."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fairway.model.codec import decode_value, encode_value
from fairway.model.values import Artifact, Deferred, Lookup, Reference, Secret, Value

NAMES = st.sampled_from(["Name", "$reference", "$deferred", "$lookup", "$literal", "$artifact", "$ref"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.builds(Reference, st.sampled_from(["Table", "Queue"]), st.sampled_from(["", "Arn"])),
    st.builds(Artifact, st.just("ab" * 32)),
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=2),
        st.builds(lambda *parts: Deferred("Join", parts), inner, inner),
        st.builds(Lookup, st.just("ssm"), inner),
    ),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Value) -> None:
    stored = json.loads(json.dumps(encode_value(value, "key")))
    assert decode_value(stored) == value


def test_a_secret_is_stored_as_its_hash_and_stays_sealed() -> None:
    stored = encode_value({"Password": Secret("hunter2")}, "key")
    assert "hunter2" not in json.dumps(stored)
    assert encode_value(decode_value(stored), "key") == stored
