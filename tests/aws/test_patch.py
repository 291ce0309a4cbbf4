"""The difference of two trees as patch operations: applied to the one, they give the other."""

from __future__ import annotations

from typing import Any

import pytest

from fairway.aws.catalogue.patch import patch_operations


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        ({"name": "a"}, {"name": "a"}, []),
        ({"name": "a"}, {"name": "b"}, [("replace", "/name", "b")]),
        ({"on": True}, {"on": False}, [("replace", "/on", "false")]),
        ({"name": "a"}, {}, [("remove", "/name", None)]),
        ({"variables": {"a": "1"}}, {"variables": {"b": "2"}},
         [("remove", "/variables/a", None), ("replace", "/variables/b", "2")]),
        ({}, {"name": "a"}, [("replace", "/name", "a")]),
        ({}, {"throttle": {"rate": 1}}, [("add", "/throttle/rate", "1")]),
        ({"throttle": {"rate": 1, "burst": 2}}, {}, [("remove", "/throttle", None)]),
        ({"types": ["image/png"]}, {"types": ["*/*"]},
         [("remove", "/types/image~1png", None), ("add", "/types/*~1*", None)]),
        ({"v": {"a/b~c": "1"}}, {"v": {"a/b~c": "2"}}, [("replace", "/v/a~1b~0c", "2")]),
    ],
)  # fmt: skip
def test_only_what_differs_is_sent(before: Any, after: Any, operations: Any) -> None:
    found = patch_operations(before, after)
    assert [(item["op"], item["path"], item.get("value")) for item in found] == operations
