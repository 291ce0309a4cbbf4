"""A stack's definition, built, beside what is recorded: nothing is read from AWS but what it looks up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.plan.planner import make_plan
from fairway.stacks.connect import connect
from fairway.stacks.elsewhere import require_here
from fairway.stacks.outputs import same_outputs
from fairway.stacks.prepare import read_and_built
from fairway.stacks.request import Request
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.stored import Stored


@dataclass(frozen=True)
class Offline:
    """What is recorded, and the plan against it alone: None where there is no record that is whole."""

    state: StackState | None
    plan: Plan | None = None

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
    return Offline(state, plan)
