"""Approvals: of one plan each, known by its digest, so that nothing else can be carried out under them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from fairway.model.deployment import Approval
from fairway.model.errors import Failed, WrongInput
from fairway.model.events import Approved, PlanMade
from fairway.model.plan import Plan
from fairway.model.plan_document import plan_of
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import RunFolder
from fairway.stacks.planfile import PlanFile, read_plan_file

_one_question_at_a_time = Lock()


def to_carry_out(folder: RunFolder, stacks: Iterable[str]) -> Sequence[PlanFile]:
    """The plans among those of some stacks that change anything, and have not been carried out yet."""
    records = folder.record().stacks
    planned = [name for name in stacks if name in records and records[name].changes]
    files = {name: read_plan_file(folder.plan(name)) for name in planned if folder.plan(name).exists()}
    return [file for name, file in files.items() if records[name].applied != file.digest]


def ask(delivery: Delivery, stacks: Iterable[str]) -> Ending:
    """Whether their plans may be carried out: `waiting` where an approval is needed that nobody gives now."""
    files = to_carry_out(delivery.folder, stacks)
    if not files:
        return "nothing"
    with _one_question_at_a_time:
        if "plan" not in delivery.stages:
            _show(delivery, files)
        if not delivery.settings.approval:
            return "done" if delivery.people.confirm([plan_of(file.plan) for file in files]) else "declined"
        return _approved(delivery, files)


def approve(delivery: Delivery, who: str, agreed: Callable[[Sequence[Plan]], bool]) -> bool:
    """Have the plans that wait for it approved by `who`, where that is agreed once they are shown.

    Raises WrongInput where none waits.
    """
    known = delivery.folder.approvals()
    files = [each for each in to_carry_out(delivery.folder, delivery.stacks) if each.digest not in known]
    if not files:
        raise WrongInput(
            "approve.nothing",
            f"no plan for {delivery.environment} waits for an approval",
            next=f"make one: fairway run --env {delivery.environment} --to plan, "
            f"or fairway remote approve --env {delivery.environment} for what was pushed",
        )
    _show(delivery, files)
    if not agreed([plan_of(file.plan) for file in files]):
        return False
    _keep(delivery, files, who)
    return True


def approval_of(delivery: Delivery, file: PlanFile) -> Approval | None:
    """The approval of this very plan; None where none is needed. Raises Failed where it is missing."""
    if not delivery.settings.approval:
        return None
    if found := delivery.folder.approvals().get(file.digest):
        return found
    raise Failed(
        "run.not-approved",
        f"nobody has approved this plan for {file.stack}",
        why=f"{delivery.environment} needs an approval of each plan, and a plan that changed needs a new one",
        next=f"read it and run `fairway approve --env {delivery.environment}`, then run this again",
    )


def _show(delivery: Delivery, files: Sequence[PlanFile]) -> None:
    for file in files:
        delivery.emit(PlanMade(delivery.now, plan_of(file.plan), stack=file.stack))


def _approved(delivery: Delivery, files: Sequence[PlanFile]) -> Ending:
    known = delivery.folder.approvals()
    if missing := [file for file in files if file.digest not in known]:
        who = delivery.people.approve([plan_of(file.plan) for file in missing])
        if not who:
            return "waiting"
        _keep(delivery, missing, who)
    for file in files:
        if given := known.get(file.digest):
            _tell(delivery, file, given)
    return "done"


def _keep(delivery: Delivery, files: Sequence[PlanFile], who: str) -> None:
    for file in files:
        given = Approval(who, delivery.now, file.digest)
        delivery.folder.approve(given)
        _tell(delivery, file, given)


def _tell(delivery: Delivery, file: PlanFile, given: Approval) -> None:
    delivery.emit(Approved(delivery.now, given.who, given.digest, given.at, stack=file.stack))
