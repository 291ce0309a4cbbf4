"""What the API answers, and what happens by itself."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import boto3
import pytest

from conftest import App

DAY = 24 * 3600


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was handed to the function that sends messages."""
    found: list[Any] = []

    class Lambda:
        def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
            found.append((FunctionName, json.loads(Payload)))
            return {"Payload": io.BytesIO(b"{}")}

    monkeypatch.setattr(boto3, "client", lambda _: Lambda())
    return found


def lead(app: App, name: str = "Ada") -> dict[str, Any]:
    status, made = app.call("leads", "POST", "/api/leads", {"name": name, "phone": "1"})
    assert status == 201
    return dict(made)


def test_a_lead_is_kept_and_its_history_begins(app: App) -> None:
    made = lead(app)
    assert app.call("leads", "GET", "/api/leads") == (200, [made])
    assert app.call("leads", "GET", "/api/leads/{id}", id=made["id"]) == (200, made)
    assert [each["kind"] for each in app.tables["activity"].items.values()] == ["added"]


@pytest.mark.parametrize(
    ("body", "says"), [({"name": "Ada"}, "phone"), ("{", "not JSON"), ({}, "name, phone")]
)
def test_what_is_missing_is_said(app: App, body: Any, says: str) -> None:
    status, answered = app.call("leads", "POST", "/api/leads", body)
    assert status == 400
    assert says in answered["message"]


def test_a_lead_moves_only_to_a_stage_that_there_is(app: App) -> None:
    made = lead(app)
    status, moved = app.call("leads", "PATCH", "/api/leads/{id}", {"stage": "won"}, id=made["id"])
    assert (status, moved["stage"]) == (200, "won")
    assert app.call("leads", "PATCH", "/api/leads/{id}", {"stage": "lost"}, id=made["id"])[0] == 400
    assert app.call("leads", "PATCH", "/api/leads/{id}", {"stage": "won"}, id="nobody")[0] == 404


def test_contacts_are_listed_by_name(app: App) -> None:
    for name in ("Grace", "Ada"):
        assert app.call("contacts", "POST", "/api/contacts", {"name": name, "email": "x@y"})[0] == 201
    _, listed = app.call("contacts", "GET", "/api/contacts")
    assert [each["name"] for each in listed] == ["Ada", "Grace"]


def test_only_appointments_to_come_are_listed_and_who_has_one_is_reminded_once(
    app: App, sent: list[Any]
) -> None:
    made, now = lead(app), int(time.time())
    for at in (now - DAY, now + 3600, now + 3 * DAY):
        given = {"lead": made["id"], "at": at, "what": "a demonstration"}
        assert app.call("appointments", "POST", "/api/appointments", given)[0] == 201
    _, coming = app.call("appointments", "GET", "/api/appointments")
    assert [each["at"] for each in coming] == [now + 3600, now + 3 * DAY]
    assert app.module("reminders").handler({}, None) == {"reminded": 1}
    assert app.module("reminders").handler({}, None) == {"reminded": 0}
    assert sent == [("messages", {"lead": made["id"], "text": "Hello {name}, we meet soon: a demonstration"})]


def test_leads_that_were_silent_for_too_long_are_revived_by_the_campaign(app: App, sent: list[Any]) -> None:
    silent, won = lead(app, "Silent"), lead(app, "Won")
    app.call("leads", "PATCH", "/api/leads/{id}", {"stage": "won"}, id=won["id"])
    campaign = {"name": "Winter", "text": "Hello {name}!", "days": 30}
    assert app.call("campaigns", "POST", "/api/campaigns", campaign)[0] == 201
    revive = app.module("revive").handler
    assert revive({}, None) == {"revived": 0}
    assert revive({"now": time.time() + 31 * DAY}, None) == {"revived": 1}
    assert sent == [("messages", {"lead": silent["id"], "text": "Hello {name}!"})]
    assert app.tables["leads"].items[silent["id"]]["stage"] == "dormant"


def test_a_message_carries_a_link_to_unsubscribe_of_its_own(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = app.module("messages")
    monkeypatch.setattr(messages, "_key", lambda: b"key")
    ada, grace = (messages.send(lead(app, name), "Hello {name}") for name in ("Ada", "Grace"))
    assert ada["text"] == "Hello Ada"
    assert ada["unsubscribe"].rpartition("/")[2] != grace["unsubscribe"].rpartition("/")[2]
