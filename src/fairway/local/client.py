"""Starts, finds and stops the local cloud. Standard library only: every command imports this."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fairway.local.faults.settings import Faults
from fairway.local.record import PORT_TAKEN, Record, delete_record, holder, read_record
from fairway.model.errors import Failed

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_ANSWER_SECONDS = 5.0
_SILENT_SECONDS = 15.0  # a busy machine keeps a daemon from answering; ending it loses what it holds
_STATUS_SECONDS = 30.0  # the first one asks every interpreter of this machine for its version
_TAIL_LINES = 5
_EXTRA = ("moto", "flask", "flask_cors", "cryptography", "jsonata", "jsonpath_ng", "jsonschema", "boto3")


@dataclass(frozen=True, slots=True)
class Running:
    """A local cloud that answers."""

    endpoint: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Status:
    """What `fairway local status` shows; all empty when nothing runs.

    `runtimes` maps a declared runtime to the interpreter that runs it here; `uptime` in seconds; `state` is
    starting, ready or failed; `faults` has every switch of `fairway.local.faults.settings`.
    """

    running: bool
    endpoint: str = ""
    pid: int = 0
    uptime: float = 0.0
    state: str = ""
    failure: str = ""
    runtimes: dict[str, str] = field(default_factory=dict)
    faults: dict[str, float] = field(default_factory=dict)
    cannot: tuple[str, ...] = ()
    functions: tuple[dict[str, Any], ...] = ()
    workers: tuple[dict[str, Any], ...] = ()


class LocalCloud:
    """The local cloud of one home folder; its files are under `home/local/`."""

    def __init__(self, home: Path) -> None:
        self._folder = home.absolute() / "local"
        self._log = self._folder / "daemon.log"

    def up(self, port: int | None = None) -> Running:
        """The running cloud, started if need be; `port` None takes 4610 or the next free one, 0 any.

        Several callers at once end with one daemon. Raises Failed: `local.port-taken`, `local.other-port` (it
        runs, elsewhere), `local.not-installed` (the extra `local` is missing), `local.start-failed`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            record = self._answering() or self._await_other() or self._start(port)
        if port and record.port != port:
            raise Failed(
                "local.other-port",
                f"the local cloud already runs at {record.endpoint}",
                why=f"port {port} was asked for",
                next="use that endpoint, or run `fairway local down` first",
            )
        return _running(record)

    def running(self) -> Running | None:
        """What answers now; never starts anything."""
        record = self._answering()
        return _running(record) if record else None

    def down(self) -> bool:
        """Stop it with all that runs in it, hanging or not; False when nothing ran."""
        if not self._folder.exists():
            return False
        with self._locked():
            pid = holder(self._folder)
            if pid:
                _end(pid)
            delete_record(self._folder)
            return pid is not None

    def status(self) -> Status:
        """What runs; never starts anything."""
        record = self._answering()
        if record is None:
            return Status(running=False)
        given = _request(record.port, "GET", "status", timeout=_STATUS_SECONDS)
        given |= {name: tuple(given[name]) for name in ("cannot", "functions", "workers")}
        kept = {name: value for name, value in given.items() if name in Status.__dataclass_fields__}
        return Status(running=True, **kept)

    def reset(self) -> None:
        """Empty it and turn its faults off; the endpoint stays. Raises Failed `local.not-running`."""
        _request(self._required().port, "POST", "reset", timeout=60)

    def faults(self) -> Faults:
        """Which faults are on. Raises Failed `local.not-running`."""
        return Faults(_request(self._required().port, "GET", "faults"))

    def set_faults(self, given: Mapping[str, object]) -> Faults:
        """Set these switches and leave the others; answers what is on then.

        Raises WrongInput for an unknown switch or value, Failed `local.not-running`.
        """
        faults = Faults().changed(given)  # refused here, in words, before anything is asked
        chosen = {name: faults[name] for name in given}
        return Faults(_request(self._required().port, "PUT", "faults", body=chosen))

    def _required(self) -> Record:
        record = self._answering()
        if record is None:
            raise Failed("local.not-running", "the local cloud does not run", next="run `fairway local up`")
        return record

    def logs(self, follow: bool = False) -> Iterator[str]:
        """The daemon's own log, line by line; with `follow` for as long as the daemon runs."""
        if not self._log.exists():
            return
        with self._log.open(encoding="utf-8", errors="replace") as lines:
            while True:
                line = lines.readline()
                if line:
                    yield line.rstrip("\n")
                elif follow and self._answering():
                    time.sleep(0.2)
                else:
                    return

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel lets go of it when this process dies
            yield

    def _answering(self) -> Record | None:
        """The record of a daemon that answers and is ours."""
        record = read_record(self._folder)
        return record if record and self._is_ours(record) else None

    def _is_ours(self, record: Record) -> bool:
        """Its port answers as this folder's daemon: neither a stranger's server nor a reused process id."""
        try:
            given = _request(record.port, "GET", "identity")
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return given == {"home": str(self._folder), "pid": record.pid}

    def _await_other(self) -> Record | None:
        """A daemon whose starter was killed may be about to answer; one that hangs is ended."""
        pid = holder(self._folder)
        ends = time.monotonic() + _SILENT_SECONDS
        while pid and time.monotonic() < ends:
            record = self._answering()
            if record:
                return record
            time.sleep(0.05)
        if pid:
            _end(pid, patience=0.5)
        delete_record(self._folder)
        return None

    def _start(self, port: int | None) -> Record:
        _check_installed()
        command = [sys.executable, "-m", "fairway.local.daemon", "--home", str(self._folder)]
        if port is not None:
            command += ["--port", str(port)]
        if self._log.exists():
            self._log.replace(self._log.with_suffix(".old.log"))
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        ends = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends:
            record = read_record(self._folder)
            if record and record.pid == process.pid and self._is_ours(record):
                return record
            code = process.poll()
            if code is not None:
                raise self._start_failed(port, code)
            time.sleep(0.01)
        _end(process.pid)
        raise self._start_failed(port, None)

    def _start_failed(self, port: int | None, code: int | None) -> Failed:
        if code == PORT_TAKEN:
            return Failed(
                "local.port-taken",
                f"port {port} is taken by another program",
                next="choose another port, or leave it out to have a free one found",
            )
        why = "it did not answer in time" if code is None else f"it ended with exit code {code}"
        last = " | ".join(list(self.logs())[-_TAIL_LINES:])
        return Failed(
            "local.start-failed",
            "the local cloud could not be started",
            where=str(self._log),
            why=f"{why}: {last}" if last else why,
            next="`fairway local logs` shows all that it said",
        )


