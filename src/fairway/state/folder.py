"""State in a folder: `<root>/<environment>/<stack>/state.json`, its previous version, lock and events."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fairway.model.errors import Failed, WrongInput
from fairway.model.events import Emit
from fairway.model.state import StackState
from fairway.model.values import Json
from fairway.state import events as event_log
from fairway.state.document import decode, encode
from fairway.state.lock import Holder, hold

DOCUMENT = "state.json"
PREVIOUS = "state.previous.json"
EVENTS = "events.jsonl"
LOCK = "lock"


class FolderStore:
    """Keeps stacks in a folder. One process writes a stack at a time: the one that holds its lock.

    `link` gives a file a second name, as `os.link` does.
    """

    def __init__(self, root: Path, *, link: Callable[[Path, Path], None] = os.link) -> None:
        self.root = root
        self._link = link

    def load(self, environment: str, stack: str) -> StackState | None:
        """The stack's state, or None when it is not deployed.

        Raises Failed when the document is damaged (naming the last good version) or newer.
        """
        path = self._folder(environment, stack) / DOCUMENT
        try:
            return decode(path.read_text(), str(path))
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            error = Failed("state.damaged", "the state document is damaged", where=str(path))
            raise self._with_way_out(error, path) from None
        except Failed as error:
            raise self._with_way_out(error, path) from None

    def save(self, state: StackState, *, sync: bool = True) -> StackState:
        """Write the state under the next serial and return it as written.

        At any moment the file holds one complete document. Without `sync` that survives the death of
        this process, but not of the machine: call `sync` when the last of many saves is done.
        """
        folder = self._made(state.environment, state.stack)
        written = replace(state, serial=state.serial + 1)
        fresh = folder / f"{DOCUMENT}.new"
        _write(fresh, encode(written).encode(), sync)
        self._keep_previous(folder, sync)
        os.replace(fresh, folder / DOCUMENT)
        if sync:
            _sync(folder)
        return written

    def sync(self, environment: str, stack: str) -> None:
        """Make the last save survive the death of the machine."""
        folder = self._folder(environment, stack)
        _sync(folder / DOCUMENT)
        _sync(folder)

    def archive(self, environment: str, stack: str) -> None:
        """Put the state of a destroyed stack aside; its events and last document stay readable."""
        folder = self._folder(environment, stack)
        state = self.load(environment, stack)
        if state is None:
            return
        archived = folder / "archive"
        archived.mkdir(mode=0o700, exist_ok=True)
        os.replace(folder / DOCUMENT, archived / f"{state.lineage}-{state.serial}.json")
        (folder / PREVIOUS).unlink(missing_ok=True)
        _sync(folder)

    def last_lineage(self, environment: str, stack: str) -> str:
        """The lineage of a stack that was destroyed, or an empty string when there never was one."""
        archived = self._folder(environment, stack).glob("archive/*.json")
        newest = max(archived, key=lambda path: path.stat().st_mtime_ns, default=None)
        return newest.stem.rpartition("-")[0] if newest else ""

    def stacks(self, environment: str) -> tuple[str, ...]:
        """The names of the stacks that are deployed in an environment, sorted."""
        return tuple(sorted(path.parent.name for path in self.root.glob(f"{environment}/*/{DOCUMENT}")))

    def exports(self, environment: str, *, besides: str) -> Mapping[str, Json]:
        """Every exported output of an environment's stacks `besides` one, by export name."""
        others = (stack for stack in self.stacks(environment) if stack != besides)
        states = (self.load(environment, stack) for stack in others)
        outputs = (output for state in states if state for output in state.outputs.values())
        return {output.export: output.value for output in outputs if output.export}

    def lock(
        self,
        environment: str,
        stack: str,
        *,
        command: str,
        timeout: float | None = None,
        waiting: Callable[[Holder], None] | None = None,
    ) -> AbstractContextManager[None]:
        """Hold the stack's lock; `waiting` is told once who holds it. Raises Failed after `timeout` s."""
        return hold(self._made(environment, stack) / LOCK, command=command, timeout=timeout, waiting=waiting)

    @contextmanager
    def recording(self, environment: str, stack: str) -> Iterator[Emit]:
        """Record the events of a deployment in place of the last one's."""
        with event_log.recording(self._made(environment, stack) / EVENTS) as emit:
            yield emit

    def events(self, environment: str, stack: str) -> list[dict[str, Any]]:
        """What the last deployment of a stack did, as far as it got; empty when there was none."""
        return event_log.read(self._folder(environment, stack) / EVENTS)

    def _keep_previous(self, folder: Path, sync: bool) -> None:
        """A second link rather than a rename, so that no moment is without a document."""
        document, second = folder / DOCUMENT, folder / f"{PREVIOUS}.new"
        if not document.exists():
            return
        second.unlink(missing_ok=True)
        try:
            self._link(document, second)
        except OSError:  # some file systems have no hard links
            _write(second, document.read_bytes(), sync)
        os.replace(second, folder / PREVIOUS)

    def _folder(self, environment: str, stack: str) -> Path:
        for name in (environment, stack):
            if not name or name.startswith(".") or "/" in name or "\0" in name:
                raise WrongInput("state.name", f"{name!r} cannot be the name of an environment or stack")
        return self.root / environment / stack

    def _made(self, environment: str, stack: str) -> Path:
        folder = self._folder(environment, stack)
        if not folder.is_dir():
            for part in (self.root, folder.parent, folder):
                part.mkdir(mode=0o700, parents=part is self.root, exist_ok=True)
        return folder

    def _with_way_out(self, error: Failed, path: Path) -> Failed:
        if error.code != "state.damaged":
            return error
        good = path.with_name(PREVIOUS)
        try:
            serial = decode(good.read_text(), str(good)).serial
            error.next = (
                f"the last good version is {good} (serial {serial}); put it in the place of {path.name}"
            )
        except (OSError, UnicodeDecodeError, Failed):
            error.next = "there is no good version beside it; restore the file from a backup"
        return error


def _write(path: Path, content: bytes, sync: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        if sync:
            file.flush()
            os.fsync(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
