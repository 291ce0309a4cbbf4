"""Every run that changes something leaves a numbered record, written beside the run and not before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from fairway.model.deployment import (
    INTERRUPTED,
    RUNNING,
    SUCCEEDED,
    Approval,
    Deployment,
    Operation,
    Origin,
    from_json,
    kept_with,
    to_json,
)
from fairway.model.errors import Failed, FairwayError, Finding, WrongInput, unusable_file
from fairway.model.events import CutOff, DeploymentFinished, OperationFinished, Warned
from fairway.model.events import to_json as event_json
from fairway.model.graph import Definition
from fairway.model.journal import Begun, Remains
from fairway.model.state import StackState
from fairway.model.values import Artifact
from fairway.stacks.origin import is_dirty
from fairway.stacks.request import Target
from fairway.stacks.run import Run
from fairway.state.artifacts import KeptArtifacts
from fairway.state.lease import LeaseLost
from fairway.state.records import Deployments
from fairway.state.store import Store

UPLOADS = 4
"""Artifacts that are sent at once."""


@dataclass(frozen=True)
class History:
    """The records of one stack, read as deployments."""

    records: Deployments

    def deployment(self, number: int) -> Deployment:
        """One deployment. Raises WrongInput when there is none, Failed for a damaged record."""
        document = self.records.read(number)
        if document is None:
            raise self._unknown(number)
        try:
            return from_json(document)
        except (KeyError, TypeError, ValueError):
            raise Failed(
                "history.damaged",
                f"the record of deployment {number} cannot be read",
                why="it has not the form of a record: another version of Fairway wrote it, or it was edited",
                next="later deployments have records of their own: see `fairway history`",
            ) from None

    def newest_first(self) -> Iterator[Deployment]:
        """Every deployment that can be read, read one by one as they are asked for."""
        for number in reversed(self.records.numbers()):
            try:
                yield self.deployment(number)
            except Failed:
                continue

    def last(self) -> Deployment | None:
        """The newest deployment."""
        return next(self.newest_first(), None)

    def last_good(self, *, before: int | None = None) -> Deployment | None:
        """The newest deployment that can be gone back to."""
        found = (each for each in self.newest_first() if before is None or each.number < before)
        return next((each for each in found if each.good), None)

    def last_standing(self, *, before: int | None = None) -> Deployment | None:
        """The newest good deployment whose resources have not been destroyed since."""
        for each in self.newest_first():
            if before is not None and each.number >= before:
                continue
            if each.removes_all:
                return None
            if each.good:
                return each
        return None

    def undone_by(self, deployment: Deployment) -> int:
        """The number of the rollback that has taken a deployment back; 0 where none has.

        Only the last one is ever taken back, so that is the next.
        """
        number = deployment.number + 1
        found = self.records.read(number) or {}
        return number if found.get("undoes") == deployment.number and found["result"] == SUCCEEDED else 0

    def next_number(self) -> int:
        """The number after that of the newest record, whether that can be read or not."""
        return max(self.records.numbers(), default=0) + 1

    def _unknown(self, number: int) -> WrongInput:
        numbers = self.records.numbers()
        there_are = f"there are {numbers[0]} to {numbers[-1]}" if numbers else "there is none yet"
        return WrongInput("history.number", f"there is no deployment {number}", next=there_are)


def history_of(store: Store, target: Target) -> History:
    """The deployments of a target's stack."""
    return History(store.deployments(target.environment, target.stack))


@dataclass(frozen=True)
class Subject:
    """What a recorded run is about: the state it begins with, and what is to be deployed.

    `definition` is None where everything is to go; `restores` is the deployment a rollback goes back to,
    `undoes` the one that it takes back.
    """

    state: StackState
    definition: Definition | None = None
    restores: int = 0
    undoes: int = 0
    approval: Approval | None = None


def note_cut_off(run: Run, store: Store, left: Remains | None, state: StackState) -> None:
    """Complete the record of the run that was cut off, by its journal: call it before that is cleared.

    A record that cannot be written is a warning, as ever.
    """
    if left is None:
        return
    history = history_of(store, run.target)
    with _told(run):
        last = history.last()
        if last and last.result == RUNNING and _is_of(left.begun, last):
            ended = replace(last, result=INTERRUPTED, events=[*last.events, event_json(_cut_off(run, left))])
            history.records.write(last.number, to_json(ended, state.secret_key))


def _is_of(begun: Begun, record: Deployment) -> bool:
    return (record.lineage, record.serial_before) == (begun.lineage, begun.serial)


def _cut_off(run: Run, left: Remains) -> CutOff:
    results = (("finished", left.done), ("started", left.unfinished))
    return CutOff(
        run.now,
        tuple(
            Operation(each.address, each.type, each.action, result)
            for result, intents in results
            for each in intents
        ),
    )


@contextmanager
def _told(run: Run) -> Iterator[None]:
    """What goes wrong with a record is told as a warning, a bug of Fairway too: it stops no deployment."""
    try:
        yield
    except Exception as error:
        if _ends_the_run(error, run):
            return
        what = "the history of this deployment is not complete"
        finding = Finding("history.not-written", what, why=_why(error), severity="warning")
        run.emit(Warned(run.now, finding))


