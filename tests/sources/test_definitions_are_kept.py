"""What deployments record of a definition is the definition: it comes back as it was, for real templates."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.sources.corpus import cases, parameters_of, template_of

from fairway.model.codec import decode_definition, encode_definition
from fairway.model.differences import differences
from fairway.model.graph import Definition
from fairway.model.sealing import SECRET, keyed_hash
from fairway.model.values import Artifact, Asset, Secret, Value, rewrite
from fairway.sources.load import Inputs, load, read_parameters

KEY = "key"
EXAMPLES = [path.parent for path in (Path(__file__).parents[2] / "examples").glob("*/template.yaml")]


def as_built(node: Value) -> Value:
    """Artifacts in the places of code, and secrets as they are kept."""
    if isinstance(node, Asset):
        return Artifact(hashlib.sha256(repr(node).encode()).hexdigest())
    return {SECRET: keyed_hash(node.value, KEY)} if isinstance(node, Secret) else node


def built(definition: Definition) -> Definition:
    outputs = {
        name: replace(each, value=rewrite(each.value, as_built), export=rewrite(each.export, as_built))
        for name, each in definition.outputs.items()
    }
    parameters = {
        name: replace(each, value=rewrite(each.value, as_built))
        for name, each in definition.parameters.items()
    }
    resources = definition.rewritten(as_built)
    return replace(resources, outputs=outputs, parameters=parameters, warnings=())


def comes_back(definition: Definition) -> None:
    wanted = built(definition)
    stored = encode_definition(wanted, KEY)
    found = decode_definition(json.loads(json.dumps(stored)))
    assert found == wanted
    assert encode_definition(found, "another key") == stored
    assert differences(wanted, found) == ()
    assert found.artifacts == wanted.artifacts


@pytest.mark.parametrize("case", [*cases("CFN"), *cases("SAM")])
def test_a_real_template_comes_back(case: dict[str, Any]) -> None:
    inputs = Inputs("corpus", "us-east-1", "123456789012", parameters=parameters_of(case))
    comes_back(load(template_of(case), inputs)[0])


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_comes_back(folder: Path) -> None:
    file = folder / "params.json"
    parameters = read_parameters(file) if file.exists() else {}
    definition, _ = load(
        folder / "template.yaml", Inputs("example", "us-east-1", "123456789012", parameters=parameters)
    )
    assert definition.resources
    comes_back(definition)
