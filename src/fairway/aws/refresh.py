"""Reads many resources at once: in bulk where that takes fewer calls, and never the same twice.

A bulk read tells what single reads would have been answered (`declaration.Bulk`), and those are then made
without a call. So both ways lead through the same code to the same `Live`. What a bulk read does not tell,
because it was refused, too long or not up to date, is read singly: only a single read says that a resource
is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fairway.aws.calls import Answer, Caller, Progress, quiet
from fairway.aws.catalogue import reading
from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Bulk
from fairway.aws.catalogue.derive import Derived
from fairway.aws.catalogue.tags import as_dict
from fairway.aws.failures import CallFailed
from fairway.aws.opening import open_context
from fairway.aws.provider import Live
from fairway.aws.session import is_read
from fairway.model.sealing import unseal
from fairway.model.state import ResourceState
from fairway.model.values import Properties

READERS = 16
"""Threads of a refresh."""
READS_PER_PAGE = 8
"""A listing may take one page, which comes after the one before it, for this many single reads, of which
`READERS` are made at once: in an account full of others' things it costs an eighth more calls and no more
than the time again that the single reads take."""
TAGS_AT_ONCE = 100
"""ARNs that GetResources takes (BC resourcegroupstaggingapi GetResources)."""
TAGS_WORTH = 10
"""Reads of tags from which the Tagging API is asked: its client costs as much as some calls."""
_TAGGING = "resourcegroupstaggingapi"


@dataclass
class RememberingCaller(Caller):
    """For one refresh: equal reads are sent once, and everybody who asks gets the one answer."""

    _answers: dict[str, Future[Answer]] = field(default_factory=dict, repr=False)
    _told: dict[str, Answer] = field(default_factory=dict, repr=False)
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
        """What was told, or the answer of the first equal read; everything else is sent."""
        key = _key(service, operation, parameters)
        if key in self._told:
            return self._told[key]
        ask = partial(
            super().call, service, operation, parameters, progress=progress, secrets=secrets, once=once
        )
        if not is_read(operation):
            return ask()
        with self._guard:
            mine = key not in self._answers
            answer = self._answers.setdefault(key, Future())
        if mine:
            try:
                answer.set_result(ask())
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()

    def tell(self, service: str, operation: str, parameters: Mapping[str, object], told: Answer) -> None:
        """Answers a read before anybody asks."""
        self._told[_key(service, operation, parameters)] = told


def _key(service: str, operation: str, parameters: Mapping[str, object]) -> str:
    return f"{service}.{operation} {sorted(parameters.items())}"


class _TooDear(Exception):
    """A listing has taken as many pages as the single reads are worth."""


@dataclass(frozen=True)
class _Reading:
    """The single read of a resource, and the bulk reads it waits for."""

    address: str
    context: Context
    applied: Properties
    first: list[Future[None]] = field(default_factory=list)

    def live(self) -> Live | None:
        for bulk in self.first:
            bulk.result()
        return reading.read(self.context, self.applied)

    @property
    def tags_arn(self) -> str:
        """Where tags are read by a call of their own: what the Tagging API calls the resource."""
        tags = self.context.derived.type.tags
        if tags is None or tags.list is None or not tags.arn:
            return ""
        return str(self.context.get_expanded(tags.arn + "?") or "")

    @property
    def recorded_tags(self) -> Mapping[str, str]:
        return as_dict(self.context.after.get(self.context.derived.tag_property))


@dataclass(frozen=True)
class Refresh:
    """One look at everything. `derived` answers a type's declaration by its name."""

    caller: RememberingCaller
    derived: Callable[[str], Derived]

    def read_all(self, resources: Iterable[ResourceState]) -> Mapping[str, Live | None]:
        """Live by address, None for what is not there."""
        wanted = [self._opened(resource) for resource in resources]
        for service in sorted({each.context.derived.type.service for each in wanted}):
            self.caller.session.client(service)
        with ThreadPoolExecutor(READERS, "read") as pool:
            # Submitted first: nobody waits for a bulk read that cannot start.
            self._start_bulk_reads(wanted, pool)
            self._start_tag_reads(wanted, pool)
            return dict(zip((each.address for each in wanted), pool.map(_Reading.live, wanted), strict=True))

    def _opened(self, resource: ResourceState) -> _Reading:
        applied = unseal(resource.properties)
        assert isinstance(applied, Mapping)
        derived = self.derived(resource.type)
        context = open_context(self.caller, derived, applied, identifier=resource.identifier)
        return _Reading(resource.address, context, applied)

    def _start_bulk_reads(self, wanted: Iterable[_Reading], pool: Executor) -> None:
        for service, bulk, named in _grouped(wanted):
            for names, pages in _parts(bulk, list(named)):
                under_way = pool.submit(self._read_in_bulk, service, bulk, names, pages)
                for name in names:
                    for each in named[name]:
                        each.first.append(under_way)

    def _read_in_bulk(self, service: str, bulk: Bulk, names: Collection[str], pages: int) -> None:
        missing = set(names)
        try:
            for told in bulk.read(partial(self._pages, iter(range(pages - 1)), service), names):
                if told.name in missing:
                    missing.remove(told.name)
                    for operation, parameters, answer in told.answers:
                        self.caller.tell(service, operation, parameters, answer)
                if not missing:
                    return
        except (CallFailed, _TooDear):
            return  # what was not told is read singly, and fails with its own reason where it must

    def _pages(
        self, left: Iterator[int], service: str, operation: str, **parameters: Any
    ) -> Iterator[Answer]:
        """The pages of a listing as long as there are some `left`."""
        for page in self.caller.pages(service, operation, parameters):
            yield page
            if next(left, None) is None:
                raise _TooDear

    def _start_tag_reads(self, wanted: Iterable[_Reading], pool: Executor) -> None:
        tagged = {arn: each for each in wanted if (arn := each.tags_arn)}
        if len(tagged) < TAGS_WORTH:
            return
        self.caller.session.client(_TAGGING)
        for part in _cut(list(tagged), TAGS_AT_ONCE):
            under_way = pool.submit(self._read_tags, {arn: tagged[arn] for arn in part})
            for arn in part:
                tagged[arn].first.append(under_way)

    def _read_tags(self, tagged: Mapping[str, _Reading]) -> None:
        """Takes tags over where they are the recorded ones.

        The Tagging API may lag behind a change, so what differs is asked of the service itself.
        """
        try:
            for page in self.caller.pages(_TAGGING, "GetResources", {"ResourceARNList": list(tagged)}):
                for found in page["ResourceTagMappingList"]:
                    each, tags = tagged.get(found["ResourceARN"]), as_dict(found["Tags"])
                    if each is not None and tags == each.recorded_tags:
                        each.context.tags_told = tags
        except CallFailed:
            return


