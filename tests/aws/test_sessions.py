"""Where calls go and as whom; every way to get it wrong has words."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.exceptions
import botocore.loaders
import botocore.session
import pytest
from tests.local_cloud import Cloud

from fairway.apply.scheduler import DEFAULT_CONCURRENCY
from fairway.aws.session import Session, Sessions
from fairway.model.errors import Failed, FairwayError


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with no AWS settings at all."""
    for name in (
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.parametrize(
    ("endpoint", "loopback"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://localhost:1", True),
        ("http://x.localhost:1", True),
        ("http://[::1]:1", True),
        ("https://sqs.eu-west-1.amazonaws.com", False),
        ("http://10.0.0.5:4566", False),
        ("", False),
    ],
)
def test_a_local_cloud_is_known_by_its_address(endpoint: str, loopback: bool) -> None:
    assert Session(endpoint=endpoint).loopback is loopback


def test_a_local_cloud_needs_no_settings(local_cloud: Cloud) -> None:
    session = Session(endpoint=local_cloud.endpoint)
    assert (session.account, session.partition, session.region) == ("123456789012", "aws", "us-east-1")
    assert session.count.summary()["sts.GetCallerIdentity"] == 1


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (Session(profile="nobody"), "aws.profile"),
        (Session(), "aws.region"),
        (Session(region_name="mars"), "aws.region"),
        (Session(region_name="eu-west-1"), "aws.credentials"),
    ],
)
def test_what_is_missing_is_told_with_the_way_out(session: Session, code: str) -> None:
    with pytest.raises(FairwayError) as caught:
        session.client("sts")
    assert caught.value.code == code
    assert caught.value.next


def test_nobody_at_the_endpoint_is_an_error_in_words() -> None:
    with pytest.raises(Failed) as caught:
        _ = Session(endpoint="http://127.0.0.1:1").account
    assert caught.value.code == "aws.Unreachable"


def test_a_proxy_is_not_asked_for_what_is_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, local_cloud: Cloud
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert Session(endpoint=local_cloud.endpoint).account == "123456789012"


def test_clients_are_made_once(local_cloud: Cloud) -> None:
    session = Session(endpoint=local_cloud.endpoint)
    assert session.client("sqs") is session.client("sqs")


def test_many_threads_get_the_one_session_identity_and_client(
    monkeypatch: pytest.MonkeyPatch, local_cloud: Cloud
) -> None:
    made: list[object] = []
    ordinary = botocore.session.Session

    def slowly(*given: Any, **named: Any) -> object:
        made.append(given)
        time.sleep(0.05)  # long enough for every thread to ask meanwhile
        return ordinary(*given, **named)

    monkeypatch.setattr(botocore.session, "Session", slowly)
    session = Session(endpoint=local_cloud.endpoint)
    together = threading.Barrier(8)

    def ask(_: int) -> tuple[int, int, int]:
        together.wait()
        return id(session.botocore), id(session.identity), id(session.client("sqs"))

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert (len(answers), len(made)) == (1, 1)
    assert session.count.by_operation == {"sts.GetCallerIdentity": 1}


def test_the_sessions_of_a_run_share_clients_and_identity_and_count_apart(local_cloud: Cloud) -> None:
    sessions = Sessions()
    first, second = (sessions.joined(Session(endpoint=local_cloud.endpoint)) for _ in range(2))
    assert (first.account, second.account) == ("123456789012", "123456789012")
    assert first.client("sqs") is second.client("sqs")
    assert (dict(first.count.by_operation), dict(second.count.by_operation)) == (
        {"sts.GetCallerIdentity": 1},
        {},
    )


@pytest.mark.parametrize(
    "other",
    [
        Session(region_name="eu-west-1", endpoint="http://127.0.0.1:1"),
        Session(region_name="us-east-1", endpoint="http://127.0.0.1:2"),
        Session(region_name="us-east-1", endpoint="http://127.0.0.1:1", patience=1.0),
        Session(region_name="us-east-1", endpoint="http://127.0.0.1:1", local=True),
    ],
    ids=["region", "endpoint", "patience", "local"],
)
def test_sessions_that_go_another_way_share_nothing(other: Session) -> None:
    sessions = Sessions()
    session = sessions.joined(Session(region_name="us-east-1", endpoint="http://127.0.0.1:1"))
    assert session.client("sqs") is not sessions.joined(other).client("sqs")


def test_a_service_is_read_from_the_disk_once_for_all_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", "none")  # with which no session was made before
    loaded: list[str] = []
    load = botocore.loaders.JSONFileLoader.load_file

    def noted(self: Any, path: str) -> Any:
        loaded.append(os.path.relpath(path))
        return load(self, path)

    monkeypatch.setattr(botocore.loaders.JSONFileLoader, "load_file", noted)
    for region in ("us-east-1", "eu-west-1"):
        Session(region_name=region, endpoint="http://127.0.0.1:1").client("sqs")
    models = [path for path in loaded if "service-2" in path]
    assert len(models) == len(set(models)) > 0


def test_every_operation_of_a_deploy_can_keep_its_connection(local_cloud: Cloud) -> None:
    client = Session(endpoint=local_cloud.endpoint).client("sqs")
    assert client.meta.config.max_pool_connections >= DEFAULT_CONCURRENCY


def test_nothing_heavy_is_loaded_before_the_first_call() -> None:
    heavy = "('botocore', 'moto', 'jsonschema')"
    code = f"import sys, fairway.aws.cloud; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_making_a_client_looks_into_the_folder_of_its_own_service_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", "nowhere")  # with which no session was made before
    looked_into: list[str] = []
    listdir = os.listdir

    def noted(path: str) -> list[str]:
        looked_into.append(os.path.basename(path))
        return listdir(path)

    session = Session(region_name="us-east-1", endpoint="http://127.0.0.1:1")
    monkeypatch.setattr(os, "listdir", noted)
    assert session.client("logs").can_paginate("describe_log_groups")
    assert {"logs"} <= set(looked_into) <= {"data", "models", "logs"}


def test_a_service_that_does_not_exist_is_refused() -> None:
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        Session(region_name="us-east-1", endpoint="http://127.0.0.1:1").client("nonsense")
