"""What every stage of a run shares: the ports to the outside, the stack's target, events and stage times."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any

from fairway.model.errors import Finding
from fairway.model.events import (
    DeploymentFinished,
    DeploymentStarted,
    Emit,
    Event,
    StageFinished,
    StageStarted,
    Warned,
)
from fairway.model.plan import Plan
from fairway.model.results import DeploymentResult
from fairway.stacks.interruption import Interruption
from fairway.stacks.origin import origin
from fairway.stacks.request import Target


def _always() -> bool:
    return True


def _nothing() -> str:
    return ""


def _as_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Ports:
    """How a run reaches the outside.

    `confirm` is asked before anything is changed; `approve` instead, where the environment demands an
    approval, and it is None where nobody is there to give one. `present` turns an output's text into what
    the user can use (the local cloud's URLs differ from AWS's). `clock` answers seconds since the epoch.
    Where somebody else holds the stack, `agrees_to_wait` is asked once, and the run waits for `patience`
    seconds, or None as long as it takes. `objection` is asked between the steps of a rollout: what speaks
    against going on, or nothing.
    """

    emit: Emit
    confirm: Callable[[Plan], bool]
    interruption: Interruption = field(default_factory=Interruption)
    clock: Callable[[], float] = time.time
    present: Callable[[str], str] = _as_is
    agrees_to_wait: Callable[[], bool] = _always
    patience: float | None = None
    objection: Callable[[], str] = _nothing
    approve: Callable[[Plan], bool] | None = None


@dataclass(frozen=True)
class Result:
    """How a run ended, the plan where one was made, and the outputs.

    `number` is the deployment's in the history; 0 where there is no record of it. `new_outputs` are
    those that will be others, once the plan is carried out, than what is recorded.
    """

    result: DeploymentResult
    plan: Plan | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    new_outputs: frozenset[str] = frozenset()

    @property
    def changes_anything(self) -> bool:
        """Whether carrying the plan out would do anything, or record anything new."""
        return bool(self.new_outputs or (self.plan and self.plan.effective))


class Run:
    """One command's run: passes events on with their times, and keeps them for its record."""

    def __init__(self, command: str, target: Target, ports: Ports, folder: Path = Path()) -> None:
        """`folder` is what it works from."""
        self.command = command
        self.folder = folder
        self.origin = origin(folder)
        self.target = target
        self.ports = ports
        self.events: list[Event] = []
        self._warned: set[Finding] = set()
        self.started = ports.clock()
        self._turn = RLock()  # a signal may break into an event, and the end is told from there
        self.emit(
            DeploymentStarted(
                at=self.started,
                stack=target.stack,
                environment=target.environment,
                command=command,
                region=target.region,
                endpoint=target.endpoint_url,
            )
        )

    @property
    def doing(self) -> str:
        """The command, and the commit it works from where there is one."""
        return " ".join(filter(None, (self.command, self.origin.short_commit)))

    @property
    def now(self) -> float:
        return self.ports.clock()

    def emit(self, event: Event) -> None:
        """Pass an event on as the stack's, one at a time: a refresh and the builds run beside each other.

        The same warning comes once: a plan may be made twice.
        """
        event = replace(event, stack=self.target.stack)
        with self._turn:
            if isinstance(event, Warned):
                if event.finding in self._warned:
                    return
                self._warned.add(event.finding)
            self.events.append(event)
            self.ports.emit(event)

    def answered(self, ask: Callable[[Plan], bool], plan: Plan) -> bool:
        """What somebody says to the plan. The time people take to decide is not the run's."""
        asked = self.now
        answer = ask(plan)
        self.started += self.now - asked
        return answer

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A part of the run, with its time."""
        started = self.now
        self.emit(StageStarted(at=started, stage=name))
        yield
        self.emit(StageFinished(at=self.now, stage=name, seconds=self.now - started))

    def finish(
        self,
        result: DeploymentResult,
        plan: Plan | None,
        *,
        calls: Mapping[str, int],
        counts: Mapping[str, int] | None = None,
        outputs: Mapping[str, Any] | None = None,
        error: str = "",
    ) -> Result:
        """Say how it ended."""
        self.emit(
            DeploymentFinished(
                at=self.now,
                result=result,
                seconds=self.now - self.started,
                counts=counts or {},
                calls=calls,
                outputs=outputs or {},
                error=error,
            )
        )
        return Result(result, plan, outputs or {})
