"""Stacks in a backend: their documents, journals and deployments, the same way whatever the backend is.

<environment>/<stack>/state.json                 the state document
<environment>/<stack>/journal.jsonl              what an apply has intended and done
<environment>/<stack>/deployments/000012.json    what the twelfth deployment did
<environment>/<stack>/artifacts/<sha256>.zip     what kept deployments were made of
<environment>/<stack>/archive/<lineage>-<serial>.json    the last document of a destroyed stack
<environment>/<stack>/moved.json                 where the state is, when it is not here
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

from fairway.model.errors import Failed, WrongInput
from fairway.model.objects import ABSENT, Conflict, Objects
from fairway.model.state import StackState
from fairway.model.values import Json
from fairway.state.ahead import Ahead
from fairway.state.artifacts import KeptArtifacts
from fairway.state.document import UnusableDocument, decode, encode
from fairway.state.guarded import guarded
from fairway.state.lease import Lease
from fairway.state.pointer import PointerFile
from fairway.state.records import Deployments, Get, JournalFile
from fairway.state.sites import SiteFile
from fairway.state.versions import READERS, Versions

DOCUMENT, JOURNAL, DEPLOYMENTS, ARCHIVE = "state.json", "journal.jsonl", "deployments/", "archive/"
ARTIFACTS, LEASE, POINTER, SITE = "artifacts/", "lease.json", "moved.json", "site.json"
COPIERS = 4
"""Objects copied at once: an artifact may have 50 MB."""


@dataclass(frozen=True)
class Life:
    """One life of a stack, from its first deploy until it was destroyed: its lineage and its last serial.

    With its `secret_key` what its records hold of secrets can still be compared; empty where it is not known.
    """

    lineage: str = ""
    serial: int = 0
    secret_key: str = field(default="", repr=False)


class Store:
    """Keeps stacks in a backend. What one store has not seen, it does not overwrite.

    With a `lease` it writes only as long as that is held, and marks documents with its number.
    """

    def __init__(self, objects: Objects, lease: Lease | None = None) -> None:
        self.objects = objects
        self._lease = lease
        self._written: Objects = guarded(objects, lease.check) if lease else objects
        self._seen: dict[str, str] = {}

    def held_by(self, lease: Lease) -> Store:
        """The same backend, for who holds a stack's lease."""
        return Store(self.objects, lease)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return self.objects.place

    def ahead(self, environment: str, stack: str) -> Ahead:
        """Begin to read the stack's document and journal, for who does not hold its lease yet."""
        return Ahead(self.objects, [self.key(environment, stack, name) for name in (DOCUMENT, JOURNAL)])

    def load(self, environment: str, stack: str, get: Get | None = None) -> StackState | None:
        """The stack's state, or None when it is not deployed; with `get` as that finds its document.

        Raises Failed when the document is damaged, newer than this program, or another stack's; the error
        names the last version that is good and the command that restores it.
        """
        key = self.key(environment, stack, DOCUMENT)
        blob = (get or self.objects.get)(key)
        self._seen[key] = blob.tag if blob else ABSENT
        if blob is None:
            return None
        try:
            state = decode(blob.content, self.where(key), environment=environment, stack=stack)
        except Failed as error:
            raise _with_way_out(error, self.versions(environment, stack).last_good()) from None
        if self._lease:
            self._lease.raise_above(state.fence)
        return state

    def save(self, state: StackState) -> StackState:
        """Write the state under the next serial and return it as written.

        Raises Failed (`state.conflict`) when somebody else has written it since this store saw it.
        """
        key = self.key(state.environment, state.stack, DOCUMENT)
        fence = self._lease.fence if self._lease else state.fence
        written = replace(state, serial=state.serial + 1, fence=fence)
        if key not in self._seen:
            self._see(key, state)
        try:
            self._seen[key] = self._written.put(key, encode(written), replacing=self._seen[key])
        except Conflict:
            raise written_by_another(self.where(key)) from None
        return written

    def versions(self, environment: str, stack: str) -> Versions:
        """Every version that is kept of the stack's state."""
        key = self.key(environment, stack, DOCUMENT)
        return Versions(self.objects, key, self.where(key))

    def _see(self, key: str, state: StackState) -> None:
        blob = self.objects.get(key)
        there = decode(blob.content, self.where(key)) if blob else None
        if there and (there.lineage, there.serial) != (state.lineage, state.serial):
            raise written_by_another(self.where(key))
        self._seen[key] = blob.tag if blob else ABSENT

    def archive(self, environment: str, stack: str) -> None:
        """Put the state of a destroyed stack aside, by which its next life knows what is its own."""
        state = self.load(environment, stack)
        if state is None:
            return
        key = self.key(environment, stack, DOCUMENT)
        aside = self.key(environment, stack, f"{ARCHIVE}{state.lineage}-{state.serial}.json")
        self._written.put(aside, encode(state))
        try:
            self._written.delete(key, replacing=self._seen[key])
        except Conflict:
            raise written_by_another(self.where(key)) from None
        self._seen[key] = ABSENT

    def last_life(self, environment: str, stack: str) -> Life:
        """What the stack was destroyed with; empty when there never was one."""
        by_key = {key: _life(key) for key in self.objects.keys(self.key(environment, stack, ARCHIVE))}
        if not by_key:
            return Life()
        newest = max(by_key, key=lambda key: by_key[key].serial)
        return replace(by_key[newest], secret_key=self._archived_key(newest))

    def _archived_key(self, key: str) -> str:
        blob = self.objects.get(key)
        try:
            return decode(blob.content, self.where(key)).secret_key if blob else ""
        except Failed:
            return ""

    def take_over(self, source: Store, environment: str, stack: str, document: str = DOCUMENT) -> None:
        """Copy what another store keeps of a stack or site, but for its journal; the document comes last.

        Everything it finds in its way is written over, only a document is not: raises Failed
        (`state.conflict`).
        """
        folders = (self.key(environment, stack, name) for name in (DEPLOYMENTS, ARTIFACTS, ARCHIVE))
        keys = [key for folder in folders for key in source.objects.keys(folder)]
        with ThreadPoolExecutor(COPIERS, "copies") as pool:
            list(pool.map(lambda key: self._copy(source, key), keys))
        last = self.key(environment, stack, document)
        try:
            self._copy(source, last, replacing=ABSENT)
        except Conflict:
            raise written_by_another(self.where(last)) from None

    def _copy(self, source: Store, key: str, *, replacing: str | None = None) -> None:
        if blob := source.objects.get(key):
            self._written.put(key, blob.content, replacing=replacing)

    def stacks(self, environment: str, *, begun: bool = False) -> tuple[str, ...]:
        """The names of the stacks that are deployed in an environment, sorted.

        With `begun` also of those whose first deploy was cut off: they have no more than a journal.
        """
        return self._having(environment, (DOCUMENT, JOURNAL) if begun else (DOCUMENT,))

    def sites(self, environment: str) -> tuple[str, ...]:
        """The sites that an environment has state of, sorted: by the names that `site` takes."""
        return self._having(environment, (SITE,))

    def _having(self, environment: str, names: Collection[str]) -> tuple[str, ...]:
        parts = (key.split("/") for key in self.objects.keys(f"{environment}/"))
        return tuple(sorted({stack for _, stack, *rest in parts if "/".join(rest) in names}))

    def others(self, environment: str, *, besides: str) -> Sequence[StackState]:
        """The states of an environment's stacks `besides` one. Raises as `load`."""
        names = [stack for stack in self.stacks(environment) if stack != besides]
        with ThreadPoolExecutor(READERS) as pool:
            states = list(pool.map(lambda stack: self._other(environment, stack, besides), names))
        return [state for state in states if state]

    def _other(self, environment: str, stack: str, reader: str) -> StackState | None:
        """Whoever reads the error of another stack's document is told whose it is."""
        try:
            return self.load(environment, stack)
        except UnusableDocument as error:
            error.what = f"{error.what}; it is that of {stack}, at which {reader} looks too"
            raise

    def exports(self, environment: str, *, besides: str) -> Mapping[str, Json]:
        """Every exported output of an environment's stacks `besides` one, by export name.

        They are read when one is asked for: most stacks import nothing.
        """
        return _Exports(lambda: self._exports(environment, besides))

    def _exports(self, environment: str, besides: str) -> Mapping[str, Json]:
        states = self.others(environment, besides=besides)
        outputs = (output for state in states for output in state.outputs.values())
        return {output.export: output.value for output in outputs if output.export}

    def journal(self, environment: str, stack: str) -> JournalFile:
        """The stack's journal."""
        key = self.key(environment, stack, JOURNAL)
        return JournalFile(self._written, key, self.where(key))

    def pointer(self, environment: str, stack: str) -> PointerFile:
        """The word on where the stack's state is, when it is not here."""
        key = self.key(environment, stack, POINTER)
        return PointerFile(self._written, key, self.where(key))

    def deployments(self, environment: str, stack: str) -> Deployments:
        """The records of the stack's deployments."""
        key = self.key(environment, stack, DEPLOYMENTS)
        return Deployments(self._written, key, self.where(key))

    def artifacts(self, environment: str, stack: str) -> KeptArtifacts:
        """The zips of the stack's kept deployments."""
        key = self.key(environment, stack, ARTIFACTS)
        return KeptArtifacts(self._written, key, self.where(key))

    def site(self, environment: str, name: str) -> SiteFile:
        """What is known of a site; `name` is the one that its lease and its artifacts have too."""
        key = self.key(environment, name, SITE)
        return SiteFile(self._written, key, self.where(key))

    def key(self, environment: str, stack: str, name: str) -> str:
        """An object of a stack. Raises WrongInput for what cannot be the name of a stack or environment."""
        for part in (environment, stack):
            if not part or part.startswith(".") or "/" in part or "\0" in part:
                raise WrongInput("state.name", f"{part!r} cannot be the name of an environment or stack")
        return f"{environment}/{stack}/{name}"

    def where(self, key: str) -> str:
        """An object's place, for people."""
        return f"{self.objects.place}/{key}"


class _Exports(Mapping[str, Json]):
    """A map that is made when it is first used."""

    def __init__(self, make: Callable[[], Mapping[str, Json]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, Json]:
        return self._make()

    def __getitem__(self, name: str) -> Json:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _life(key: str) -> Life:
    lineage, _, serial = key.rpartition("/")[2].removesuffix(".json").rpartition("-")
    return Life(lineage, int(serial) if serial.isdigit() else 0)


def _with_way_out(error: Failed, good: StackState | None) -> Failed:
    if good is None:
        way_out = "no version of it that is good is kept; restore the object from a backup"
    else:
        command = f"fairway state restore {good.serial} --env {good.environment} --stack {good.stack}"
        way_out = f"the last good version has serial {good.serial}; `{command}` puts it back"
    error.next = f"{error.next}; or else {way_out}" if error.next else way_out
    return error


def written_by_another(where: str) -> Failed:
    """The error for state that is not what a run began from."""
    return Failed(
        "state.conflict",
        "somebody else has written this stack's state in the meantime",
        where=where,
        why="two runs worked on one stack at once; nothing of the other's was overwritten",
        next="run the command again: it starts from what is there now, and finds what this run made",
    )
