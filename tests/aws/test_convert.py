"""Property values become members of a call, and answers become property values, by the models alone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.world import offline_cloud

from fairway.aws.catalogue.convert import UnknownMember, to_input, to_property, unknown_members
from fairway.registry.schema import Schema, schema

SESSION = offline_cloud().caller.session


def shape(service: str, operation: str, *members: str) -> Any:
    found = SESSION.model(service).operation_model(operation).input_shape
    for member in members:
        found = found.members[member]
    return found


FUNCTION = shape("lambda", "CreateFunction")
TAGS = shape("sqs", "CreateQueue", "tags")
TAG_LIST = shape("ssm", "PutParameter", "Tags")


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"Timeout": "30"}, {"Timeout": 30}),
        ({"timeout": 30}, {"Timeout": 30}),
        ({"Publish": "true"}, {"Publish": True}),
        ({"Description": 5}, {"Description": "5"}),
        ({"Code": {"ZipFile": "text"}}, {"Code": {"ZipFile": b"text"}}),
        ({"KmsKeyArn": "k"}, {"KMSKeyArn": "k"}),
        ({"Environment": {"Variables": {"N": 1}}}, {"Environment": {"Variables": {"N": "1"}}}),
        ({"Environment": {"Variables": {"B": True}}}, {"Environment": {"Variables": {"B": "true"}}}),
    ],
)  # fmt: skip
def test_values_take_the_kind_and_the_names_of_the_call(value: Any, sent: Any) -> None:
    assert to_input(value, FUNCTION) == sent


def test_tags_take_the_form_of_the_call() -> None:
    assert to_input([{"Key": "a", "Value": "b"}], TAGS) == {"a": "b"}
    assert to_input({"a": "b"}, TAG_LIST) == [{"Key": "a", "Value": "b"}]


def test_documents_go_as_text() -> None:
    policy = shape("iam", "CreateRole", "AssumeRolePolicyDocument")
    assert to_input({"Statement": []}, policy) == '{"Statement":[]}'
    assert to_input('{"Statement": []}', policy) == '{"Statement": []}'


def test_a_bare_list_is_wrapped_where_the_call_wraps_it() -> None:
    aliases = shape("cloudfront", "CreateDistribution", "DistributionConfig", "Aliases")
    assert to_input(["a.example"], aliases) == {"Items": ["a.example"], "Quantity": 1}


def test_a_part_that_no_member_takes_is_refused_with_its_path() -> None:
    with pytest.raises(UnknownMember) as caught:
        to_input({"Environment": {"Variable": {}}}, FUNCTION)
    assert caught.value.path == ("Environment", "Variable")
    value = {
        "Layers": [],
        "VpcConfig": {"Subnets": [], "SubnetIds": []},
        "FileSystemConfigs": [{"Path": "x"}],
    }
    assert list(unknown_members(value, FUNCTION, "", {}, ())) == [
        ("VpcConfig", "Subnets"),
        ("FileSystemConfigs", 0, "Path"),
    ]


def node(kind: Any, **more: Any) -> tuple[dict[str, Any], Schema]:
    return {"type": kind, **more}, Schema("Test", {})


@pytest.mark.parametrize(
    ("answer", "kind", "value"),
    [
        ("5", "integer", 5),
        ("0.5", "number", 0.5),
        ("true", "boolean", True),
        ("5", "string", "5"),
        (5, "string", "5"),
        (5.0, "integer", 5),
        ('{"a": 1}', ["object", "string"], {"a": 1}),
        ("{broken", ["object", "string"], "{broken"),
        ('{"a": 1}', ["string", "number", "integer", "object", "array", "boolean"], '{"a": 1}'),
        (datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), "string", "2026-01-02T00:00:00+00:00"),
        (b"text", "string", "text"),
    ],
)
def test_answers_take_the_kind_of_the_schema(answer: Any, kind: Any, value: Any) -> None:
    assert to_property(answer, *node(kind)) == value


def test_members_the_schema_does_not_know_fall_away() -> None:
    published = schema("AWS::Lambda::Function")
    assert published is not None
    vpc = published.properties["VpcConfig"]
    answer = {"subnetIds": ["s"], "SecurityGroupIds": [], "VpcId": "vpc-1", "Ipv6AllowedForDualStack": None}
    assert to_property(answer, vpc, published) == {"SubnetIds": ["s"], "SecurityGroupIds": []}


def test_a_map_of_tags_becomes_the_schemas_list() -> None:
    published = schema("AWS::Lambda::Function")
    assert published is not None
    tags = published.properties["Tags"]
    assert to_property({"b": "2", "a": "1"}, tags, published) == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": "2"},
    ]


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_free_maps_come_back_as_they_went(variables: dict[str, str]) -> None:
    published = schema("AWS::Lambda::Function")
    assert published is not None
    sent = to_input({"Variables": variables}, FUNCTION.members["Environment"])
    assert to_property(sent, published.properties["Environment"], published) == {"Variables": variables}
