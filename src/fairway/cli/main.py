"""Parses the command line, runs the command, and turns its end into an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from fairway.cli.arguments import parser
from fairway.cli.commands import COMMANDS
from fairway.cli.output import Output
from fairway.model.errors import Failed, FairwayError, Interrupted, unusable_file


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns its exit code. Never raises for what users can do wrong."""
    grammar = parser()
    arguments = grammar.parse_args(argv)
    if not arguments.command:
        grammar.print_help()
        return 0
    output = Output.for_arguments(arguments, sys.stdout, sys.stderr, os.environ)
    try:
        return COMMANDS[arguments.command](arguments, output)
    except BrokenPipeError:
        return 0  # the reader of a listing has seen enough (`fairway logs --follow | head`)
    except KeyboardInterrupt:
        return output.error(Interrupted("run.interrupted", "interrupted", next="run the command again"))
    except FairwayError as error:
        return output.error(error)
    except Exception as error:
        return output.error(_unexpected(error, verbose=getattr(arguments, "verbose", False)))
    finally:
        output.close()


def _unexpected(error: Exception, *, verbose: bool) -> FairwayError:
    """A file that cannot be used, or a bug of ours; with its traceback where the user asked for more."""
    if isinstance(error, OSError) and (error.filename or error.errno in (errno.ENOSPC, errno.EDQUOT)):
        return unusable_file(error)
    if verbose:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    return Failed(
        "internal.error",
        f"Fairway itself failed: {type(error).__name__}: {error}",
        why="this is a bug in Fairway; what was done so far is recorded",
        next="run again with --verbose and report what it prints",
    )
