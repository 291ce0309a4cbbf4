"""Values that mean the same to AWS are no difference, others are."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.aws.provider import Traits
from fairway.model.sealing import seal
from fairway.model.values import Artifact, Json, Reference, Secret
from fairway.plan.meaning import Meaning

FUNCTION = Traits(
    "AWS::Lambda::Function",
    unordered=frozenset({"Layers", "VpcConfig.SubnetIds", "ByName.*.Ports"}),
    documents=frozenset({"Policy", "Policies.*.Document"}),
    times=frozenset({"Start"}),
)
MEANING = Meaning(FUNCTION, key="k")
DIGEST = "ab" * 32


def same(wanted: Json, actual: Json, *path: str | int) -> bool:
    return MEANING.same(wanted, actual, path or ("Anything",))


@pytest.mark.parametrize(
    ("wanted", "actual"),
    [("5", 5), (5, "5"), (5, 5.0), (True, "true"), ("false", False), ("True", True)],
)
def test_numbers_and_truth_values_may_be_written_as_text(wanted: Json, actual: Json) -> None:
    assert same(wanted, actual)


@pytest.mark.parametrize(
    ("wanted", "actual"),
    [("5", 6), ("True", "true"), ("a", "A"), (True, "yes"), ("1", True), (["a"], "a"), ({"a": 1}, "a")],
)
def test_other_values_differ(wanted: Json, actual: Json) -> None:
    assert not same(wanted, actual)


@pytest.mark.parametrize("text", ["2030-01-01T00:00:00.000Z", "2030-01-01T01:00:00+01:00", "2030-01-01"])
def test_a_time_may_be_written_in_any_zone_and_precision(text: str) -> None:
    assert same(text, "2030-01-01T00:00:00+00:00", "Start")
    assert not same(text, "2030-01-01T00:00:01+00:00", "Start")
    assert not same(text, "2030-01-01T00:00:00+00:00", "Description")


@pytest.mark.parametrize("text", ["", "soon", "2030-13-01T00:00:00Z"])
def test_what_is_no_time_is_compared_as_text(text: str) -> None:
    assert same(text, text, "Start")
    assert not same(text, "2030-01-01T00:00:00+00:00", "Start")


def test_the_order_of_a_list_counts_unless_it_is_a_set() -> None:
    assert not same(["a", "b"], ["b", "a"], "Handlers")
    assert same(["a", "b"], ["b", "a"], "Layers")
    assert same({"SubnetIds": ["a", "b"]}, {"SubnetIds": ["b", "a"]}, "VpcConfig")
    assert not same(["a", "a"], ["a", "b"], "Layers")
    assert same({"x": {"Ports": [1, 2]}}, {"x": {"Ports": [2, 1]}}, "ByName")


def test_a_change_inside_a_set_shows_where_it_is() -> None:
    traits = Traits("Test::Any::Role", unordered=frozenset({"Policies"}))
    one: Json = {"Name": "one", "Age": 1}
    two: Json = {"Name": "two", "Age": 2}
    new: Json = {"Name": "two", "Age": 3}
    found = list(Meaning(traits, "k").differences([one, new], [two, one], [one, two], ("Policies",)))
    assert [(each.path, each.wanted, each.actual) for each in found] == [(("Policies", 1, "Age"), 3, 2)]


def test_keys_that_live_adds_to_an_object_of_the_schema_are_tolerated() -> None:
    assert same({"SubnetIds": ["a"]}, {"SubnetIds": ["a"], "Ipv6AllowedForDualStack": True}, "VpcConfig")
    assert not same({"SubnetIds": ["a"]}, {"SecurityGroupIds": ["b"]}, "VpcConfig")


def test_free_form_maps_must_be_equal() -> None:
    wanted, actual = {"Variables": {"A": "1"}}, {"Variables": {"A": "1", "B": "2"}}
    found = list(MEANING.differences(wanted, actual, wanted, ("Environment",)))
    assert [(each.path, each.wanted, each.actual) for each in found] == [
        (("Environment", "Variables", "B"), None, "2")
    ]


def test_a_key_that_the_definition_dropped_is_reset() -> None:
    wanted, actual = {"SubnetIds": ["a"]}, {"SubnetIds": ["a"], "SecurityGroupIds": ["b"]}
    found = list(MEANING.differences(wanted, actual, actual, ("VpcConfig",)))
    assert [(each.path, each.wanted) for each in found] == [(("VpcConfig", "SecurityGroupIds"), None)]


def test_what_aws_leaves_out_because_it_is_empty_is_no_difference() -> None:
    assert same({"SubnetIds": [], "Ipv6AllowedForDualStack": False}, {}, "VpcConfig")


def test_tags_are_a_set_by_key_without_those_of_aws() -> None:
    wanted = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    actual = [wanted[1], {"Key": "aws:cloudformation:stack", "Value": "x"}, wanted[0]]
    assert same(wanted, actual, "Tags")
    assert same(wanted, {"a": "1", "b": "2"}, "Tags")
    assert not same(wanted, [wanted[0]], "Tags")
    assert not same([wanted[0]], wanted, "Tags")


POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "arn:aws:s3:::b/*",
            "Condition": {"Bool": {"aws:SecureTransport": True}},
        },
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["x", "y"]},
    ],
}


def variant(**changes: Any) -> str:
    """The policy as text, its statements turned round, the allowing one changed."""
    allow, deny = POLICY["Statement"]
    return json.dumps({**POLICY, "Statement": [deny, {**allow, **changes}]})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Action": ["s3:putobject", "s3:GetObject"]},
        {"Principal": {"AWS": ["123456789012"]}},
        {"Resource": ["arn:aws:s3:::b/*"]},
        {"Condition": {"Bool": {"aws:SecureTransport": ["true"]}}},
    ],
)
def test_policies_that_mean_the_same(changes: dict[str, Any]) -> None:
    assert same(POLICY, variant(**changes), "Policy")
    assert same([{"Document": POLICY}], [{"Document": variant(**changes)}], "Policies")


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Action": ["s3:GetObject"]},
        {"Principal": {"AWS": "210987654321"}},
        {"Principal": "*"},
        {"Resource": "arn:aws:s3:::b"},
        {"Condition": {}},
    ],
)
def test_policies_that_do_not(changes: dict[str, Any]) -> None:
    assert not same(POLICY, variant(**changes), "Policy")


def test_everybody_can_be_written_in_two_ways() -> None:
    one: Json = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}}
    other: Json = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sqs:*"]}]}
    assert same(one, other, "Policy")


def test_artifacts_are_compared_by_digest() -> None:
    artifact = seal(Artifact(DIGEST), "k")
    assert same(artifact, seal(Artifact(DIGEST, "/elsewhere.zip", 5), "k"))
    assert same(artifact, base64.b64encode(bytes.fromhex(DIGEST)).decode())
    assert not same(artifact, seal(Artifact("cd" * 32), "k"))


def test_secrets_are_compared_by_keyed_hash() -> None:
    secret = seal(Secret("hunter2"), "k")
    assert same(secret, "hunter2")
    assert not same(secret, "hunter3")
    assert not same(secret, seal(Secret("hunter2"), "another key"))


def test_what_is_unknown_may_always_differ() -> None:
    unknown = seal({"A": Reference("Queue", "Arn")}, "k")
    assert not same(unknown, {"A": "arn:x"})


jsons = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(jsons)
def test_everything_means_the_same_as_itself(value: Json) -> None:
    for path in (("Anything",), ("Layers",), ("Policy",), ("Tags",), ("Environment", "Variables")):
        assert MEANING.same(value, json.loads(json.dumps(value)), path)


@given(st.lists(jsons, max_size=5), st.randoms())
def test_a_set_is_the_same_in_any_order(items: list[Json], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert same(items, shuffled, "Layers")
