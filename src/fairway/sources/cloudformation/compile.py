"""A located tree of plain CloudFormation in, a definition out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from fairway.model.graph import Definition, Output, Parameter, Resource, SourceKind
from fairway.model.values import Lookup, Secret, Value, walk
from fairway.sources.cloudformation.assets import with_local_files
from fairway.sources.cloudformation.cycles import cycles
from fairway.sources.cloudformation.evaluator import Evaluator
from fairway.sources.cloudformation.names import check_names
from fairway.sources.cloudformation.nested import ReadTemplate
from fairway.sources.cloudformation.resources import build_resource, check_resource
from fairway.sources.cloudformation.result import ABSENT, BROKEN, Result
from fairway.sources.cloudformation.rules import check_rules
from fairway.sources.cloudformation.shape import check_resources
from fairway.sources.cloudformation.state_machines import TYPE as STATE_MACHINE
from fairway.sources.cloudformation.state_machines import with_definition_text
from fairway.sources.cloudformation.tree import Located
from fairway.sources.findings import Findings
from fairway.sources.inputs import Inputs


def compile_template(
    template: Located,
    parameters: Mapping[str, Parameter],
    inputs: Inputs,
    source: SourceKind,
    findings: Findings,
    read: ReadTemplate,
) -> Definition:
    """The definition, as far as it can be made; everything wrong with the template goes to `findings`.

    `read` reads the templates that it nests.
    """
    check_resources(template, findings)
    names = {**pseudo_parameters(inputs), **{name: found.value for name, found in parameters.items()}}
    check_names(template, names, inputs.region, findings)
    evaluator = Evaluator(template, inputs, names, findings, read)
    evaluator.conditions.check_all()
    check_rules(evaluator)
    resources = {resource.address: resource for resource in _resources(template, evaluator)}
    _check_cycles(resources, findings)
    description = template.get("Description")
    return Definition(
        source=source,
        file=template.file,
        resources=resources,
        outputs={output.name: output for output in _outputs(template, evaluator)},
        parameters=parameters,
        description=description if isinstance(description, str) else "",
    )


def _resources(template: Located, evaluator: Evaluator) -> Iterator[Resource]:
    for name in evaluator.resources:
        if evaluator.nested and name in evaluator.nested:
            yield from evaluator.nested.resources(name)
        elif resource := _resource(name, template, evaluator):
            yield resource


def _resource(name: str, template: Located, evaluator: Evaluator) -> Resource | None:
    resource, findings = build_resource(name, evaluator), evaluator.findings
    if resource is None:
        return None
    metadata = template.get("Resources", name, "Metadata")
    resource = with_local_files(resource, metadata, Path(template.file).parent, findings)
    if resource.type == STATE_MACHINE:
        resource = with_definition_text(resource, findings)
    check_resource(resource, name, evaluator)
    return resource


def pseudo_parameters(inputs: Inputs) -> Mapping[str, Result]:
    """Source: CloudFormation User Guide, "Pseudo parameters reference"."""
    suffix = "amazonaws.com.cn" if inputs.partition == "aws-cn" else "amazonaws.com"
    return {
        "AWS::AccountId": inputs.account,
        "AWS::NoValue": ABSENT,
        "AWS::NotificationARNs": [],
        "AWS::Partition": inputs.partition,
        "AWS::Region": inputs.region,
        "AWS::StackId": _stack_id(inputs),
        "AWS::StackName": inputs.stack,
        "AWS::URLSuffix": suffix,
    }


def _stack_id(inputs: Inputs) -> str:
    """Of CloudFormation's form, and the same at every deployment: templates cut unique names out of it."""
    owner = f"{inputs.partition}:cloudformation:{inputs.region}:{inputs.account}"
    digest = hashlib.sha256(f"{owner}:{inputs.stack}".encode()).hexdigest()
    parts = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
    return f"arn:{owner}:stack/{inputs.stack}/{'-'.join(parts)}"


def _check_cycles(resources: Mapping[str, Resource], findings: Findings) -> None:
    for cycle in cycles(resources):
        message = f"these resources wait for each other: {' → '.join(cycle)}"
        findings.error("template.cycle", message, min(resources[address].location for address in cycle))


def _outputs(template: Located, evaluator: Evaluator) -> Iterator[Output]:
    for name, body in template.section("Outputs").items():
        condition = body.get("Condition") if isinstance(body, Mapping) else None
        if not isinstance(condition, str) or evaluator.conditions.holds(condition):
            yield _output(name, template, evaluator)
    if evaluator.nested:
        yield from evaluator.nested.exported()


def _output(name: str, template: Located, evaluator: Evaluator) -> Output:
    path = ("Outputs", name)
    description = template.get(*path, "Description")
    export = evaluator.plain(template.get(*path, "Export", "Name"), (*path, "Export", "Name"))
    if not isinstance(export, str | None) and export is not BROKEN:
        where = template.locate((*path, "Export"))
        evaluator.findings.error("template.export", "the name of an export must be known text", where)
    elif isinstance(export, str) and export in evaluator.exports:
        # CloudFormation User Guide, "Outputs": export names are unique within a region.
        message = f"another stack exports {export} already"
        where = template.locate((*path, "Export"))
        evaluator.findings.error("template.export", message, where, next="choose another name")
    value = evaluator.plain(template.get(*path, "Value"), (*path, "Value"))
    return Output(
        name=name,
        value=_scalar(name, value, template, evaluator),
        description=description if isinstance(description, str) else "",
        export=export,
        location=template.locate(path),
    )


def _scalar(name: str, value: Value, template: Located, evaluator: Evaluator) -> Value:
    where = template.locate(("Outputs", name, "Value"))
    if isinstance(value, Mapping | list):
        evaluator.findings.error("template.output", f"output {name} must be text, not a map or list", where)
    if any(isinstance(node, Secret) or (isinstance(node, Lookup) and node.secret) for node in walk(value)):
        message = f"output {name} holds a secret; its value will not be shown"
        evaluator.findings.warning("template.secret-output", message, where)
    return value
