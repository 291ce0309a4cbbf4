"""Plans every stack, into a file that the apply holds itself to."""

from __future__ import annotations

from fairway.model.decision import Kind
from fairway.model.events import StackDeferred
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import StackRecord
from fairway.pipeline.parallel import each_stack
from fairway.project.order import taken
from fairway.stacks import deploy
from fairway.stacks.carry import refuse_losses


def run(delivery: Delivery) -> Ending:
    """Raises WrongInput for a plan with refusals."""

    def work(stack: str) -> Ending:
        delivery.folder.forget_plan(stack)
        if after := _unsettled(delivery, stack):
            decision = delivery.folder.stack(stack).decision
            delivery.folder.note(stack, StackRecord(decision, deferred=after, changes=True))
            delivery.emit(StackDeferred(delivery.now, after, stack=stack))
            return "done"
        return plan_stack(delivery, stack)

    return each_stack(delivery, work)


def plan_stack(delivery: Delivery, stack: str) -> Ending:
    """Plan one stack, whose inputs are known by now. Raises WrongInput for a plan with refusals."""
    code_alone = delivery.folder.stack(stack).decision == Kind.CODE
    out = delivery.folder.plan(stack)
    result = deploy.plan(delivery.request(stack), delivery.ports, out, shortcut=code_alone)
    assert result.plan
    refuse_losses(result.plan)
    planned = StackRecord(
        decision=delivery.folder.stack(stack).decision,
        changes=result.changes_anything,
        new_outputs=tuple(sorted(result.new_outputs)),
    )
    delivery.folder.note(stack, planned)
    return "done" if result.changes_anything else "nothing"


def _unsettled(delivery: Delivery, stack: str) -> tuple[str, ...]:
    """The stacks of which this one takes what will be otherwise than it is."""
    return tuple(each for each in sorted(delivery.needs[stack]) if _is_unsettled(delivery, stack, each))


def _is_unsettled(delivery: Delivery, stack: str, needed: str) -> bool:
    record = delivery.folder.stack(needed)
    new = frozenset(record.new_outputs)
    return bool(record.deferred or taken(delivery.project, delivery.environment, stack, needed, new))
