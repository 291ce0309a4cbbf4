"""Reads many resources at once: in batches where AWS has them, and never the same twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from fairway.aws.calls import Answer, Caller, Progress, quiet
from fairway.aws.catalogue import reading
from fairway.aws.catalogue.derive import Derived
from fairway.aws.opening import open_context
from fairway.aws.provider import Live
from fairway.aws.session import is_read
from fairway.model.sealing import unseal
from fairway.model.state import ResourceState

READERS = 16
"""Threads of a refresh."""

_Batched: TypeAlias = "Mapping[tuple[str, str], Future[Mapping[str, Answer]]]"
"""Batch reads under way, by the type and identifier they will answer."""


@dataclass
class RememberingCaller(Caller):
    """For one refresh: equal reads are sent once, and everybody who asks gets the one answer."""

    _answers: dict[str, Future[Answer]] = field(default_factory=dict, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, object],
        *,
        progress: Progress = quiet,
        secrets: frozenset[str] = frozenset(),
        once: bool = False,
    ) -> Answer:
        """The answer of the first equal read; everything else is sent."""
        ask = partial(
            super().call, service, operation, parameters, progress=progress, secrets=secrets, once=once
        )
        if not is_read(operation):
            return ask()
        key = f"{service}.{operation} {json.dumps(parameters, sort_keys=True, default=repr)}"
        with self._guard:
            mine = key not in self._answers
            answer = self._answers.setdefault(key, Future())
        if mine:
            try:
                answer.set_result(ask())
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()


@dataclass(frozen=True)
class Refresh:
    """One look at everything. `derived` answers a type's declaration by its name."""

    caller: Caller
    derived: Callable[[str], Derived]

    def read_all(self, resources: Iterable[ResourceState]) -> Mapping[str, Live | None]:
        """Live by address, None for what is not there."""
        wanted = list(resources)
        for type_name in {resource.type for resource in wanted}:
            self.caller.session.client(self.derived(type_name).type.service)
        with ThreadPoolExecutor(READERS, "read") as pool:
            # Submitted first: nobody waits for a batch that cannot start.
            batched = self._batches(wanted, pool)
            one = partial(self._read_one, batched)
            return dict(zip((r.address for r in wanted), pool.map(one, wanted), strict=True))

    def _batches(self, wanted: list[ResourceState], pool: Executor) -> _Batched:
        found: dict[tuple[str, str], Future[Mapping[str, Answer]]] = {}
        for type_name in {resource.type for resource in wanted}:
            declared = self.derived(type_name).type
            names = [resource.identifier for resource in wanted if resource.type == type_name]
            if declared.batch is None or len(names) == 1:
                continue
            for start in range(0, len(names), declared.batch.size):
                chunk = names[start : start + declared.batch.size]
                answers = pool.submit(reading.read_batch, self.caller, declared, chunk)
                found |= {(type_name, name): answers for name in chunk}
        return found

    def _read_one(self, batched: _Batched, resource: ResourceState) -> Live | None:
        applied = unseal(resource.properties)
        assert isinstance(applied, Mapping)
        derived = self.derived(resource.type)
        context = open_context(self.caller, derived, applied, identifier=resource.identifier)
        if answers := batched.get((resource.type, resource.identifier)):
            context.prefetched = answers.result()[resource.identifier]
        return reading.read(context, applied)


def refresh(caller: Caller, derived: Callable[[str], Derived]) -> Refresh:
    """A refresh that keeps the rates and locks of everything else that `caller` does."""
    remembering = RememberingCaller(caller.session, caller.clock, caller.stop, caller.limits, caller.locks)
    return Refresh(remembering, derived)
