"""Works on several stacks at once, each after those it needs; one that fails stops those that need it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from fairway.model.errors import FairwayError, cause_of
from fairway.model.events import StackFailed, StackSkipped
from fairway.model.results import Ending
from fairway.pipeline.delivery import GOES_ON, Delivery

WORKERS = 8
"""Stacks at once: each works on many operations at once itself."""
_GRAVEST: tuple[Ending, ...] = ("interrupted", "failed", "declined", "waiting", "done")


def each_stack(delivery: Delivery, work: Callable[[str], Ending]) -> Ending:
    """How all of them ended together. What is raised for one of several is told as an event.

    A single stack is worked on by this thread itself, where a signal can break in. Somebody who asked for the
    stop meanwhile has it now, even where all that was left was under way and has been finished.
    """
    stacks = delivery.stacks
    ending = work(stacks[0]) if len(stacks) == 1 else together(_in_turn(delivery, work).values())
    return "interrupted" if ending in GOES_ON and delivery.ports.interruption.event.is_set() else ending


def together(endings: Iterable[Ending]) -> Ending:
    """The gravest of them; `nothing` where that is all."""
    found = frozenset(endings)
    return next((each for each in _GRAVEST if each in found), "nothing")


def _in_turn(delivery: Delivery, work: Callable[[str], Ending]) -> Mapping[str, Ending]:
    order = TopologicalSorter(delivery.needs)
    results: dict[str, Ending] = {}
    running: dict[Future[Ending], str] = {}
    order.prepare()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="stack") as pool:
        while order.is_active():
            for stack in order.get_ready():
                if because := _held_up(delivery, results, stack):
                    results[stack] = _skipped(delivery, stack, because, results[because])
                    order.done(stack)
                else:
                    running[pool.submit(_attempted, delivery, stack, work)] = stack
            for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                stack = running.pop(future)
                results[stack] = future.result()
                order.done(stack)
    return results


def _held_up(delivery: Delivery, results: Mapping[str, Ending], stack: str) -> str:
    """The stack because of which this one cannot go on."""
    return next((each for each in sorted(delivery.needs[stack]) if results[each] not in GOES_ON), "")


def _skipped(delivery: Delivery, stack: str, because: str, ending: Ending) -> Ending:
    delivery.emit(StackSkipped(delivery.now, because, stack=stack))
    return ending


def tell_failure(delivery: Delivery, stack: str, error: FairwayError) -> None:
    """An error as an event, where the run goes on after it."""
    told = cause_of(error)
    delivery.emit(
        StackFailed(
            delivery.now, told.code, told.message, told.where, told.why, told.next, told.findings, stack=stack
        )
    )


def _attempted(delivery: Delivery, stack: str, work: Callable[[str], Ending]) -> Ending:
    try:
        return work(stack)
    except FairwayError as error:
        tell_failure(delivery, stack, error)
        return "interrupted" if delivery.ports.interruption.event.is_set() else "failed"
