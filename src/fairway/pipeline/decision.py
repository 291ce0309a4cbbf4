"""What is to be done with a stack, decided by content: no file's time, no path, no commit is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fairway.model.decision import Decision, Kind
from fairway.model.plan import Action, Change, Plan, Reason
from fairway.model.sealing import ARTIFACT
from fairway.model.state import StackState
from fairway.stacks.offline import Offline

if TYPE_CHECKING:
    from fairway.stacks.sites import SiteOffline

NAMED = 6
"""So many changes are named among the reasons; the plan has them all."""
CUT_OFF_NAMED = 3
"""So many addresses are named of a deployment that was cut off."""


def decide(found: Offline) -> Decision:
    """The decision on a stack whose code has been built."""
    if found.state is None:
        return Decision(Kind.FIRST, ("it was never deployed here",))
    if found.plan is None:
        return Decision(Kind.DEFINITION, (_cut_off(found.state),))
    if not found.plan.effective:
        return _of_outputs(found)
    code = _code_alone(found.plan)
    return Decision(_kind(found.plan, code), tuple(_reasons(found.plan)), tuple(sorted(code)))


def decide_site(found: SiteOffline) -> Decision:
    """The decision on a site that has been built."""
    current = found.state.current
    if current is None:
        return Decision(Kind.FIRST, ("it was never published here",))
    if found.is_published:
        return Decision(Kind.NOTHING, (f"its files are those of release {current.number}",))
    return Decision(Kind.CODE, (f"its files are not those of release {current.number}",))


def _of_outputs(found: Offline) -> Decision:
    assert found.state
    if found.same_outputs:
        return Decision(Kind.NOTHING, (f"definition and code are those of serial {found.state.serial}",))
    return Decision(Kind.CONFIGURATION, ("its outputs changed",))


def _kind(plan: Plan, code: frozenset[str]) -> Kind:
    beside = [change for change in plan.effective if change.address not in _following(plan, code)]
    if not beside:
        return Kind.CODE
    in_place = all(change.action is Action.UPDATE for change in beside)
    return Kind.CONFIGURATION if in_place else Kind.DEFINITION


def _code_alone(plan: Plan) -> frozenset[str]:
    """The addresses whose code is all that changed."""
    return frozenset(change.address for change in plan.effective if _is_code_alone(change))


def _is_code_alone(change: Change) -> bool:
    is_kept = change.action in (Action.UPDATE, Action.REPLACE)
    return is_kept and bool(change.properties) and all(_is_code(each.after) for each in change.properties)


def _is_code(value: object) -> bool:
    return isinstance(value, Mapping) and ARTIFACT in value


def _following(plan: Plan, code: frozenset[str]) -> frozenset[str]:
    """Those, and what changes only because it uses them: a layer's functions, a function's alias.

    The changes of a plan are in the order of their dependencies.
    """
    found = set(code)
    for change in plan.effective:
        if change.reason is Reason.DEPENDENCY and found.intersection(change.dependencies):
            found.add(change.address)
    return frozenset(found)


def _reasons(plan: Plan) -> Iterator[str]:
    changes = plan.effective
    yield from (_sentence(change) for change in changes[:NAMED])
    if len(changes) > NAMED:
        yield f"and {len(changes) - NAMED} more"


def _sentence(change: Change) -> str:
    paths = ", ".join(each.path for each in change.properties)
    if _is_code_alone(change):
        return f"{change.address}: the code changed"
    if change.action is Action.UPDATE:
        return f"{change.address}: {paths}"
    return f"{change.address}: {change.action.value}, {change.reason.value}"


def _cut_off(state: StackState) -> str:
    """Whoever wants all of them asks `fairway status`."""
    addresses = sorted({*state.pending, *state.updating})
    names = ", ".join(addresses[:CUT_OFF_NAMED])
    more = len(addresses) - CUT_OFF_NAMED
    return f"an earlier deployment was cut off at {names}{f' and {more} more' if more > 0 else ''}"
