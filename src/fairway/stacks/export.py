"""Gives a stack back: its state as a CloudFormation template, and what CloudFormation's import needs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fairway.aws.catalogue.find import resource_type
from fairway.aws.catalogue.tags import PREFIX
from fairway.model.errors import Failed
from fairway.model.sealing import UNKNOWN
from fairway.model.state import OutputState, ResourceState, StackState, readdressed
from fairway.model.values import Json
from fairway.registry.schema import schema
from fairway.stacks.inspect import deployed
from fairway.stacks.request import Target

TEMPLATE = "template.json"
IMPORTS = "resources-to-import.json"
BUCKET = "ArtifactBucket"


@dataclass(frozen=True)
class Exported:
    """What was written. `left` are address and type of what CloudFormation cannot import, which the template
    leaves out; `artifacts` the digests of code that has to be put into a bucket."""

    files: tuple[Path, ...]
    left: tuple[tuple[str, str], ...]
    artifacts: tuple[str, ...]
    commands: tuple[str, ...]


def export(target: Target, folder: Path) -> Exported:
    """Write the stack's template and import file. Raises WrongInput when it is not deployed, Failed when a
    deploy of it has not ended."""
    state = deployed(target)
    _require_finished(state)
    writer = _Writer(_with_logical_ids(state))
    template, imports = writer.template(), [_identified(held) for held in writer.kept.values()]
    folder.mkdir(parents=True, exist_ok=True)
    files = (folder / TEMPLATE, folder / IMPORTS)
    for file, content in zip(files, (template, imports), strict=True):
        file.write_text(json.dumps(content, indent=2) + "\n")
    return Exported(
        files,
        tuple((held.address, held.type) for held in state.resources.values() if not _can_be_imported(held)),
        tuple(sorted(writer.artifacts)),
        _commands(state, folder, template),
    )


def _with_logical_ids(state: StackState) -> StackState:
    """The state with names that one template can hold: what came of nested stacks lies flat in it."""
    outputs = _logical_ids(state.outputs)
    return replace(
        readdressed(state, _logical_ids(state.resources)),
        outputs={outputs.get(name, name): output for name, output in state.outputs.items()},
    )


def _logical_ids(names: Collection[str]) -> Mapping[str, str]:
    """A name of letters and digits that is nobody else's, by each name that is not one."""
    found: dict[str, str] = {}
    for name in sorted(names):
        wanted = name.replace(".", "")
        while wanted != name and wanted in {*names, *found.values()}:
            wanted += "2"
        if wanted != name:
            found[name] = wanted
    return found


@dataclass
class _Writer:
    """Turns recorded values into a template's; notes the parameters and the code that they need."""

    state: StackState
    artifacts: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kept = {
            address: held for address, held in self.state.resources.items() if _can_be_imported(held)
        }

    def template(self) -> dict[str, Any]:
        """The whole template."""
        resources = {address: self._resource(held) for address, held in self.kept.items()}
        outputs = {name: self._output(output) for name, output in self.state.outputs.items()}
        parameters: dict[str, Any] = {
            name: {"Type": "String", "NoEcho": True} for name in sorted(self.secrets.values())
        }
        if self.artifacts:
            parameters[BUCKET] = {"Type": "String", "Description": "The bucket that holds the code"}
        sections = {"Parameters": parameters, "Resources": resources, "Outputs": outputs}
        return {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": f"{self.state.stack} in {self.state.environment}",
            **{name: section for name, section in sections.items() if section},
        }

    def _resource(self, held: ResourceState) -> dict[str, Any]:
        known = self._values_of(held.dependencies)
        properties = {
            name: self._value(_without_our_tags(name, value, held), known)
            for name, value in held.properties.items()
        }
        written: dict[str, Any] = {
            "Type": held.type,
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {name: value for name, value in properties.items() if value not in (None, [], {})},
        }
        if after := sorted(set(held.dependencies) & self.kept.keys()):
            written["DependsOn"] = after
        return written

    def _output(self, output: OutputState) -> dict[str, Any]:
        written: dict[str, Any] = {"Value": self._value(output.value, self._values_of(tuple(self.kept)))}
        if output.description:
            written["Description"] = output.description
        if output.export:
            written["Export"] = {"Name": output.export}
        return written

    def _values_of(self, addresses: tuple[str, ...]) -> dict[str, Json]:
        """What stands for a text that one of these resources answers, by that text."""
        found: dict[str, Json] = {}
        for held in (self.kept[address] for address in addresses if address in self.kept):
            for name, value in held.attributes.items():
                if isinstance(value, str) and name in _attributes(held.type):
                    found.setdefault(value, {"Fn::GetAtt": [held.address, name]})
            if isinstance(held.ref, str):
                found[held.ref] = {"Ref": held.address}
        return found

    def _value(self, value: Json, known: Mapping[str, Json]) -> Json:
        match value:
            case str():
                return known.get(value, value)
            case {"$secret": str(digest), **rest} if not rest:
                return {"Ref": self.secrets.setdefault(digest, f"Secret{len(self.secrets) + 1}")}
            case {"$artifact": str(digest), **rest} if not rest:
                self.artifacts.add(digest)
                return {"S3Bucket": {"Ref": BUCKET}, "S3Key": f"{digest}.zip"}
            case Mapping():
                return {name: self._value(child, known) for name, child in value.items()}
            case list() | tuple():
                return [self._value(child, known) for child in value]
        return value


