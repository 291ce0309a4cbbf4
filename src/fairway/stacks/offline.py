"""A stack's definition, built, beside what is recorded: nothing is read from AWS but what it looks up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from fairway.model.errors import Finding
from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.plan.planner import make_plan
from fairway.stacks.connect import connect
from fairway.stacks.elsewhere import require_here
from fairway.stacks.outputs import same_outputs
from fairway.stacks.prepare import build_code, read_and_built
from fairway.stacks.read import read, refuse_mistakes
from fairway.stacks.request import Request
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.stored import Stored
from fairway.stacks.validate import ANY_ACCOUNT

_NOT_EXPORTED, _UNDECIDED = "template.import", "template.condition-unknown"


@dataclass(frozen=True)
class Offline:
    """What is recorded, and the plan against it alone: None where there is no record that is whole.

    `coming` are the outputs that the definition has and the record has not.
    """

    state: StackState | None
    plan: Plan | None = None
    coming: frozenset[str] = frozenset()

    @property
    def same_outputs(self) -> bool:
        """Whether the outputs that the plan foresees are those that are recorded."""
        return bool(self.state and self.plan and same_outputs(self.plan, self.state))


def build(request: Request, ports: Ports) -> Offline:
    """Build a stack's code, and compare what is to be deployed with what was. Changes nothing.

    Raises InvalidDefinition with every mistake of the definition and its code.
    """
    target = request.target
    run = Run("build", target, ports, request.folder)
    cloud, store = connect(target, ports.interruption), open_store(target, ports.interruption)
    state = Stored(store, target.environment, target.stack).load()
    if state is None:
        require_here(target, store)
    look_up = cache(cloud.look_up)
    account = state.account if state else cloud.caller.session.account
    built = read_and_built(request, run, store, cloud, account, look_up)
    plan = None
    if state and not (state.pending or state.updating):
        plan, _ = make_plan(built, state, {}, cloud, look_up=look_up, protect=request.protect)
    run.finish("built", None, calls=cloud.calls)
    recorded = state.outputs if state else {}
    return Offline(state, plan, frozenset(built.outputs.keys() - recorded.keys()))


def build_ahead(request: Request, ports: Ports) -> None:
    """Build a stack's code before what it takes of others is there; `request` leaves that unknown.

    Changes nothing. Raises InvalidDefinition with every mistake of the code, and with those of the definition
    that do not come from what is unknown.
    """
    target = request.target
    run = Run("build", target, ports, request.folder)
    cloud, store = connect(target, ports.interruption), open_store(target, ports.interruption)
    with run.stage("read"):
        definition, findings = read(request, store, cloud, account=ANY_ACCOUNT, look_up=None)
        refuse_mistakes(definition, certain(findings), run.emit, run.now)
    build_code(run, request, definition)
    run.finish("built", None, calls=cloud.calls)


def certain(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The errors that stay errors once everything is known.

    Where a condition could not be decided the definition may become another one. Warnings come with the plan.
    """
    if not is_certain(findings):
        return ()
    return tuple(each for each in findings if each.severity == "error" and each.code != _NOT_EXPORTED)


def is_certain(findings: Sequence[Finding]) -> bool:
    """Whether every condition of the definition could be decided."""
    return all(each.code != _UNDECIDED for each in findings)
