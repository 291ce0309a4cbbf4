"""Carries the plans out, each stack after those it needs; plans those that had to wait for others. Then the
sites are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from fairway.checks.say import with_say
from fairway.model.errors import Failed, FairwayError
from fairway.model.results import DeploymentResult, Ending
from fairway.model.until import Until
from fairway.pipeline.approval import approval_of, ask, to_carry_out
from fairway.pipeline.delivery import GOES_ON, Delivery
from fairway.pipeline.folder import StackRecord
from fairway.pipeline.hooks import run_hooks
from fairway.pipeline.parallel import each_stack
from fairway.pipeline.secrets import make_secrets
from fairway.pipeline.sites import publish_sites
from fairway.pipeline.stages.build import refuse_more_than_code
from fairway.pipeline.stages.plan import plan_stack
from fairway.pipeline.subject import targets
from fairway.stacks.deploy import apply_plan
from fairway.stacks.planfile import PlanFile, read_plan_file

_ENDINGS: Mapping[DeploymentResult, Ending] = {
    "succeeded": "done",
    "unchanged": "done",
    "interrupted": "interrupted",
}


def run(delivery: Delivery) -> Ending:
    """Raises Failed for a plan that does not hold any more, or that nobody has approved."""
    files, waiting = _to_do(delivery)
    for file in files:  # before anything is done: nothing is half approved
        approval_of(delivery, file)
    make_secrets(delivery)
    if not (files or waiting):
        return publish_sites(delivery)
    if delivery.code_only:
        for stack in delivery.stacks:
            refuse_more_than_code(stack, delivery.folder.stack(stack).decision)
    run_hooks(delivery, "before_apply")
    ending = each_stack(delivery, lambda stack: _worked_on(delivery, stack))
    if ending in GOES_ON and publish_sites(delivery) == "done":
        ending = "done"
    if ending == "done":
        run_hooks(delivery, "after_apply")
    return ending


def _to_do(delivery: Delivery) -> tuple[Sequence[PlanFile], bool]:
    """The plans to carry out, and whether some stack has to be planned yet."""
    records = [_planned(delivery, stack) for stack in delivery.stacks]
    return to_carry_out(delivery.folder, delivery.stacks), any(record.deferred for record in records)


def _worked_on(delivery: Delivery, stack: str) -> Ending:
    record = _planned(delivery, stack)
    if record.deferred:
        plan_stack(delivery, stack)
        if (ending := ask(delivery, [stack])) not in GOES_ON:
            return ending
        record = _planned(delivery, stack)
    return _applied(delivery, stack, record)


def _until(delivery: Delivery, stack: str, until: Until) -> Until:
    """What other stacks or the hooks of this run may use at once is waited for until it is ready."""
    is_needed = any(stack in needed for needed in delivery.needs.values())
    uses = is_needed or bool(delivery.project.hooks.after_apply)
    return "ready" if uses and until == "configured" else until


def _planned(delivery: Delivery, stack: str) -> StackRecord:
    record = delivery.folder.stack(stack)
    if record.deferred or delivery.folder.plan(stack).exists():
        return record
    raise Failed(
        "run.no-plan", f"there is no plan for {stack}", next="run the stage before this one: --from plan"
    )


def _applied(delivery: Delivery, stack: str, record: StackRecord) -> Ending:
    if not record.changes:
        return "nothing"
    file = read_plan_file(delivery.folder.plan(stack))
    if record.applied == file.digest:
        return "nothing"
    return _carried_out(delivery, stack, file)


def _carried_out(delivery: Delivery, stack: str, file: PlanFile) -> Ending:
    request = delivery.request(stack)
    request = replace(
        request,
        target=replace(request.target, until=_until(delivery, stack, request.target.until)),
        approval=approval_of(delivery, file),
        on_failure=delivery.on_failure,
        all_at_once=file.all_at_once,
    )
    ports = with_say(delivery.ports, delivery.project, partial(targets, delivery))
    record = delivery.folder.stack(stack)
    try:
        result = apply_plan(file, request, ports)
    except FairwayError:
        delivery.folder.note(stack, replace(record, result="failed"))
        raise
    ending = _ENDINGS.get(result.result, "failed")
    applied = file.digest if ending == "done" else ""
    delivery.folder.note(stack, replace(record, result=result.result, number=result.number, applied=applied))
    return ending