def _attributes(type_name: str) -> frozenset[str]:
    """What `Fn::GetAtt` answers of a type."""
    found = schema(type_name)
    return found.read_only if found else frozenset()


def _can_be_imported(held: ResourceState) -> bool:
    """CloudFormation imports what its own handlers read: not AWS::SQS::QueuePolicy, say, nor
    AWS::SNS::TopicPolicy (cloudformation-coverage-roadmap issues 1700 and 1476)."""
    found = schema(held.type)
    return found is not None and found.can_be_read


def _without_our_tags(name: str, value: Json, held: ResourceState) -> Json:
    """Tags without those of ownership: it is Fairway's no more."""
    tags = resource_type(held.type).tags
    if tags is None or name != tags.property:
        return value
    if isinstance(value, Mapping):
        return {key: text for key, text in value.items() if not key.startswith(PREFIX)}
    listed = value if isinstance(value, list | tuple) else []
    return [
        tag for tag in listed if not (isinstance(tag, Mapping) and str(tag.get("Key")).startswith(PREFIX))
    ]


def _identified(held: ResourceState) -> dict[str, Any]:
    """An entry of ResourcesToImport (BC cloudformation CreateChangeSet)."""
    found = schema(held.type)
    assert found is not None
    identity = resource_type(held.type).identity
    parts = dict(zip(identity, held.identifier.split("|", len(identity) - 1), strict=False))
    names = found.primary_identifier
    told = {**held.attributes, **parts}
    identifier = {name: told.get(name, held.identifier) for name in names}
    return {
        "ResourceType": held.type,
        "LogicalResourceId": held.address,
        "ResourceIdentifier": identifier,
    }


def _commands(state: StackState, folder: Path, template: Mapping[str, Any]) -> tuple[str, ...]:
    stack, place = shlex.quote(state.stack), shlex.quote(str(folder))
    given = " ".join(f"ParameterKey={name},ParameterValue=…" for name in template.get("Parameters", {}))
    parameters = f" --parameters {given}" if given else ""
    return (
        f"aws cloudformation create-change-set --stack-name {stack} --change-set-name import"
        f" --change-set-type IMPORT --capabilities CAPABILITY_NAMED_IAM"
        f" --template-body file://{place}/{TEMPLATE} --resources-to-import file://{place}/{IMPORTS}{parameters}",
        f"aws cloudformation execute-change-set --stack-name {stack} --change-set-name import",
        f"fairway state forget --stack {stack} ADDRESS…  (all of them, once the import has succeeded)",
    )


def _require_finished(state: StackState) -> None:
    unknown = [held.address for held in state.resources.values() if _is_unproved(held.properties)]
    if state.pending or state.updating or unknown:
        raise Failed(
            "export.unfinished",
            f"what a deploy of {state.stack} left is not known for sure",
            where=", ".join(sorted({*state.pending, *state.updating, *unknown})),
            next="finish it with `fairway deploy`, then export",
        )


def _is_unproved(value: Any) -> bool:
    match value:
        case Mapping():
            return UNKNOWN in value or any(_is_unproved(child) for child in value.values())
        case list() | tuple():
            return any(_is_unproved(child) for child in value)
    return False