def _check_installed() -> None:
    """Raises Failed `local.not-installed` here: the daemon could only say so later and less clearly."""
    import importlib.util

    missing = [name for name in _EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise Failed(
            "local.not-installed",
            "the local cloud is not installed",
            why=f"Fairway was installed without its extra `local`: there is no {', '.join(missing)}",
            next="pip install 'fairway[local]'; to deploy elsewhere, give --endpoint-url or --env",
        )


def _running(record: Record) -> Running:
    return Running(record.endpoint, record.port, record.pid)


def is_local_cloud(endpoint: str) -> bool:
    """Whether a local cloud, anybody's, answers at an endpoint on this machine."""
    place = urlsplit(endpoint)
    if place.hostname not in ("127.0.0.1", "localhost") or not place.port:
        return False
    try:
        return "home" in _request(place.port, "GET", "identity")
    except (OSError, ValueError, http.client.HTTPException):
        return False


def _request(
    port: int, method: str, name: str, *, body: object = None, timeout: float = _ANSWER_SECONDS
) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, f"/_fairway/{name}", None if body is None else json.dumps(body))
        answer = connection.getresponse()
        given = json.loads(answer.read())
        if answer.status != 200 or not isinstance(given, dict):
            raise ValueError(f"unexpected answer {answer.status}")
        return given
    finally:
        connection.close()


def _end(pid: int, patience: float = _STOP_SECONDS) -> None:
    """SIGTERM, and SIGKILL when that does not help in time; its workers end with it."""
    ends = time.monotonic() + patience
    try:
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < ends:
            if _gone(pid):
                return
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _gone(pid: int) -> bool:
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
    except ChildProcessError:
        pass  # started by another command; then the signal below tells
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
