"""What is derived from the registry schema and the API model, as values."""

from __future__ import annotations

import pytest
from tests.aws.world import offline_cloud

from fairway.aws.catalogue.declaration import Call
from fairway.aws.provider import Traits

CLOUD = offline_cloud()


def traits(name: str) -> Traits:
    return CLOUD.traits(f"AWS::{name}")


def targets(name: str) -> dict[str, tuple[str, ...]]:
    found = CLOUD.derived(f"AWS::{name}").create_targets
    return {name: target.path for name, target in found.items()}


def test_properties_go_to_members_of_their_name_and_the_rest_into_the_map() -> None:
    found = targets("SQS::Queue")
    assert found["QueueName"] == ("QueueName",)
    assert found["Tags"] == ("tags",)
    assert found["VisibilityTimeout"] == ("Attributes", "VisibilityTimeout")


def test_what_a_facet_sets_is_left_out_of_the_update_calls() -> None:
    function = CLOUD.derived("AWS::Lambda::Function")
    code, configuration = function.type.update
    assert set(function.update_targets(code)) == {"Code", "Architectures"}
    owned = set(function.update_targets(configuration))
    assert {"MemorySize", "Environment", "Layers"} <= owned
    assert not owned & {"Code", "FunctionName", "ReservedConcurrentExecutions", "Tags", "PackageType"}


def test_answers_are_read_from_where_they_stand() -> None:
    function = CLOUD.derived("AWS::Lambda::Function")
    assert isinstance(function.type.read, Call)
    found = function.sources(function.type.read, frozenset({"Tags", "Runtime", "Arn", "Nonsense"}))
    assert found == {"Tags": ("/", "Tags"), "Runtime": ("Runtime",), "Arn": ("FunctionArn",)}


def test_replacement_comes_from_the_schema() -> None:
    assert traits("Lambda::Function").create_only >= {"FunctionName", "PackageType"}
    assert traits("SQS::Queue").create_only == {"FifoQueue", "QueueName"}


@pytest.mark.parametrize(
    ("name", "unreadable"),
    [
        ("SQS::Queue", {"QueueName"}),
        ("SSM::Parameter", {"AllowedPattern", "Description", "Policies", "Tier"}),
        ("IAM::Role", set()),
        ("S3::Bucket", {"AccessControl", "ObjectLockEnabled"}),
    ],
)
def test_only_what_a_call_answers_is_readable(name: str, unreadable: set[str]) -> None:
    derived = CLOUD.derived(f"AWS::{name}")
    assert derived.carried - derived.readable == unreadable


def test_documents_and_sets_are_told() -> None:
    role = traits("IAM::Role")
    assert {"AssumeRolePolicyDocument", "Policies.*.PolicyDocument"} <= role.documents
    assert {"ManagedPolicyArns", "Policies"} <= role.unordered


def test_what_holds_data_is_told() -> None:
    kinds = ("DynamoDB::Table", "S3::Bucket", "Logs::LogGroup", "SQS::Queue", "Lambda::Function")
    assert [kind for kind in kinds if traits(kind).holds_data] == [
        "DynamoDB::Table",
        "S3::Bucket",
        "Logs::LogGroup",
    ]


def test_layer_versions_of_one_name_live_beside_each_other() -> None:
    assert traits("Lambda::LayerVersion").name_property == ""
    assert traits("Lambda::Function").name_property == "FunctionName"
