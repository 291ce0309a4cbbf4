"""Who holds a lease, or waits for one: enough to find that person, that job or that process."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, fields
from pathlib import Path

LASTS = 60.0
UNREADABLE = "unreadable"
"""The id of who holds a lease that cannot be read: somebody all the same, of whom nothing else is known."""


@dataclass(frozen=True)
class Process:
    """A process, so that one on the same machine can tell whether it still runs.

    `machine` differs between machines, their boots and their containers; `started` tells a process from a
    later one of the same number.
    """

    pid: int = 0
    machine: str = ""
    started: str = ""


@dataclass(frozen=True)
class Holder:
    """What a lease says. Times are in seconds since the epoch, by the holder's own clock.

    `lasts` is how many seconds the lease holds without being renewed: part of it, so that all who look at
    it judge it by the same measure. `fence` grows with every new holder. `who` is `user@host`, or the actor
    that a CI system names; `host` is where the process runs, and `url` the CI run's page.
    """

    id: str
    who: str = ""
    host: str = ""
    process: Process = Process()
    url: str = ""
    doing: str = ""
    since: float = 0.0
    expires: float = 0.0
    lasts: float = LASTS
    fence: int = 0
    renewals: int = 0

    def __str__(self) -> str:
        if self.id == UNREADABLE:
            return "somebody whose lease cannot be read"
        where = self.url or f"process {self.process.pid}"
        if not self.url and self.host and not self.who.endswith(f"@{self.host}"):
            where += f" on {self.host}"
        return f"{self.who or 'somebody'} ({where}): {self.doing or 'unknown'}"


def encode(holder: Holder) -> bytes:
    """The lease's content, readable for people too."""
    return (json.dumps(asdict(holder), indent=1) + "\n").encode()


def decode(content: bytes) -> Holder:
    """What a lease says. One that cannot be read is somebody's all the same, and falls like any other."""
    try:
        held = json.loads(content)
        known = {each.name for each in fields(Holder)}
        given = {key: value for key, value in held.items() if key in known}
        exact = {
            "process": Process(**held["process"]),
            "lasts": float(held["lasts"]),
            "fence": int(held["fence"]),
        }
        return Holder(**{**given, **exact})
    except (ValueError, TypeError, KeyError, AttributeError):
        return Holder(UNREADABLE)


def this_process(doing: str, who: str = "", url: str = "", *, lasts: float = LASTS) -> Holder:
    """A holder that stands for this process, with an id of its own."""
    return Holder(
        secrets.token_hex(6),
        who,
        socket.gethostname(),
        Process(os.getpid(), _machine(), _status(os.getpid())[1]),
        url,
        doing,
        lasts=lasts,
    )


def is_dead(process: Process) -> bool:
    """Whether a process of this machine has certainly ended; of another machine's nothing is known."""
    return is_here(process) and (not _runs(process.pid) or _status(process.pid)[1] != process.started)


def is_here(process: Process) -> bool:
    """Whether a process is, or was, one of this machine since it started."""
    return bool(process.pid and process.machine) and process.machine == _machine()


def _machine() -> str:
    """This machine since its last boot. Containers share the boot, so their namespace is part of it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        import uuid

        # Where there is no /proc, the network hardware's address; a random one where that is not known.
        return f"{uuid.getnode():012x}"


def _runs(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _status(pid)[0] not in ("Z", "X")


def _status(pid: int) -> tuple[str, str]:
    """A process's state and its start, in ticks since the boot (proc(5), stat); empty where unknown."""
    try:
        # The name, in parentheses, may itself hold blanks and parentheses.
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", ""
    return words[0], words[19]
