"""How much memory a process has held."""

from __future__ import annotations

import re
from pathlib import Path

_HIGH_WATER = re.compile(rb"^VmHWM:\s*(\d+) kB", re.MULTILINE)

MEASURED = Path("/proc/self/status").exists()


def peak_memory(pid: int) -> int:
    """The high-water mark of resident memory in MB; 0 when the process is gone or the system has no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_bytes()
    except OSError:
        return 0
    match = _HIGH_WATER.search(status)
    return int(match[1]) // 1024 if match else 0
