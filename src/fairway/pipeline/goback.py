"""After a failure: what this run did to its sites and stacks is undone, the last first, the rest verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fairway.model.errors import FairwayError
from fairway.model.events import RollbackStarted
from fairway.model.results import Ending, StageName
from fairway.model.site import stack_of
from fairway.pipeline import sites
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import SiteRecord, StackRecord, StageRecord
from fairway.pipeline.parallel import tell_failure
from fairway.stacks.undo import take_back


def go_back(delivery: Delivery, stage: StageName) -> bool:
    """Whether everything was undone and what is left works; a stack's own failed deployment is undone by now.

    What stands in the way of undoing one is told, and the others are undone all the same. Sites come before
    the stacks that have their buckets.
    """
    records = {stack: delivery.folder.stack(stack) for stack in reversed(delivery.stacks)}
    changed = {stack: each for stack, each in records.items() if each.number}
    noted = delivery.folder.record().sites
    published = {name: each for name, each in noted.items() if each.after != each.before}
    if not (changed or published):
        return False
    began = delivery.now
    delivery.emit(RollbackStarted(began, stage, tuple(changed), tuple(published)))
    went = [_site_undone(delivery, name, each) for name, each in published.items()]
    went += [_undone(delivery, stack, each) for stack, each in changed.items()]
    works = all(went) and not _is_unsure(records.values()) and _works(delivery)
    ending: Ending = "done" if works else "failed"
    delivery.folder.note_stage("rollback", StageRecord(ending, delivery.now - began, began))
    return works


def _is_unsure(records: Iterable[StackRecord]) -> bool:
    """Whether a stack's deployment ended with an error, so that nobody knows what is undone of it."""
    return any(each.result == "failed" and not each.number for each in records)


def _site_undone(delivery: Delivery, name: str, noted: SiteRecord) -> bool:
    try:
        sites.take_back(delivery, name, noted)
    except FairwayError as error:
        tell_failure(delivery, stack_of(name), error)
        return False
    return True


def _undone(delivery: Delivery, stack: str, record: StackRecord) -> bool:
    if record.result != "succeeded":
        return True
    try:
        result = take_back(delivery.request(stack), delivery.ports, record.number)
    except FairwayError as error:
        tell_failure(delivery, stack, error)
        return False
    if result.result not in ("succeeded", "unchanged"):
        return False
    delivery.folder.note(stack, replace(record, result="rolled-back", number=0, applied=""))
    return True


def _works(delivery: Delivery) -> bool:
    """Whether what is left holds what must hold; of first deployments nothing is left."""
    from fairway.pipeline.stages.verify import verified
    from fairway.pipeline.subject import subject

    return not subject(delivery).states or verified(delivery)
