"""The difference of two trees as patch operations: applied to the one, they give the other."""

from __future__ import annotations

from typing import Any

import pytest

from fairway.aws.catalogue.patch import patch_operations, without_unset
from fairway.aws.catalogue.services.apigateway_keys import plan_operations
from fairway.aws.catalogue.services.apigateway_stages import described_stage, method_operations


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        ({"name": "a"}, {"name": "a"}, []),
        ({"name": "a"}, {"name": "b"}, [("replace", "/name", "b")]),
        ({"on": True}, {"on": False}, [("replace", "/on", "false")]),
        ({"name": "a"}, {}, [("remove", "/name", None)]),
        ({}, {"name": "a"}, [("replace", "/name", "a")]),
        ({}, {"throttle": {"rate": 1}}, [("replace", "/throttle/rate", "1")]),
        ({"throttle": {"rate": 1, "burst": 2}}, {}, [("remove", "/throttle", None)]),
        (
            {"variables": {"a": "1"}},
            {"variables": {"b": "2"}},
            [("remove", "/variables/a", None), ("replace", "/variables/b", "2")],
        ),
        (
            {"requestParameters": {"a": True}},
            {"requestParameters": {"a": False, "b": True}},
            [("replace", "/requestParameters/a", "false"), ("add", "/requestParameters/b", "true")],
        ),
        (
            {"types": ["image/png"]},
            {"types": ["*/*"]},
            [("add", "/types/*~1*", None), ("remove", "/types/image~1png", None)],
        ),
        (
            {"providerARNs": ["a"]},
            {"providerARNs": ["b"]},
            [("add", "/providerARNs", "b"), ("remove", "/providerARNs", "a")],
        ),
        (
            {"variables": {"a/b~c": "1"}},
            {"variables": {"a/b~c": "2"}},
            [("replace", "/variables/a~1b~0c", "2")],
        ),
    ],
)
def test_only_what_differs_is_sent(before: Any, after: Any, operations: Any) -> None:
    found = patch_operations(before, after)
    assert [(item["op"], item["path"], item.get("value")) for item in found] == operations


def test_what_nobody_set_and_nobody_asks_for_is_not_removed() -> None:
    quota = {"limit": 5, "offset": 0, "period": "DAY"}
    assert without_unset(quota, {"limit": 6, "period": "DAY"}) == {"limit": 5, "period": "DAY"}
    assert without_unset(quota, {"limit": 6, "offset": 1}) == quota


SETTING = {"ResourcePath": "/ray/{id}", "HttpMethod": "GET"}
ALL = {"ResourcePath": "/*", "HttpMethod": "*"}


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        ([], [{**ALL, "MetricsEnabled": True}], [("replace", "/*/*/metrics/enabled", "true")]),
        ([{**SETTING, "LoggingLevel": "INFO"}], [], [("remove", "/~1ray~1{id}/GET", None)]),
        (
            [{**SETTING, "ThrottlingRateLimit": 5, "LoggingLevel": "INFO"}],
            [{**SETTING, "LoggingLevel": "INFO"}],
            [("replace", "/~1ray~1{id}/GET/throttling/rateLimit", "-1")],
        ),
        ([{**SETTING, "CachingEnabled": False}], [SETTING], []),
    ],
)
def test_settings_of_methods_are_patched_one_by_one(before: Any, after: Any, operations: Any) -> None:
    found = method_operations(before, after)
    assert [(item["op"], item["path"], item.get("value")) for item in found] == operations


def test_a_deployments_stage_gives_its_settings_to_every_method() -> None:
    described = described_stage({"MetricsEnabled": True, "Description": "d", "MethodSettings": [SETTING]})
    assert described == {"Description": "d", "MethodSettings": [{**ALL, "MetricsEnabled": True}, SETTING]}


def test_a_plan_leaves_stages_it_no_longer_names_and_throttles_single_methods() -> None:
    before = {"ApiStages": [{"ApiId": "a", "Stage": "old"}]}
    throttle = {"/ray/GET": {"RateLimit": 2.5}}
    after = {"ApiStages": [{"ApiId": "a", "Stage": "new", "Throttle": throttle}]}
    assert list(plan_operations(before, after)) == [
        {"op": "remove", "path": "/apiStages", "value": "a:old"},
        {"op": "add", "path": "/apiStages", "value": "a:new"},
        {"op": "replace", "path": "/apiStages/a:new/throttle/~1ray~1GET/rateLimit", "value": "2.5"},
    ]
