"""Runs the stages one after the other, with their times, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module

from fairway.model.errors import Cause, FairwayError, Finding, cause_of
from fairway.model.events import (
    PipelineFinished,
    PipelineStageFinished,
    PipelineStageStarted,
    PipelineStarted,
    Warned,
)
from fairway.model.results import STAGES, Ending, PipelineResult, StageName
from fairway.pipeline.alone import alone
from fairway.pipeline.delivery import GOES_ON, Delivery
from fairway.pipeline.folder import DamagedRun, RunRecord, StageRecord
from fairway.pipeline.goback import go_back
from fairway.stacks.tree import require_tree

UNDONE = frozenset({"apply", "verify"})
"""The stages whose failure may be undone: those before them change nothing, and the one after only tells."""
_BEGUN_ANEW = "this run begins anew; after_apply hooks that were still to run are not known any more"
RESULTS: Mapping[Ending, PipelineResult] = {
    "done": "succeeded",
    "nothing": "unchanged",
    "waiting": "waiting",
    "declined": "declined",
    "failed": "failed",
    "interrupted": "interrupted",
}
"""What becomes of a run by the stage that ended it, or by its apply."""


def run(delivery: Delivery) -> PipelineResult:
    """How the run ended, as in PipelineFinished. Raises what stopped a stage, once its end is told.

    Where the environment says so, what the run did is undone when its apply or verification fails.
    """
    if delivery.deploys:
        require_tree(delivery.project, delivery.environment)
    with alone(delivery):
        return _run(delivery)


def _run(delivery: Delivery) -> PipelineResult:
    owed = _begin(delivery).owed
    telling, result = _Telling(delivery), RESULTS["failed"]
    try:
        try:
            result = _run_stages(delivery, telling)
        finally:
            if _went_back(delivery, telling):
                delivery.folder.owe_only(owed)
                result = "rolled-back"
    except KeyboardInterrupt:
        result = "interrupted"
        raise
    finally:
        telling.finish(result)
    return result


def _run_stages(delivery: Delivery, telling: _Telling) -> PipelineResult:
    for stage in delivery.stages:
        if telling.stage(stage) not in GOES_ON:
            break
    return telling.result


def _went_back(delivery: Delivery, telling: _Telling) -> bool:
    """Whether the run failed, and everything it did has been undone."""
    for stage, ending in list(telling.endings.items())[-1:]:
        if ending == "failed" and stage in UNDONE and delivery.on_failure == "rollback":
            return go_back(delivery, stage)
    return False


def _begin(delivery: Delivery) -> RunRecord:
    """Forget what an earlier run left of the stages that are to come, and of those after them."""
    first = STAGES.index(delivery.stages[0]) if delivery.stages else 0
    left = _left(delivery)
    record = left if first else RunRecord(owed=left.owed)
    kept = STAGES[:first] if delivery.continues else ()
    earlier = {str(name): record.stages[name] for name in kept if name in record.stages}
    sites = record.sites if first > STAGES.index("plan") else {}  # a new plan forgets stacks' results, too
    begun = replace(record, stages=earlier, sites=sites)
    delivery.folder.keep(begun)
    return begun


def _left(delivery: Delivery) -> RunRecord:
    """What earlier processes left. Raises DamagedRun where that is damaged, and needed."""
    try:
        return delivery.folder.record()
    except DamagedRun as error:
        if delivery.continues:
            raise
        finding = Finding(error.code, str(error), why=error.why, next=_BEGUN_ANEW, severity="warning")
        delivery.emit(Warned(delivery.now, finding))
        return RunRecord()


@dataclass
class _Telling:
    """Tells what happens, and keeps the times of the stages."""

    delivery: Delivery
    endings: dict[StageName, Ending] = field(default_factory=dict)
    error: Cause | None = None

    def __post_init__(self) -> None:
        delivery = self.delivery
        self.began = delivery.now
        delivery.emit(PipelineStarted(self.began, delivery.environment, delivery.stages, delivery.stacks))

    @property
    def result(self) -> PipelineResult:
        """Of a run that ended by itself: `unchanged` where there was nothing to apply."""
        nothing: Ending = "nothing"
        last = next(reversed(self.endings.values()), nothing)
        return RESULTS[self.endings.get("apply", "done") if last in GOES_ON else last]

    def stage(self, name: StageName) -> Ending:
        """Run a stage."""
        delivery, began = self.delivery, self.delivery.now
        delivery.emit(PipelineStageStarted(began, name))
        ending: Ending = "failed"
        try:
            ending = _stage(name)(delivery)
        except KeyboardInterrupt:
            ending = "interrupted"
            raise
        except FairwayError as error:
            self.error = cause_of(error)
            raise
        finally:
            self.endings[name] = ending
            spent = delivery.now - began
            delivery.folder.note_stage(name, StageRecord(ending, spent, began))
            delivery.emit(PipelineStageFinished(delivery.now, name, spent, ending))
        return ending

    def finish(self, result: PipelineResult) -> None:
        """Tell the end of the run."""
        delivery, record = self.delivery, self.delivery.folder.record()
        seconds = {name: each.seconds for name, each in record.stages.items()}
        stacks = {name: each.result for name, each in record.stacks.items()}
        last = next(reversed(self.endings), "")
        now, place = delivery.now, delivery.environment
        spent, error = now - self.began, self.error
        delivery.emit(PipelineFinished(now, place, result, spent, last, seconds, stacks, error))


def _stage(name: StageName) -> Callable[[Delivery], Ending]:
    """A stage is loaded when it is run: most commands run few."""
    stage: Callable[[Delivery], Ending] = import_module(f"fairway.pipeline.stages.{name}").run
    return stage