def _ends_the_run(error: Exception, run: Run) -> bool:
    """Whether it is the lost lease that the run itself ends by, and tells of."""
    if not isinstance(error, LeaseLost):
        return False
    ends = [event.error for event in run.events if isinstance(event, DeploymentFinished)]
    return not ends or ends[-1] == str(error)


def _why(error: Exception) -> str:
    """The words of an error that was foreseen; of another its type alone, as its words may hold a secret."""
    return str(error) if isinstance(error, (OSError, FairwayError)) else type(error).__name__


@contextmanager
def remembered(
    run: Run, store: Store, calls: Callable[[], Mapping[str, int]], subject: Subject
) -> Iterator[Recording]:
    """From here on the run is recorded, its end included, whatever that is; `calls` are those it made."""
    artifacts = store.artifacts(run.target.environment, run.target.stack)
    recording = Recording(run, history_of(store, run.target), artifacts, subject)
    try:
        yield recording
    except KeyboardInterrupt:
        run.finish("interrupted", None, counts=done(run), calls=calls())
        raise
    except Exception as error:
        told = unusable_file(error) if isinstance(error, OSError) else error
        what = str(told) if isinstance(told, FairwayError) else type(error).__name__
        run.finish("failed", None, counts=done(run), calls=calls(), error=what)
        raise
    finally:
        recording.close()


def done(run: Run) -> Mapping[str, int]:
    """How many of which action have been carried out."""
    return Counter(event.action.value for event in run.events if isinstance(event, OperationFinished))


class Upload:
    """Keeps a deployment's artifacts while it runs; when it has succeeded, only those still named."""

    def __init__(self, kept: KeptArtifacts) -> None:
        self._kept = kept
        self._there = frozenset[str]()

    def upload(self, artifacts: Collection[Artifact]) -> None:
        """Keep what is not kept yet. Code that was read from AWS has no file here, and is kept already."""
        self._there = self._kept.digests()
        missing = [each for each in artifacts if each.path and each.digest not in self._there]
        with ThreadPoolExecutor(UPLOADS, thread_name_prefix="artifacts") as pool:
            list(pool.map(lambda each: self._kept.put(each.digest, Path(each.path).read_bytes()), missing))

    def keep_only(self, kept: Mapping[int, Sequence[str]]) -> None:
        """Remove what none of the kept deployments names."""
        named = {digest for digests in kept.values() for digest in digests}
        for digest in self._there - named:
            self._kept.remove(digest)


class Recording:
    """Keeps the record of the run that is under way; everything it stores, it stores on a thread of its own.

    Only this run can take the next number: it has the stack.
    """

    def __init__(self, run: Run, history: History, artifacts: KeptArtifacts, subject: Subject) -> None:
        self._run = run
        self._history = history
        self._artifacts = Upload(artifacts)
        self._subject = subject
        self._serial = subject.state.serial
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._number: Future[Deployment] = self._thread.submit(self._begin)
        if subject.definition and (built := subject.definition.artifacts):
            self._thread.submit(self._try, partial(self._artifacts.upload, built))

    @property
    def number(self) -> int:
        """The deployment's number in the history; 0 where its record could not be begun."""
        return 0 if self._number.exception() else self._number.result().number

    def left(self, state: StackState) -> None:
        """Tell how the state was left."""
        self._serial = state.serial

    def close(self) -> None:
        """Write the record as it stays. What goes wrong is told as a warning: it stops no deployment."""
        self._thread.submit(self._try, self._end)
        self._thread.shutdown()

    def _begin(self) -> Deployment:
        last = self._history.last()
        if last and last.result == RUNNING:
            self._write(replace(last, result=INTERRUPTED))
        subject, state = self._subject, self._subject.state
        begun = Deployment(
            self._history.next_number(),
            self._run.command,
            self._origin(),
            self._run.started,
            state.lineage,
            state.serial,
            subject.definition,
            subject.restores,
            undoes=subject.undoes,
            events=self._events(),
            kept=last.kept if last else {},
            approval=subject.approval,
        )
        self._write(begun)
        return begun

    def _origin(self) -> Origin:
        found = self._run.origin
        return replace(found, dirty=is_dirty(self._run.folder) if found.commit else None)

    def _end(self) -> None:
        ended = self._ended(self._number.result())
        self._write(ended)
        if ended.good:
            self._artifacts.keep_only(ended.kept)

    def _try(self, step: Callable[[], None]) -> None:
        with _told(self._run):
            step()

    def _ended(self, begun: Deployment) -> Deployment:
        ends = [event for event in self._run.events if isinstance(event, DeploymentFinished)]
        result = ends[-1].result if ends else INTERRUPTED
        ended = replace(begun, result=result, serial_after=self._serial, events=self._events())
        return kept_with(ended) if ended.good else ended

    def _events(self) -> list[Mapping[str, Any]]:
        return [event_json(event) for event in tuple(self._run.events)]

    def _write(self, deployment: Deployment) -> None:
        self._history.records.write(deployment.number, to_json(deployment, self._subject.state.secret_key))
