"""The floor of a pipeline: the tests that the arguments name, then what Fairway does for a check, a deploy
and a verification, one after the other in a process that starts once.
"""

from __future__ import annotations

import os
import subprocess
import sys

from fairway.__main__ import main

_COMMANDS = (["check"], ["deploy", "--yes"], ["verify"])

if __name__ == "__main__":
    for test in sys.argv[1:]:
        subprocess.run(test, shell=True, check=True)
    code = 0
    for words in _COMMANDS:
        sys.argv[1:] = words
        code = code or main()
    sys.stdout.flush()
    os._exit(code)  # as `fairway` ends
