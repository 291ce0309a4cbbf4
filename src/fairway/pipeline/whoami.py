"""Who runs this, for people."""

from __future__ import annotations

import getpass
import os
import socket


def whoami() -> str:
    """`user@host`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
