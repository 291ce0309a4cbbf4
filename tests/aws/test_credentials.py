"""Whose credentials are used: the local cloud never sees the user's, other endpoints get the usual chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud

from fairway.aws.session import Session


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def key_of(session: Session) -> str:
    key: str = session.botocore.get_credentials().access_key
    return key


def test_the_local_cloud_never_gets_the_users_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_PROFILE", "one-that-does-not-exist")
    session = Session(endpoint="http://localhost:4610", local=True)
    assert key_of(session) == "test"
    assert session.client("sqs")


def test_another_endpoint_gets_the_usual_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    assert key_of(Session(endpoint="http://localhost:5000")) == "AKIAREAL"


def test_a_loopback_endpoint_without_credentials_asks_no_instance_for_a_role() -> None:
    session = Session(endpoint="http://127.0.0.1:5000")
    assert key_of(session) == "test"
    providers = session.botocore.get_component("credential_provider").providers
    assert {provider.METHOD for provider in providers}.isdisjoint({"iam-role", "container-role"})


def test_the_local_clouds_identity_is_known_without_a_call(local_cloud: Cloud) -> None:
    known = Session(endpoint=local_cloud.endpoint, local=True)
    asked = Session(endpoint=local_cloud.endpoint)
    assert (known.account, known.partition) == (asked.account, asked.partition)
    assert not known.count.by_operation
