"""Values know what they wait for, and secrets keep to themselves."""

from __future__ import annotations

from typing import get_args

from fairway.model.location import Location
from fairway.model.values import (
    Asset,
    Deferred,
    Lookup,
    LookupKind,
    Reference,
    Secret,
    Value,
    is_known,
    references,
    rewrite,
    walk,
)

TABLE, QUEUE = Reference("Table"), Reference("Queue", "Arn")
VALUE: Value = {
    "a": [TABLE, "text", Lookup("ssm", Deferred("Join", ("", ["/", QUEUE])))],
    "b": {"c": Deferred("Select", (0, Deferred("Split", (":", TABLE))))},
}


def test_references_are_found_wherever_they_are_once_each() -> None:
    assert references(VALUE) == (TABLE, QUEUE)


def test_a_value_is_known_when_nothing_in_it_waits() -> None:
    assert is_known({"a": [1, Secret("x"), Asset("function", "F", "/src", "python3.12")]})
    assert not is_known(VALUE)
    assert not is_known([Lookup("ssm", "key")])


def test_walking_visits_parents_before_children() -> None:
    assert list(walk(["a", {"b": 1}])) == [["a", {"b": 1}], "a", {"b": 1}, 1]


def test_rewriting_changes_no_tree_in_place() -> None:
    before = repr(VALUE)
    changed = rewrite(VALUE, lambda node: "known" if isinstance(node, Reference) else node)
    assert references(changed) == ()
    assert repr(VALUE) == before


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {Deferred('Join', ('', [secret]))!r}"


def test_only_lookups_of_secrets_are_secret() -> None:
    assert {kind for kind in get_args(LookupKind) if Lookup(kind, "key").secret} == {
        "ssm-secure",
        "secretsmanager",
    }


def test_code_that_is_only_declared_elsewhere_is_the_same_code() -> None:
    def declared(line: int) -> Asset:
        return Asset("function", "F", "/src", "python3.12", location=Location("t.yaml", line))

    assert declared(1) == declared(2)
