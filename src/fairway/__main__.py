"""The `fairway` program."""

import sys


def main() -> int:
    """Run the command line; answers `--version` without loading anything."""
    if sys.argv[1:] == ["--version"]:
        from fairway import __version__

        sys.stdout.write(f"fairway {__version__}\n")
        return 0
    try:
        from fairway.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while the program itself was still loading
        return 130


if __name__ == "__main__":
    sys.exit(main())
