"""What a dashboard of some stacks shows."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairway.model.state import ResourceState, StackState
from fairway.stacks.panels import dashboard_body

HELD = (
    ResourceState("Greeter", "AWS::Lambda::Function", "shop-greeter"),
    ResourceState("Orders", "AWS::DynamoDB::Table", "shop-orders"),
    ResourceState("Jobs", "AWS::SQS::Queue", "https://sqs.example/123456789012/shop-jobs"),
    ResourceState("Api", "AWS::ApiGateway::RestApi", "a1", properties={"Body": {"info": {"title": "shop"}}}),
    ResourceState("Nameless", "AWS::ApiGateway::RestApi", "a2"),
    ResourceState("Http", "AWS::ApiGatewayV2::Api", "h1"),
    ResourceState("Flow", "AWS::StepFunctions::StateMachine", "arn:flow", ref="arn:flow"),
    ResourceState("Role", "AWS::IAM::Role", "role"),
)


def state(name: str, *held: ResourceState) -> StackState:
    return StackState(name, "prod", region="eu-central-1", resources={each.address: each for each in held})


def graphs(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [widget["properties"] for widget in body["widgets"] if widget["type"] == "metric"]


def test_each_type_is_found_by_the_dimension_that_its_metrics_have() -> None:
    lines = {
        tuple(line[:4])
        for graph in graphs(dashboard_body("shop", [state("api", *HELD)]))
        for line in graph["metrics"]
    }
    assert {
        ("AWS/Lambda", "Errors", "FunctionName", "shop-greeter"),
        ("AWS/DynamoDB", "ReadThrottleEvents", "TableName", "shop-orders"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "shop-jobs"),
        ("AWS/ApiGateway", "5XXError", "ApiName", "shop"),
        ("AWS/ApiGateway", "5xx", "ApiId", "h1"),
        ("AWS/States", "ExecutionsFailed", "StateMachineArn", "arn:flow"),
    } <= lines
    assert not [line for line in lines if "" in line]


def test_durations_are_percentiles_and_graphs_are_of_the_stacks_region() -> None:
    shown = graphs(dashboard_body("shop", [state("api", *HELD)]))
    assert {graph["stat"] for graph in shown if graph["title"].startswith("Duration")} == {"p50", "p95"}
    assert {graph["region"] for graph in shown} == {"eu-central-1"}


def test_stacks_without_anything_to_watch_are_a_title_alone() -> None:
    assert len(dashboard_body("shop", [state("roles", HELD[-1])])["widgets"]) == 1


@given(st.lists(st.sampled_from(HELD), max_size=8, unique_by=lambda each: each.address), st.integers(1, 3))
def test_no_two_widgets_overlap_and_the_order_of_resources_does_not_matter(
    held: list[ResourceState], count: int
) -> None:
    stacks = [state(f"stack{at}", *held) for at in range(count)]
    body = dashboard_body("shop", stacks)
    taken = [
        (x, y)
        for widget in body["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(taken) == len(set(taken))
    assert all(0 <= x < 24 for x, _ in taken)
    assert (
        dashboard_body("shop", [state(f"stack{at}", *reversed(held)) for at in reversed(range(count))])
        == body
    )
