"""Applies plans: runs every operation, tells what happens, and leaves a state that says what is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread

from fairway.apply import scheduler
from fairway.apply.costs import cost
from fairway.apply.folds import fold
from fairway.apply.golive import GoLive, at_once
from fairway.apply.intents import intents
from fairway.apply.ledger import GATHER, Journal, Ledger
from fairway.apply.patience import relied_on
from fairway.apply.perform import Performer
from fairway.apply.scheduler import DEFAULT_CONCURRENCY
from fairway.apply.tasks import Key, Task, tasks
from fairway.aws.provider import Live, Provider
from fairway.model.errors import Failed, FairwayError, Finding, Interrupted, WrongInput
from fairway.model.evaluate import text
from fairway.model.events import (
    ApplyStarted,
    Emit,
    Event,
    OperationFailed,
    OperationFinished,
    OperationProgress,
    OperationSkipped,
    OperationStarted,
    Warned,
)
from fairway.model.graph import Output
from fairway.model.journal import Begun, Entry, Finished, Moved
from fairway.model.plan import Action, Plan
from fairway.model.sealing import seal
from fairway.model.state import OutputState, ResourceState, StackState
from fairway.model.until import Until
from fairway.model.values import is_known
from fairway.plan.desired import Desired


@dataclass(frozen=True)
class Outcome:
    """What an apply came to; `state` is to be saved where it differs from the one it began with.

    `interrupted` says that it was asked to stop and left something undone for that, `trouble` that it stopped
    itself because the journal could not be written any more.
    """

    state: StackState
    failures: tuple[OperationFailed, ...] = ()
    skipped: tuple[OperationSkipped, ...] = ()
    interrupted: bool = False
    trouble: FairwayError | None = None
    live: Mapping[str, Live] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything that was planned has been done."""
        return not (self.failures or self.skipped)


def apply(
    plan: Plan,
    desired: Desired,
    state: StackState,
    provider: Provider,
    journal: Journal,
    emit: Emit,
    *,
    by: str = "",
    command: str = "deploy",
    clock: Callable[[], float] = time.time,
    concurrency: int = DEFAULT_CONCURRENCY,
    stop: Flag | None = None,
    gather: float = GATHER,
    go_live: GoLive = at_once,
    until: Until = "ready",
) -> Outcome:
    """Carry a plan out. `state` is the one it was made against, as it was saved.

    Everything that is going to be done is in the journal before the first call is sent, and all that was
    done is in the outcome's state: the journal may be cleared once that has been saved. A plan without
    operations leaves no trace in the journal. `by` says for people who does it; what was done is gathered
    for `gather` seconds before it is written. `go_live` carries out updates that have a rollout. An operation
    ends when it is `until` so far, or `ready` where another one relies on that.

    Setting `stop` lets what is under way finish and starts nothing new. What goes wrong with an operation
    is in the outcome. Raises WrongInput for a plan with refusals, Failed for one made against another state
    and when the journal cannot be written before anything is done.
    """
    _check(plan, state)
    asked = stop or Flag()
    begun = _begun(state, clock(), by, command)
    with Ledger(state, journal, gather=gather) as ledger:
        first = _before_all(plan, desired)
        work = tasks(plan, desired, fold(state, first))
        relied = relied_on(work, provider.traits)
        performer = Performer(desired, provider, ledger, go_live, until, relied, dict(desired.live))
        teller = _Teller(emit, clock)
        _write_ahead(ledger, begun, first, work, desired, provider)
        if work:
            teller.tell(ApplyStarted(clock(), len(work)))
        operations = _Operations(work, performer, teller)
        result = scheduler.run(
            {key: task.after for key, task in work.items()},
            {key: cost(task.change) for key, task in work.items()},
            operations.perform,
            concurrency=concurrency,
            stopped=lambda: asked.is_set() or ledger.trouble is not None,
        )
        skipped = tuple(operations.skip(key, because) for key, because in result.skipped.items())
        _finish(plan, desired, performer, teller)
    return Outcome(
        ledger.ended({*result.skipped, *operations.never_sent}),
        tuple(operations.failures),
        skipped,
        (operations.stopped or None in result.skipped.values()) and ledger.trouble is None,
        ledger.trouble,
        performer.live,
    )


def _write_ahead(
    ledger: Ledger,
    begun: Begun,
    first: Sequence[Entry],
    work: Mapping[Key, Task],
    desired: Desired,
    provider: Provider,
) -> None:
    """Make everything that is intended durable; while that is written the provider makes itself ready."""
    if not work:
        for entry in first:
            ledger.commit(entry)
        return
    types = [task.change.type for task in work.values()]
    Thread(target=provider.prepare, args=(types,), name="prepare", daemon=True).start()
    ledger.begin([begun, *first, *intents(work.values(), desired, begun.secret_key)])


def _before_all(plan: Plan, desired: Desired) -> Sequence[Entry]:
    """What stands elsewhere than state says, before anything is done."""
    return (*desired.first, Moved(plan.moves)) if plan.moves else desired.first


def _begun(state: StackState, now: float, by: str, command: str) -> Begun:
    return Begun(
        now,
        by,
        command,
        state.stack,
        state.environment,
        state.account,
        state.region,
        state.lineage,
        state.serial,
        state.secret_key,
    )


