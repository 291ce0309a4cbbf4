"""Carries the plans out, each stack after those it needs; plans those that had to wait for others."""

from __future__ import annotations

from dataclasses import replace

from fairway.model.errors import Failed
from fairway.pipeline.approval import approval_of, ask
from fairway.pipeline.delivery import GOES_ON, Delivery, Ending
from fairway.pipeline.folder import StackRecord
from fairway.pipeline.parallel import each_stack
from fairway.pipeline.stages.plan import plan_stack
from fairway.stacks.deploy import apply_plan
from fairway.stacks.planfile import PlanFile, read_plan_file

_ENDINGS: dict[str, Ending] = {
    "succeeded": "done",
    "unchanged": "done",
    "interrupted": "interrupted",
}


def run(delivery: Delivery) -> Ending:
    """Raises Failed for a plan that does not hold any more, or that nobody has approved."""

    def work(stack: str) -> Ending:
        record = _planned(delivery, stack)
        if record.deferred:
            plan_stack(delivery, stack)
            if (ending := ask(delivery, [stack])) not in GOES_ON:
                return ending
            record = _planned(delivery, stack)
        return _applied(delivery, stack, record)

    return each_stack(delivery, work)


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
    request = replace(
        delivery.request(stack),
        approval=approval_of(delivery, file),
        on_failure=delivery.settings.on_failure,
    )
    result = apply_plan(file, request, delivery.ports)
    done = _ENDINGS.get(result.result, "failed") == "done"
    record, applied = delivery.folder.stack(stack), file.digest if done else ""
    noted = replace(record, result=result.result, number=result.number, applied=applied)
    delivery.folder.note(stack, noted)
    return _ENDINGS.get(result.result, "failed")
