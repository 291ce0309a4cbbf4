"""The functions with tables in memory, and nothing of AWS."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE / "layers" / "common"))
TABLES = ("leads", "contacts", "appointments", "messages", "campaigns", "activity")


class Table:
    """As much of a table as the functions use."""

    def __init__(self) -> None:
        self.items: dict[Any, dict[str, Any]] = {}

    def put_item(self, Item: dict[str, Any]) -> None:
        self.items[Item.get("id") or (Item["about"], Item["at"])] = Item

    def get_item(self, Key: dict[str, Any]) -> dict[str, Any]:
        item = self.items.get(Key["id"])
        return {"Item": item} if item else {}

    def scan(self) -> dict[str, Any]:
        return {"Items": list(self.items.values())}


class App:
    """The functions, called as API Gateway and schedules call them."""

    def __init__(self) -> None:
        self.tables = {name: Table() for name in TABLES}

    def module(self, name: str) -> Any:
        spec = importlib.util.spec_from_file_location(f"crm_{name}", HERE / "functions" / name / "app.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def call(
        self, function: str, method: str, resource: str, body: Any = None, **path: str
    ) -> tuple[int, Any]:
        event = {
            "httpMethod": method,
            "resource": resource,
            "pathParameters": path or None,
            "body": body if isinstance(body, str) else json.dumps(body) if body is not None else None,
        }
        answered = self.module(function).handler(event, None)
        return answered["statusCode"], json.loads(answered["body"])


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    import crm

    made = App()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("MESSAGES_FUNCTION", "messages")
    monkeypatch.setattr(crm, "table", lambda name: made.tables[name])
    return made
