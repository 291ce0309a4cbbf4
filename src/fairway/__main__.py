"""The `fairway` program."""

import gc
import os
import sys

_COLLECT_AFTER = 1_000_000
"""Objects made between two searches for cycles. Modules and API models make that many that stay; looking
through them again and again would be a tenth of a short run."""


def main() -> int:
    """Run the command line; answers `--version` without loading anything."""
    if sys.argv[1:] == ["--version"]:
        from fairway import __version__

        sys.stdout.write(f"fairway {__version__}\n")
        return 0
    gc.set_threshold(_COLLECT_AFTER, 20, 100)
    try:
        from fairway.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while the program itself was still loading
        return 130


def program() -> None:
    """Run the command line and end the process at once.

    Taking apart everything that was loaded, object by object, would be a fifth of a short run. Nothing
    waits for it: files are closed where they were opened, threads have been joined, output is flushed here.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # a reader that is gone, or a stream that was closed
            continue
    os._exit(code)


if __name__ == "__main__":
    program()
