"""`fairway` with the most memory that it held, in bytes, written to a file.

Run as `python -m bench.peak FILE ARGUMENTS…`. What the system tells the parent when a process ends will not
do: on Linux it is at least what the parent itself held when it started the process.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from fairway.__main__ import main

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak() -> int:
    """Bytes, of this process."""
    found = _PEAK.search(Path("/proc/self/status").read_text())
    assert found is not None, "proc(5)"
    return int(found[1]) * 1024


if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    code = main()
    file.write_text(str(peak()))
    sys.exit(code)
