"""Takes over a stack of CloudFormation's with all that is in it, and lets the stack itself go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from fairway.apply.takeover import TakeOver
from fairway.aws.calls import Caller
from fairway.aws.catalogue.find import resource_type
from fairway.aws.stacks import ExistingStack, Member, delete, existing_stack, replace_template, template_of
from fairway.model.errors import Failed, FairwayError, Finding, InvalidDefinition, WrongInput
from fairway.model.events import PlanMade
from fairway.model.graph import Definition
from fairway.model.plan import Plan
from fairway.model.results import DeploymentResult
from fairway.model.state import OutputState, StackState
from fairway.plan.planner import in_order
from fairway.sources.cloudformation.text import parse
from fairway.stacks.history import Subject, remembered
from fairway.stacks.job import Job, at_work, picked_up
from fairway.stacks.prepare import Prepared, compared, first_state
from fairway.stacks.read import read, refuse_mistakes
from fairway.stacks.request import Request
from fairway.stacks.run import Ports

RETAIN: Mapping[str, Any] = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
Agrees = Callable[[int], bool]
"""Asked before anything is written or let go, with the number of resources."""


@dataclass(frozen=True)
class Adopted:
    """How it ended: `adopted`, `unchanged` (it had been before) or `declined`; the plan proves it."""

    result: DeploymentResult
    resources: int
    plan: Plan | None = None
    released: bool = False


def adopt(request: Request, name: str, ports: Ports, agrees: Agrees, *, own_template: bool) -> Adopted:
    """Take all resources of the CloudFormation stack `name` into state, touching none.

    The definition is the stack's own template as CloudFormation carried it out or, without `own_template`,
    the request's source, which must give every resource the same logical id. Raises InvalidDefinition with
    all that cannot be taken over, before anything is written.
    """
    with at_work("adopt", request, ports) as job:
        deployed = picked_up(job)
        stack = existing_stack(job.cloud.caller, name)
        if deployed and _has_all(deployed, stack):
            job.run.finish("unchanged", None, calls=job.cloud.calls)
            return Adopted("unchanged", len(stack.members))
        if deployed and deployed.resources:
            raise _deployed_already(deployed, stack)
        asked = _as_deployed(request, stack, own_template=own_template)
        first = deployed or first_state(request.target, job.store, job.cloud)
        prepared = _proved(asked, job, _taken(asked, job, first, stack))
        if not agrees(len(stack.members)):
            job.run.finish("declined", None, calls=job.cloud.calls)
            return Adopted("declined", len(stack.members), prepared.plan)
        _record(prepared, first, job)
        return Adopted("adopted", len(stack.members), prepared.plan)


def release(request: Request, name: str, ports: Ports, agrees: Agrees) -> bool:
    """Delete the CloudFormation stack `name` and keep every resource in it; False when nobody agreed.

    Raises WrongInput when state does not have them all, Failed when one of them is not there afterwards.
    """
    with at_work("release", request, ports) as job:
        state, caller = picked_up(job), job.cloud.caller
        stack = existing_stack(caller, name)
        if state is None or not _has_all(state, stack):
            raise WrongInput(
                "adopt.not-adopted",
                f"not all resources of {name} are in the state of {request.target.stack}",
                next=f"take them over first: fairway adopt --cloudformation {name}",
            )
        if not agrees(len(stack.members)):
            job.run.finish("declined", None, calls=job.cloud.calls)
            return False
        with job.run.stage("release"):
            _retain(caller, stack)
            delete(caller, stack)
            _require_there(state, job)
        job.run.finish("released", None, calls=job.cloud.calls)
        return True


def _as_deployed(request: Request, stack: ExistingStack, *, own_template: bool) -> Request:
    """The request with the stack's parameters, where the user gives no others, and its template."""
    source = _written(stack, request.target.cache) if own_template else request.source
    return replace(request, source=source, parameters={**stack.parameters, **request.parameters})


def _written(stack: ExistingStack, cache: Path) -> Path:
    file = cache / "adopted" / f"{stack.name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)  # a template may hold what should have been a parameter
    file.write_text(stack.template)
    return file


def _taken(request: Request, job: Job, state: StackState, stack: ExistingStack) -> StackState:
    look_up = cache(job.cloud.look_up)
    with job.run.stage("read"):
        account = job.cloud.caller.session.account
        definition, findings = read(request, job.store, job.cloud, account=account, look_up=look_up)
        _refuse((*findings, *_unknown(definition, stack)), definition, job)
    with job.run.stage("adopt"):
        return _with_members(definition, stack, TakeOver(state, job.cloud, look_up, trusted=True))