def _grouped(wanted: Iterable[_Reading]) -> Iterator[tuple[str, Bulk, Mapping[str, list[_Reading]]]]:
    """The bulk reads there are, each with who waits for which name."""
    groups: dict[object, tuple[str, Bulk, dict[str, list[_Reading]]]] = {}
    for each in wanted:
        declared = each.context.derived.type
        if declared.bulk is None:
            continue
        _, _, named = groups.setdefault(declared.bulk.read, (declared.service, declared.bulk, {}))
        names = each.context.get_expanded(declared.bulk.names)
        for name in names if isinstance(names, list | tuple) else [names]:
            named.setdefault(name, []).append(each)
    return iter(groups.values())


def _parts(bulk: Bulk, names: Sequence[str]) -> Iterator[tuple[Sequence[str], int]]:
    """The names that are read together, with the pages that this may take; none where it saves nothing."""
    if bulk.size:
        yield from ((part, len(part)) for part in _cut(names, bulk.size) if len(part) > 1)
    elif len(names) // READS_PER_PAGE >= bulk.least:
        yield names, len(names) // READS_PER_PAGE


def _cut(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def refresh(caller: Caller, derived: Callable[[str], Derived]) -> Refresh:
    """A refresh that keeps the rates and locks of everything else that `caller` does."""
    remembering = RememberingCaller(caller.session, caller.clock, caller.stop, caller.limits, caller.locks)
    return Refresh(remembering, derived)
