"""A lock table does for leases what a state backend does."""

from __future__ import annotations

import pytest
from tests.local_cloud import REGION, Cloud, unique

from fairway.aws.bootstrap import make_table
from fairway.aws.calls import Caller
from fairway.aws.lock_table import LockTable
from fairway.aws.session import Session
from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Conflict


@pytest.fixture
def caller(local_cloud: Cloud) -> Caller:
    return Caller(Session(REGION, endpoint=local_cloud.endpoint, local=True))


@pytest.fixture
def table(caller: Caller) -> LockTable:
    name = unique("locks")
    assert [step.did for step in make_table(caller, name)] == ["created", "set"]
    return LockTable(caller, name, "s3://bucket/shop")


def test_what_is_put_is_got_and_gone_when_it_is_deleted(table: LockTable) -> None:
    assert table.get("a") is None
    tag = table.put("a", b"one", replacing=ABSENT)
    blob = table.get("a")
    assert blob
    assert (blob.content, blob.tag) == (b"one", tag)
    assert table.put("a", b"two", replacing=tag) != tag
    table.delete("a")
    table.delete("a")
    assert table.get("a") is None


def test_only_who_saw_it_replaces_or_deletes_it(table: LockTable) -> None:
    old = table.put("a", b"one")
    new = table.put("a", b"two")
    for tag in (old, ABSENT):
        with pytest.raises(Conflict):
            table.put("a", b"three", replacing=tag)
        with pytest.raises(Conflict):
            table.delete("a", replacing=tag)
    table.delete("a", replacing=new)
    with pytest.raises(Conflict):
        table.put("a", b"three", replacing=new)


def test_one_table_serves_many_places(table: LockTable, caller: Caller) -> None:
    other = LockTable(caller, table._table, "s3://bucket/shop-2")
    for key in ("prod/a/lease.json", "prod/a/waiting/2", "prod/a/waiting/1"):
        table.put(key, b"x", replacing=ABSENT)
        other.put(key, b"y", replacing=ABSENT)
    assert table.keys("prod/a/waiting/") == ["prod/a/waiting/1", "prod/a/waiting/2"]


def test_a_table_that_is_not_there_is_told(caller: Caller) -> None:
    with pytest.raises(Failed) as caught:
        LockTable(caller, "nothing", "x").get("a")
    assert caught.value.code == "state.no-lock-table"
    assert "fairway bootstrap --lock-table nothing" in caught.value.next
