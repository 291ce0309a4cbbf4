"""Versions do not change, aliases lead to them, weights share the traffic out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.local_cloud import Cloud, zipped


def code(answer: str) -> dict[str, str]:
    return {"app.py": f"def handler(event, context): return [{answer!r}, context.function_version]\n"}


@pytest.fixture
def two_versions(local_cloud: Cloud) -> str:
    """A function with version 1 answering "one", version 2 answering "two"."""
    lam = local_cloud.client("lambda")
    name = local_cloud.function(code("one"))
    lam.publish_version(FunctionName=name)
    lam.update_function_code(FunctionName=name, ZipFile=zipped(code("two")))
    lam.publish_version(FunctionName=name)
    return name


def test_each_version_runs_its_own_code(local_cloud: Cloud, two_versions: str) -> None:
    assert local_cloud.invoke(two_versions, Qualifier="1") == ["one", "1"]
    assert local_cloud.invoke(two_versions, Qualifier="2") == ["two", "2"]
    assert local_cloud.invoke(two_versions) == ["two", "$LATEST"]
    assert local_cloud.invoke(f"{two_versions}:1") == ["one", "1"]


def test_an_alias_runs_the_version_it_points_to(local_cloud: Cloud, two_versions: str) -> None:
    lam = local_cloud.client("lambda")
    lam.create_alias(FunctionName=two_versions, Name="live", FunctionVersion="1")
    answer = lam.invoke(FunctionName=two_versions, Qualifier="live", Payload=b"{}")
    assert answer["ExecutedVersion"] == "1"
    lam.update_alias(FunctionName=two_versions, Name="live", FunctionVersion="2")
    assert local_cloud.invoke(two_versions, Qualifier="live") == ["two", "2"]


def test_an_alias_shares_the_traffic_out_by_weight(local_cloud: Cloud, two_versions: str) -> None:
    lam = local_cloud.client("lambda")
    lam.create_alias(
        FunctionName=two_versions,
        Name="canary",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    seen = Counter(local_cloud.invoke(two_versions, Qualifier="canary")[0] for _ in range(60))
    # both sides missing 10 of 60 at even odds: once in a hundred million runs
    assert min(seen["one"], seen["two"]) >= 10


def test_publishing_without_a_change_publishes_nothing(local_cloud: Cloud, two_versions: str) -> None:
    lam = local_cloud.client("lambda")
    assert lam.publish_version(FunctionName=two_versions)["Version"] == "2"
    lam.update_function_configuration(FunctionName=two_versions, MemorySize=256)
    assert lam.publish_version(FunctionName=two_versions, Description="more")["Version"] == "3"
    assert lam.get_function_configuration(FunctionName=two_versions, Qualifier="2")["MemorySize"] == 128
    assert lam.get_function_configuration(FunctionName=two_versions, Qualifier="3")["Description"] == "more"


def test_a_version_number_is_never_used_again(local_cloud: Cloud, two_versions: str) -> None:
    lam = local_cloud.client("lambda")
    lam.delete_function(FunctionName=two_versions, Qualifier="2")
    lam.update_function_configuration(FunctionName=two_versions, MemorySize=256)
    assert lam.publish_version(FunctionName=two_versions)["Version"] == "3"


def test_create_and_update_with_publish_answer_the_version(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function(code("one"), Publish=True)
    assert lam.get_function(FunctionName=name, Qualifier="1")["Configuration"]["Version"] == "1"
    updated = lam.update_function_code(FunctionName=name, ZipFile=zipped(code("two")), Publish=True)
    assert updated["Version"] == "2"
    assert local_cloud.invoke(name, Qualifier="2") == ["two", "2"]


def test_a_permission_belongs_to_one_qualifier(local_cloud: Cloud, two_versions: str) -> None:
    lam = local_cloud.client("lambda")
    lam.create_alias(FunctionName=two_versions, Name="live", FunctionVersion="1")
    given: dict[str, Any] = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    lam.add_permission(FunctionName=two_versions, StatementId="s", Qualifier="live", **given)
    assert f":{two_versions}:live" in lam.get_policy(FunctionName=two_versions, Qualifier="live")["Policy"]
    for other in ({}, {"Qualifier": "1"}):
        with pytest.raises(lam.exceptions.ResourceNotFoundException):
            lam.get_policy(FunctionName=two_versions, **other)
    lam.remove_permission(FunctionName=two_versions, StatementId="s", Qualifier="live")
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_policy(FunctionName=two_versions, Qualifier="live")


def test_a_deleted_function_leaves_nothing_to_a_new_one_of_its_name(
    local_cloud: Cloud, two_versions: str
) -> None:
    lam = local_cloud.client("lambda")
    lam.create_alias(FunctionName=two_versions, Name="live", FunctionVersion="1")
    lam.create_function_url_config(FunctionName=two_versions, AuthType="NONE")
    lam.delete_function(FunctionName=two_versions)
    local_cloud.function(code("three"), FunctionName=two_versions)
    assert lam.list_aliases(FunctionName=two_versions)["Aliases"] == []
    assert lam.publish_version(FunctionName=two_versions)["Version"] == "1"
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.get_function_url_config(FunctionName=two_versions)