def _refuse(findings: tuple[Finding, ...], definition: Definition, job: Job) -> None:
    refuse_mistakes(definition, tuple(dict.fromkeys(findings)), job.run.emit, job.run.now)


def _unknown(definition: Definition, stack: ExistingStack) -> Iterator[Finding]:
    """What of the stack cannot be managed here, or is not in the definition."""
    for member in stack.members:
        try:
            resource_type(member.type)
        except WrongInput as error:
            what = f"{member.address} cannot be taken over: {error.what}"
            yield Finding("adopt.type", what, why=error.why, next=error.next)
            continue
        if member.address not in definition.resources:
            what = f"{definition.file} has no resource {member.address}, which the stack {stack.name} has"
            words = "give the template that the stack was made from, with the same logical ids"
            yield Finding("adopt.address", what, next=words)


def _with_members(definition: Definition, stack: ExistingStack, takeover: TakeOver) -> StackState:
    """The state with every member. Raises InvalidDefinition that names all that could not be read."""
    members: Mapping[str, Member] = {member.address: member for member in stack.members}
    findings = []
    for resource in in_order(definition):
        member = members.get(resource.address)
        if member is None:
            continue
        try:
            takeover.take(resource, member.physical)
        except FairwayError as error:
            what = f"{member.address} ({member.physical}) cannot be read: {error.what}"
            findings.append(Finding("adopt.unread", what, resource.location, error.why, error.next))
    if findings:
        raise InvalidDefinition(tuple(findings))
    return replace(takeover.state, resources={**takeover.state.resources, **takeover.taken})


def _proved(request: Request, job: Job, state: StackState) -> Prepared:
    """The plan that a deploy would carry out now; it says what differs from the definition."""
    prepared = compared(request, job.run, job.store, job.cloud, state, shortcut=False)
    job.run.emit(PlanMade(at=job.run.now, plan=prepared.plan))
    return prepared


def _record(prepared: Prepared, first: StackState, job: Job) -> None:
    outputs = {
        name: OutputState(value, prepared.desired.outputs[name].description, _export(prepared, name))
        for name, value in prepared.plan.outputs.items()
    }
    state = replace(prepared.state, outputs=outputs)
    subject = Subject(first, prepared.definition)
    with remembered(job.run, job.store, lambda: job.cloud.calls, subject) as record:
        saved = job.stored.settle(state)
        record.left(saved)
        job.run.finish("adopted", prepared.plan, calls=job.cloud.calls)


def _export(prepared: Prepared, name: str) -> str:
    export = prepared.desired.outputs[name].export
    return export if isinstance(export, str) else ""


def _has_all(state: StackState, stack: ExistingStack) -> bool:
    held = {(each.address, each.type) for each in state.resources.values()}
    return bool(held) and all((member.address, member.type) in held for member in stack.members)


def _deployed_already(state: StackState, stack: ExistingStack) -> WrongInput:
    return WrongInput(
        "adopt.deployed",
        f"{state.stack} has resources of its own already",
        why=f"what {stack.name} holds would be mixed with them",
        next="take it over under another name, with --stack",
    )


def _retain(caller: Caller, stack: ExistingStack) -> None:
    """Let every resource stay when the stack goes; nothing else changes.

    CloudFormation takes a new DeletionPolicy only along with another change, and a change of a resource's
    metadata is one that leaves the resource alone (docs:CloudFormation DeletionPolicy attribute).
    """
    if not _keeps_all(stack.template):
        replace_template(caller, stack, _retaining(stack.template))
    if not _keeps_all(template_of(caller, stack.id)):
        raise Failed(
            "adopt.not-retained",
            f"not every resource of {stack.name} would stay when the stack goes",
            next="set DeletionPolicy: Retain on all its resources, update the stack, and release it again",
        )


def _retaining(template: str) -> str:
    tree = _tree(template)
    resources = {
        address: {**body, **RETAIN, "Metadata": {**body.get("Metadata", {}), "Fairway": "adopted"}}
        for address, body in tree["Resources"].items()
    }
    return json.dumps({**tree, "Resources": resources})


def _keeps_all(template: str) -> bool:
    return all(body.get("DeletionPolicy") == "Retain" for body in _tree(template)["Resources"].values())


def _tree(template: str) -> Any:
    tree, findings = parse(template.encode(), "template")
    if tree is None:
        raise InvalidDefinition(findings)
    return tree.value


def _require_there(state: StackState, job: Job) -> None:
    live = job.cloud.read_all(state.resources.values())
    if missing := sorted(address for address, found in live.items() if found is None):
        raise Failed(
            "adopt.lost",
            f"{', '.join(missing)} went with the stack",
            why="CloudFormation deleted what it was told to retain",
            next="`fairway deploy` makes them again",
        )
