"""Runs the stages one after the other, with their times, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module

from fairway.model.events import (
    PipelineFinished,
    PipelineStageFinished,
    PipelineStageStarted,
    PipelineStarted,
)
from fairway.pipeline.delivery import GOES_ON, STAGES, Delivery, Ending, StageName
from fairway.pipeline.folder import RunRecord, StageRecord
from fairway.pipeline.tree import require_tree

RESULTS: Mapping[Ending, str] = {"done": "succeeded", "nothing": "unchanged"}


def run(delivery: Delivery) -> str:
    """How the run ended, as in PipelineFinished. Raises what stopped a stage, once its end is told."""
    require_tree(delivery)
    _begin(delivery)
    telling = _Telling(delivery)
    try:
        for stage in delivery.stages:
            ending = telling.stage(stage)
            if ending not in GOES_ON:
                break
    except KeyboardInterrupt:
        telling.finish("interrupted")
        raise
    except BaseException:
        telling.finish("failed")
        raise
    return telling.finish(telling.result)


def _begin(delivery: Delivery) -> None:
    """Forget what an earlier run left of the stages that are to come, and of those after them."""
    first = STAGES.index(delivery.stages[0]) if delivery.stages else 0
    record = delivery.folder.record() if first else RunRecord()
    earlier = {str(name): record.stages[name] for name in STAGES[:first] if name in record.stages}
    delivery.folder.keep(replace(record, stages=earlier))


@dataclass
class _Telling:
    """Tells what happens, and keeps the times of the stages."""

    delivery: Delivery
    endings: dict[StageName, Ending] = field(default_factory=dict)

    def __post_init__(self) -> None:
        delivery = self.delivery
        self.began = delivery.now
        delivery.emit(PipelineStarted(self.began, delivery.environment, delivery.stages, delivery.stacks))

    @property
    def result(self) -> str:
        """Of a run that ended by itself: `unchanged` where there was nothing to apply."""
        last = next(reversed(self.endings.values()), "nothing")
        if last not in GOES_ON:
            return last
        return RESULTS[self.endings.get("apply", "done")]

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
        finally:
            self.endings[name] = ending
            spent = delivery.now - began
            delivery.folder.note_stage(name, StageRecord(ending, spent, began))
            delivery.emit(PipelineStageFinished(delivery.now, name, spent, ending))
        return ending

    def finish(self, result: str) -> str:
        """Tell the end of the run."""
        delivery, record = self.delivery, self.delivery.folder.record()
        seconds = {name: each.seconds for name, each in record.stages.items()}
        stacks = {name: each.result for name, each in record.stacks.items()}
        last = next(reversed(self.endings), "")
        ended = PipelineFinished(delivery.now, result, delivery.now - self.began, last, seconds, stacks)
        delivery.emit(ended)
        return result


def _stage(name: StageName) -> Callable[[Delivery], Ending]:
    """A stage is loaded when it is run: most commands run few."""
    stage: Callable[[Delivery], Ending] = import_module(f"fairway.pipeline.stages.{name}").run
    return stage
