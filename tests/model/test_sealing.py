"""What is stored or shown holds no secret, yet says when one has changed."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fairway.model.sealing import describe_unknown, is_sealed_secret, seal, unseal
from fairway.model.values import Artifact, Asset, Deferred, Lookup, Reference, Secret

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_values_come_back_as_they_were(value: object) -> None:
    sealed = seal(value, "key")  # type: ignore[arg-type]
    assert unseal(json.loads(json.dumps(sealed))) == value


@given(st.text(min_size=4), st.text(min_size=1))
def test_a_secret_cannot_be_read_and_its_change_can_be_seen(secret: str, key: str) -> None:
    sealed = seal({"password": Secret(secret)}, key)
    assert sealed == seal({"password": Secret(secret)}, key)
    assert sealed != seal({"password": Secret(f"{secret}!")}, key)
    assert sealed != seal({"password": Secret(secret)}, f"{key}!")
    assert isinstance(sealed, dict)
    assert is_sealed_secret(sealed["password"])
    assert len(sealed["password"]["$secret"]) == 64


def test_an_artifact_is_its_digest() -> None:
    assert seal([Artifact("ab" * 32, path="/somewhere", size=3)], "") == [{"$artifact": "ab" * 32}]
    assert unseal({"$artifact": "ab" * 32}) == Artifact("ab" * 32)


def test_what_is_unknown_says_what_it_waits_for() -> None:
    reference = Reference("Queue", "Arn")
    assert seal(reference, "") == {"$unknown": "Queue.Arn"}
    assert seal(Deferred("Join", ("", ["a", reference])), "") == {"$unknown": "Queue.Arn"}
    assert describe_unknown(Lookup("ssm", "/a/b")) == "ssm /a/b"
    assert describe_unknown(Lookup("ssm", Deferred("Join", ("", ["/", reference])))) == "Queue.Arn"
    assert describe_unknown(Asset("function", "Handler", "/src", "python3.12")) == "the build of Handler"
