"""Functions are evaluated when their arguments are known, as far as they are known."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.errors import WrongInput
from fairway.model.evaluate import apply_function, evaluate, text
from fairway.model.values import Deferred, Lookup, Reference, Secret, Value, is_known

ARN = Reference("Queue", "Arn")
WAITING = Deferred("Join", ("", ["arn is ", ARN]))


def answers(**known: Value) -> Any:
    return lambda reference: known.get(str(reference).replace(".", "_"), reference)


def test_a_deferred_function_is_evaluated_once_its_references_are_known() -> None:
    assert evaluate({"a": [WAITING]}, answers()) == {"a": [WAITING]}
    assert evaluate({"a": [WAITING]}, answers(Queue_Arn="x")) == {"a": ["arn is x"]}


def test_functions_inside_functions_are_evaluated_from_the_inside_out() -> None:
    fifth = Deferred("Select", (5, Deferred("Split", (":", ARN))))
    assert evaluate(fifth, answers(Queue_Arn="arn:aws:sqs:r:1:name")) == "name"


def test_a_lookup_is_made_when_its_key_is_known() -> None:
    lookup = Lookup("secretsmanager", Deferred("Join", ("", [Reference("Secret"), ":SecretString:user"])))
    asked: list[Value] = []

    def look_up(found: Lookup) -> Value:
        asked.append(found.key)
        return Secret("bob")

    assert evaluate(lookup, answers(), look_up) == lookup
    assert asked == []
    assert evaluate([lookup], answers(Secret="arn"), look_up) == [Secret("bob")]
    assert asked == ["arn:SecretString:user"]


def test_a_join_shows_what_is_known_of_it() -> None:
    nested = Deferred("Join", ("", ["b", ARN]))
    assert apply_function("Join", ("-", ["a", 1, nested, True])) == Deferred(
        "Join", ("", ["a-1-b", ARN, "-true"])
    )


def test_a_chosen_item_is_known_although_others_are_not() -> None:
    assert apply_function("Select", (0, ["a", ARN])) == "a"
    assert apply_function("Select", (1, ["a", ARN])) == ARN
    assert apply_function("Select", (0, ARN)) == Deferred("Select", (0, ARN))


@pytest.mark.parametrize(
    ("function", "arguments", "result"),
    [
        ("Join", ("-", [Secret("a"), "b"]), Secret("a-b")),
        ("Split", (",", Secret("a,b")), [Secret("a"), Secret("b")]),
        ("Base64", (Secret("a"),), Secret("YQ==")),
        ("Select", (0, [Secret("a")]), Secret("a")),
    ],
)
def test_what_comes_of_a_secret_is_secret(function: Any, arguments: Any, result: Value) -> None:
    assert apply_function(function, arguments) == result


def test_a_refusal_does_not_show_a_secret() -> None:
    with pytest.raises(WrongInput) as refused:
        apply_function("Cidr", (Secret("hunter2"), 1, 8))
    assert "hunter2" not in f"{refused.value.what} {refused.value.why}"


@pytest.mark.parametrize(
    ("function", "arguments", "code"),
    [
        ("Join", ("-",), "value.join"),
        ("Join", (1, ["a"]), "value.join"),
        ("Join", ("-", "a"), "value.join"),
        ("Join", ("-", [["a"]]), "value.not-text"),
        ("Join", ("-", [{"a": 1}, ARN]), "value.not-text"),
        ("Select", (1, ["a"]), "value.select"),
        ("Select", (-1, ["a"]), "value.select"),
        ("Select", ("x", ["a"]), "value.select"),
        ("Select", (0, "abc"), "value.select"),
        ("Select", (0,), "value.arguments"),
        ("Split", ("", "a"), "value.split"),
        ("Split", (",", ["a"]), "value.not-text"),
        ("Cidr", ("10.0.0.0/24", 3, 7.5), "value.cidr"),
        ("Cidr", ("10.0.0.0/30", 9, 1), "value.cidr"),
        ("Length", ("abc",), "value.length"),
    ],
)
def test_wrong_arguments_are_refused(function: Any, arguments: Any, code: str) -> None:
    with pytest.raises(WrongInput) as refused:
        apply_function(function, arguments)
    assert refused.value.code == code


def test_addresses_are_divided_as_asked() -> None:
    assert apply_function("Cidr", ("10.0.0.0/16", "3", "5")) == [
        "10.0.0.0/27",
        "10.0.0.32/27",
        "10.0.0.64/27",
    ]
    assert apply_function("Cidr", ("2001:db8::/56", 1, 64)) == ["2001:db8::/64"]


@pytest.mark.parametrize(("value", "written"), [(True, "true"), (1, "1"), (1.5, "1.5"), ("a", "a")])
def test_scalars_are_written_as_cloudformation_writes_them(value: Value, written: str) -> None:
    assert text(value) == written


@given(st.lists(st.text(alphabet="ab", min_size=1)), st.sampled_from([",", "::"]))
def test_split_undoes_join(parts: list[str], separator: str) -> None:
    joined = apply_function("Join", (separator, parts))
    assert apply_function("Split", (separator, joined)) == (parts or [""])


@given(st.text())
def test_base64_can_be_read_back(value: str) -> None:
    assert base64.b64decode(str(apply_function("Base64", (value,)))).decode() == value


LEAVES = st.one_of(
    st.text(max_size=4), st.integers(), st.booleans(), st.just(ARN), st.builds(Secret, st.text(max_size=3))
)
PARTS = st.lists(LEAVES, max_size=5)


@given(st.text(alphabet="-:", max_size=2), PARTS, st.text(max_size=3))
def test_joining_early_gives_what_joining_late_gives(separator: str, parts: list[Value], arn: str) -> None:
    early = evaluate(apply_function("Join", (separator, parts)), answers(Queue_Arn=arn))
    late = apply_function("Join", (separator, [arn if part == ARN else part for part in parts]))
    assert early == late
    assert is_known(late)


TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(TREES)
def test_a_value_without_functions_stays_as_it_is(value: Value) -> None:
    before = json.dumps(value, default=repr)
    assert evaluate(value, answers()) == value
    assert json.dumps(value, default=repr) == before