def _check(plan: Plan, state: StackState) -> None:
    if plan.refusals:
        refusal = plan.refusals[0]
        raise WrongInput("plan.refused", refusal.sentence, where=refusal.location or refusal.address)
    if plan.serial != state.serial:
        raise Failed(
            "plan.stale",
            "the plan was made against another state",
            why=f"it was made against serial {plan.serial}, the stack is at {state.serial}",
            next="plan again",
        )


class _Teller:
    """Tells events one at a time, whichever thread they come from, at the time they happen."""

    def __init__(self, emit: Emit, clock: Callable[[], float]) -> None:
        self._emit = emit
        self._turn = Lock()
        self.clock = clock

    def tell(self, event: Event) -> None:
        """Pass an event on."""
        with self._turn:
            self._emit(event)


class _Operations:
    """Runs tasks by key and tells their beginning and end."""

    def __init__(self, work: Mapping[Key, Task], performer: Performer, teller: _Teller) -> None:
        self._work = work
        self._performer = performer
        self._teller = teller
        self.failures: list[OperationFailed] = []
        self.never_sent: list[Key] = []
        self.stopped = False

    def perform(self, key: Key) -> bool:
        """Run one task; a failure is told and kept, whatever it is."""
        task = self._work[key]
        started = self._teller.clock()
        action = task.change.action
        told = False
        try:
            action, carry_out = self._performer.step(task)
            self._started(task, action)
            told = True
            identifier = carry_out(partial(self._progress, task, action))
        except Exception as error:
            if not told:
                self.never_sent.append(key)
                self._started(task, action)
            self.stopped = self.stopped or isinstance(error, Interrupted)
            self._failed(task, action, started, error)
            return False
        now = self._teller.clock()
        self._finished(task, action, now, now - started, identifier)
        return True

    def skip(self, key: Key, because: Key | None) -> OperationSkipped:
        """Tell that a task was not run."""
        change = self._work[key].change
        event = OperationSkipped(
            self._teller.clock(), change.address, change.type, change.action, because[0] if because else ""
        )
        self._teller.tell(event)
        return event

    def _started(self, task: Task, action: Action) -> None:
        change = task.change
        self._teller.tell(OperationStarted(self._teller.clock(), change.address, change.type, action))

    def _finished(self, task: Task, action: Action, now: float, seconds: float, identifier: str) -> None:
        change, live = task.change, self._performer.live.get(task.change.address)
        moved_from = change.moved_from if action in (Action.UPDATE, Action.ADOPT) else ""
        made = action in (Action.CREATE, Action.UPDATE, Action.REPLACE)
        accepted = made and live is not None and live.accepted
        self._teller.tell(
            OperationFinished(
                now, change.address, change.type, action, seconds, identifier, moved_from, accepted
            )
        )

    def _progress(self, task: Task, action: Action, waiting_for: str) -> None:
        self._teller.tell(OperationProgress(self._teller.clock(), task.change.address, action, waiting_for))

    def _failed(self, task: Task, action: Action, started: float, error: Exception) -> None:
        now, change = self._teller.clock(), task.change
        code, message, follow_up = _words(error)
        event = OperationFailed(
            now,
            change.address,
            change.type,
            action,
            now - started,
            code,
            self._performer.without_secrets(message),
            getattr(error, "request_id", ""),
            follow_up,
        )
        self.failures.append(event)
        self._teller.tell(event)


def _words(error: Exception) -> tuple[str, str, str]:
    """Code, message and what next of an error."""
    if isinstance(error, FairwayError):
        message = f"{error.what}: {error.why}" if error.why else error.what
        return error.code, message, error.next
    message = f"{type(error).__name__}: {error}{_place(error)}"
    return "internal.error", message, "this is a mistake in Fairway; please report it"


def _place(error: Exception) -> str:
    """Where in the program it happened, without the folders of this machine."""
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _finish(plan: Plan, desired: Desired, performer: Performer, teller: _Teller) -> None:
    """Record outputs, and what the definition says now of resources that needed no operation."""
    unchanged = dict(_unchanged(plan, performer))
    outputs = _outputs(plan, desired, performer, teller)
    performer.ledger.commit(Finished(unchanged, outputs))


def _unchanged(plan: Plan, performer: Performer) -> Iterator[tuple[str, ResourceState]]:
    for change in plan.changes:
        if change.action is Action.UNCHANGED:
            yield change.address, performer.unchanged(change.address)


def _outputs(
    plan: Plan, desired: Desired, performer: Performer, teller: _Teller
) -> Mapping[str, OutputState]:
    """The outputs as far as they are known; a failed resource's keep the values they had."""
    state = performer.ledger.state
    if plan.destroy:
        return state.outputs if state.resources else {}
    found: dict[str, OutputState] = {}
    for name, output in desired.outputs.items():
        try:
            current = _output(output, performer, performer.ledger.secret_key)
        except FairwayError as error:
            finding = Finding(error.code, f"output {name}: {error.what}", output.location, error.why)
            teller.tell(Warned(teller.clock(), replace(finding, severity="warning")))
            current = None
        if current or name in state.outputs:
            found[name] = current or state.outputs[name]
    return found


def _output(output: Output, performer: Performer, key: str) -> OutputState | None:
    value, export = performer.evaluated(output.value), performer.evaluated(output.export)
    if not (is_known(value) and is_known(export)):
        return None
    return OutputState(seal(value, key), output.description, "" if export is None else text(export))
