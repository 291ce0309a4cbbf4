"""Builds every stack's code and every site, and decides by content what is to be done with each."""

from __future__ import annotations

from collections.abc import Callable

from fairway.model.decision import Decision, Kind
from fairway.model.errors import Failed
from fairway.model.events import Decided
from fairway.pipeline.decision import decide
from fairway.pipeline.delivery import Delivery, Ending
from fairway.pipeline.folder import StackRecord
from fairway.pipeline.hooks import run_hooks
from fairway.pipeline.parallel import each_stack, together
from fairway.pipeline.sites import decide_sites
from fairway.stacks.offline import build

_UNSETTLED = frozenset({Kind.FIRST, Kind.LATER})


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
    kinds: dict[str, Kind] = {}

    def work(stack: str) -> Ending:
        decision = _decision(delivery, stack, kinds)
        kinds[stack] = decision.kind
        delivery.emit(Decided(delivery.now, decision, stack=stack))
        noted(stack, decision)
        return "nothing" if decision.kind is Kind.NOTHING else "done"

    return each_stack(delivery, work)


def _decision(delivery: Delivery, stack: str, kinds: dict[str, Kind]) -> Decision:
    """A stack that takes what another one has is not even compiled before that one exists."""
    if missing := [each for each in sorted(delivery.needs[stack]) if kinds[each] in _UNSETTLED]:
        return Decision(Kind.LATER, tuple(f"it needs {each}, which is not deployed yet" for each in missing))
    return decide(build(delivery.request(stack), delivery.ports))
