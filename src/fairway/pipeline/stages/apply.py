"""Carries the plans out, each stack after those it needs; plans those that had to wait for others. Then the
sites are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from fairway.checks.say import with_say
from fairway.model.errors import Failed, FairwayError, Finding
from fairway.model.events import ApplyStarted, Emit, Event, Warned
from fairway.model.results import DeploymentResult, Ending
from fairway.model.until import Until
from fairway.pipeline.approval import approval_of, ask, to_carry_out
from fairway.pipeline.delivery import GOES_ON, Delivery
from fairway.pipeline.folder import StackRecord
from fairway.pipeline.hooks import run_hooks, run_owed_hooks
from fairway.pipeline.parallel import each_stack
from fairway.pipeline.secrets import make_secrets
from fairway.pipeline.sites import publish_sites
from fairway.pipeline.stages.build import refuse_more_than_code
from fairway.pipeline.stages.plan import plan_stack
from fairway.pipeline.subject import targets
from fairway.stacks.deploy import apply_plan
from fairway.stacks.planfile import PlanFile, StaleState, read_plan_file

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
    ending = _carry_out_all(delivery) if files or waiting else "nothing"
    if ending in GOES_ON and publish_sites(delivery) == "done":
        ending = "done"
    if ending in GOES_ON and run_owed_hooks(delivery, applied=ending == "done"):
        ending = "done"
    return ending


def _carry_out_all(delivery: Delivery) -> Ending:
    if delivery.code_only:
        for stack in delivery.stacks:
            refuse_more_than_code(stack, delivery.folder.stack(stack).decision)
    run_hooks(delivery, "before_apply")
    return each_stack(delivery, lambda stack: _worked_on(delivery, stack))


def _to_do(delivery: Delivery) -> tuple[Sequence[PlanFile], bool]:
    """The plans to carry out, and whether some stack has to be planned yet."""
    records = [_planned(delivery, stack) for stack in delivery.stacks]
    return to_carry_out(delivery.folder, delivery.stacks), any(record.deferred for record in records)


def _worked_on(delivery: Delivery, stack: str) -> Ending:
    record = _planned(delivery, stack)
    if record.deferred:
        return _planned_anew(delivery, stack)
    try:
        return _applied(delivery, stack, record)
    except StaleState as error:
        if not _may_plan_again(delivery):
            raise
        finding = Finding(error.code, f"{stack} is planned again", why=error.why, severity="warning")
        delivery.emit(Warned(delivery.now, finding, stack=stack))
        return _planned_anew(delivery, stack)


def _may_plan_again(delivery: Delivery) -> bool:
    """What another process planned, or somebody approved, is that very plan or nothing."""
    return "plan" in delivery.stages and not (delivery.settings.approval or delivery.code_only)


def _planned_anew(delivery: Delivery, stack: str) -> Ending:
    """Another plan is asked for anew."""
    plan_stack(delivery, stack)
    ending = ask(delivery, [stack])
    return _worked_on(delivery, stack) if ending in GOES_ON else ending


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
    told = replace(delivery.ports, emit=_owing(delivery, stack))
    ports = with_say(told, delivery.project, partial(targets, delivery))
    record = delivery.folder.stack(stack)
    try:
        result = apply_plan(file, request, ports)
    except FairwayError:
        delivery.folder.note(stack, replace(record, result="failed"))
        raise
    ending = _ENDINGS.get(result.result, "failed")
    applied = file.digest if ending == "done" else ""
    delivery.folder.note(stack, replace(record, result=result.result, number=result.number, applied=applied))
    if ending == "done":
        _owe_hooks(delivery, stack)
    return ending


def _owing(delivery: Delivery, stack: str) -> Emit:
    """Tells what happens. The hooks are owed before the first operation, for this process may be killed."""

    def emit(event: Event) -> None:
        if isinstance(event, ApplyStarted):
            _owe_hooks(delivery, stack)
        delivery.emit(event)

    return emit


def _owe_hooks(delivery: Delivery, stack: str) -> None:
    if delivery.project.hooks.after_apply:
        delivery.folder.owe(stack)
