"""How the tests here read a SAM template: the whole way, from text to graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from fairway.model.errors import Finding
from fairway.model.graph import Definition
from fairway.model.values import Value
from fairway.sources.inputs import Inputs
from fairway.sources.load import load

Loaded = tuple[Definition, tuple[Finding, ...]]
LoadSam = Callable[..., Loaded]

HEADER = "Transform: AWS::Serverless-2016-10-31\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with code, a layer and definition files for templates to name."""
    for folder in ("src", "other", "layer"):
        (tmp_path / folder).mkdir()
    (tmp_path / "src" / "app.py").write_text("def handler(event, context):\n    return event\n")
    (tmp_path / "flow.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Resource": "${Fn}"}}}')
    (tmp_path / "api.yaml").write_text("openapi: 3.0.1\npaths:\n  /a:\n    get: {}\n")
    return tmp_path


@pytest.fixture
def load_sam(project: Path) -> LoadSam:
    """Loads a template's text (without its Transform line) as `template.yaml` of the project."""

    def load_text(
        text: str,
        parameters: Mapping[str, Value] | None = None,
        cache: Path | None = None,
        region: str = "eu-west-1",
    ) -> Loaded:
        file = project / "template.yaml"
        file.write_text(HEADER + dedent(text))
        inputs = Inputs("shop", region, "123456789012", parameters=parameters or {}, cache=cache)
        return load(file, inputs)

    return load_text
