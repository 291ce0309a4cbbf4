"""The stacks of the crash matrix: what is deployed first, and what the runs that are killed change."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.small import template

from fairway.project.settings import FILE

Step = Literal["deploy", "update", "replace", "destroy"]
STEPS: tuple[Step, ...] = ("deploy", "update", "replace", "destroy")
STACKS = ("atlas", "small")
ATLAS = Path(__file__).parents[2] / "examples" / "atlas-engine"
_EACH = 8
_TABLE = {
    "TableName": "crash-named",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@dataclass(frozen=True)
class Stack:
    """A stack's definitions, as folders: the first one, and those that update and replace its resources."""

    name: str
    first: Path
    update: Path
    replace_from: Path
    replace: Path

    def before(self, step: Step) -> Path | None:
        """What is deployed before the step; None for nothing."""
        return {"deploy": None, "replace": self.replace_from}.get(step, self.first)

    def command(self, step: Step) -> tuple[str, ...]:
        """The command line that carries the step out."""
        if step == "destroy":
            return ("destroy", *self._options)
        source = {"deploy": self.first, "update": self.update, "replace": self.replace}[step]
        return self.deploying(source)

    def deploying(self, source: Path) -> tuple[str, ...]:
        return ("deploy", str(source), *self._options)

    def planning(self, step: Step) -> tuple[str, ...]:
        """The plan that has to be empty after the step."""
        _, source, *options = self.command(step)
        return ("plan", source, "--exit-code", *(each for each in options if each != "--yes"))

    @property
    def _options(self) -> tuple[str, ...]:
        return ("--stack", self.name, "--yes", "--json", "--allow-data-loss", "*")


def make(folder: Path) -> Mapping[str, Stack]:
    """Write the definitions below a folder."""
    return {"atlas": _atlas(folder / "atlas"), "small": _small(folder / "small")}


def _small(folder: Path) -> Stack:
    """The bench's 48 resources of six kinds."""
    first = json.loads(template(_EACH))["Resources"]
    named = {**first, "Named": {"Type": "AWS::DynamoDB::Table", "Properties": _TABLE}}
    return Stack(
        "small",
        _written(folder / "first", first),
        _written(folder / "update", _small_update(first)),
        _written(folder / "replace-from", named),
        _written(folder / "replace", _small_replacement(named)),
    )


def _small_update(first: Mapping[str, Any]) -> dict[str, Any]:
    """Every kind changed once, one resource of every kind removed and one added."""
    changes: Mapping[str, Mapping[str, Any]] = {
        "Bucket0": {"VersioningConfiguration": {"Status": "Enabled"}},
        "Table0": {"TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": True}},
        "Queue0": {"VisibilityTimeout": 60},
        "Topic0": {"DisplayName": "changed"},
        "Parameter0": {"Value": "changed"},
        "LogGroup0": {"RetentionInDays": 7},
    }
    resources = _with(first, changes)
    for kind in ("Bucket", "Table", "Queue", "Topic", "Parameter", "LogGroup"):
        resources[f"{kind}{_EACH}"] = resources.pop(f"{kind}{_EACH - 1}")
    return resources


def _small_replacement(first: Mapping[str, Any]) -> dict[str, Any]:
    """Names that are changed, keys under a generated name, and keys under a given one: deleted first."""
    keys = {
        "AttributeDefinitions": [{"AttributeName": "key", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}],
    }
    changes: Mapping[str, Mapping[str, Any]] = {
        "Bucket0": {"BucketName": "crash-renamed"},
        "Table0": keys,
        "Table1": keys,
        "Named": keys,
        "Queue0": {"QueueName": "crash-renamed"},
        "Topic0": {"TopicName": "crash-renamed"},
        "Parameter0": {"Name": "crash-renamed"},
        "LogGroup0": {"LogGroupName": "crash-renamed"},
    }
    return _with(first, changes)


def _with(resources: Mapping[str, Any], changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The resources with those properties changed."""
    return {
        address: {**resource, "Properties": {**resource["Properties"], **changes.get(address, {})}}
        for address, resource in resources.items()
    }


def _written(folder: Path, resources: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True)
    (folder / "template.json").write_text(json.dumps({"Resources": resources}, indent=1))
    return folder


def _atlas(folder: Path) -> Stack:
    first = _copied(folder / "first")
    update, replace = _copied(folder / "update"), _copied(folder / "replace")
    _atlas_update(update)
    _atlas_replacement(replace)
    return Stack("atlas", first, update, first, replace)


def _copied(folder: Path) -> Path:
    """The example with its own code alone: what its layers get from PyPI is no part of the matrix."""
    shutil.copytree(
        ATLAS, folder, ignore=shutil.ignore_patterns(".fairway", "requirements.txt", "README.md", FILE)
    )
    alone = folder / "layers" / "salesforce-libraries"
    alone.mkdir(exist_ok=True)
    (alone / "crm.py").write_text("VERSION = 1\n")
    return folder


def _atlas_update(folder: Path) -> None:
    """Code, configuration of every function, policies; a log group goes, a queue comes."""
    code = folder / "functions" / "create_lead" / "app.py"
    code.write_text(code.read_text() + "\nCHANGED = True\n")
    _edit(folder, "MemorySize: 256", "MemorySize: 512")
    _edit(folder, "Description: Answers the voice bot", "Description: Answers the voice bot well")
    _edit(folder, "    Default: 14", "    Default: 30")
    _edit(folder, _block(folder, "LexFulfillmentLogs"), "")
    _edit(folder, "\nOutputs:\n", "\n  Late:\n    Type: AWS::SQS::Queue\n\nOutputs:\n")


def _atlas_replacement(folder: Path) -> None:
    """New versions of both layers, other keys under a given name, and resources under other names."""
    (folder / "layers" / "salesforce-libraries" / "crm.py").write_text("VERSION = 2\n")
    common = folder / "layers" / "python-libraries" / "atlas_common.py"
    common.write_text(common.read_text() + "\nCHANGED = True\n")
    template = folder / "template.yaml"
    tokens = _block(folder, "TaskTokens")
    _edit(folder, tokens, tokens.replace("leadId", "token"))
    for name in ("-sales-team", "-workflow\n", "-update-lead\n"):
        text = template.read_text()
        assert name in text
        template.write_text(text.replace(name, f"-new{name}"))


def _block(folder: Path, address: str) -> str:
    """The lines of a resource in the template."""
    text = (folder / "template.yaml").read_text()
    found = re.search(rf"^  {address}:\n(?:(?:   .*)?\n)*", text, re.MULTILINE)
    assert found, address
    return found[0]


def _edit(folder: Path, before: str, after: str) -> None:
    template = folder / "template.yaml"
    text = template.read_text()
    assert text.count(before) == 1, before
    template.write_text(text.replace(before, after))
