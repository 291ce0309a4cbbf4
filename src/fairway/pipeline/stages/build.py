"""Builds every stack's code and every site, and decides by content what is to be done with each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fairway.model.decision import Decision, Kind
from fairway.model.errors import Failed, InvalidDefinition
from fairway.model.events import Decided
from fairway.model.results import Ending
from fairway.pipeline.decision import decide
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import StackRecord
from fairway.pipeline.hooks import run_hooks
from fairway.pipeline.parallel import each_stack, together
from fairway.pipeline.sites import decide_sites
from fairway.project.order import taken
from fairway.stacks.offline import build, build_ahead
from fairway.stacks.uses import strange_outputs


def run(delivery: Delivery) -> Ending:
    """Raises as `decisions` and `decide_sites`; Failed where not only code changed, and nothing else may."""
    run_hooks(delivery, "before_build")

    def noted(stack: str, decision: Decision) -> None:
        delivery.folder.note(stack, StackRecord(decision.kind.value))
        if delivery.code_only:
            refuse_more_than_code(stack, decision.kind, "; ".join(decision.reasons))

    ending = decisions(delivery, noted)
    sites = decide_sites(delivery).values()
    return together([ending, *("nothing" if each.kind is Kind.NOTHING else "done" for each in sites)])


def refuse_more_than_code(stack: str, decision: str, why: str = "") -> None:
    """Raises Failed where it was decided that more than code is to be changed, or nothing was decided."""
    if decision not in (Kind.CODE, Kind.NOTHING):
        raise Failed(
            "run.not-code-alone",
            f"more than code would change in {stack}",
            why=": ".join(filter(None, (decision or "nobody has decided what to do with it", why))),
            next="run it without --code-only",
        )


def decisions(delivery: Delivery, noted: Callable[[str, Decision], None]) -> Ending:
    """Build every stack and tell what is to be done with it, also to `noted`. Changes nothing.

    Raises InvalidDefinition with every mistake of a definition and its code.
    """
    known: dict[str, _Known] = {}

    def work(stack: str) -> Ending:
        decision, coming = _decision(delivery, stack, known)
        known[stack] = _Known(decision.kind, coming)
        delivery.emit(Decided(delivery.now, decision, stack=stack))
        noted(stack, decision)
        return "nothing" if decision.kind is Kind.NOTHING else "done"

    return each_stack(delivery, work)


@dataclass(frozen=True)
class _Known:
    """What those that need a stack have to know of it: `coming` are outputs that are not there yet."""

    kind: Kind
    coming: frozenset[str]


def _decision(delivery: Delivery, stack: str, known: Mapping[str, _Known]) -> tuple[Decision, frozenset[str]]:
    """And the outputs that the stack will have, and has not.

    What is to be done with a stack is not known before that is there which it takes of others; its code is
    built all the same, so that a mistake in it shows before anything is applied.
    """
    if reasons := tuple(_missing(delivery, stack, known)):
        if strange := strange_outputs(delivery.project):
            raise InvalidDefinition(strange)
        build_ahead(delivery.ahead(stack), delivery.ports)
        return Decision(Kind.LATER, reasons), frozenset()
    found = build(delivery.request(stack), delivery.ports)
    return decide(found), found.coming


def _missing(delivery: Delivery, stack: str, known: Mapping[str, _Known]) -> Iterator[str]:
    """Why a stack has to wait, as sentences."""
    for needed in sorted(delivery.needs[stack]):
        there = known[needed]
        if there.kind is Kind.FIRST:
            yield f"it needs {needed}, which is not deployed yet"
        elif there.kind is Kind.LATER:
            yield f"it needs {needed}, which waits itself"
        elif new := taken(delivery.project, delivery.environment, stack, needed, there.coming):
            yield f"it needs {needed}, which has no {', '.join(sorted(new))} yet"
