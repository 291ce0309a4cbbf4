"""`fairway init`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed
from fairway.cli.output import Output
from fairway.model.errors import WrongInput
from fairway.project.settings import FILE

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.project.init.proposal import Proposal

_ABOUT = """\
Looks at a repository (templates, samconfig, CI workflows, tests, front ends), says what was found and what
follows from it, shows a fairway.toml and, once you agree, writes it. One that is there is left alone. In a
git repository .gitignore gets a line for .fairway/.
"""

_NARROWEST = 40
"""Columns of a terminal, below which lines are let run over."""


def add(commands: Commands) -> None:
    """The command's grammar."""
    from fairway.cli.arguments import add_command

    init = add_command(commands, "init", "write a first fairway.toml, from what is here", about=_ABOUT)
    words = "the repository (default: the current folder)"
    init.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help=words)
    init.add_argument("--yes", action="store_true", help="write it without a question")
    init.add_argument("--json", action="store_true", help="print one JSON result line")


def init(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.project.init.proposal import proposal
    from fairway.project.init.survey import survey
    from fairway.project.init.writing import IGNORING, OURS, ignore, is_taken, refuse_existing, write_first

    folder: Path = arguments.folder
    if not folder.is_dir():
        raise WrongInput("init.folder", f"{folder} is no folder", next="name the folder of a repository")
    file = folder / FILE
    refuse_existing(file)
    made, ignored = proposal(survey(folder.resolve())), OURS if is_taken(folder) else ""
    if not output.json:
        _show(made, file, output)
    what = f"{file}, and {ignored} to {folder / IGNORING}" if ignored else str(file)
    if not agreed(f"Write this to {what}?", arguments, output, first="run this with --yes to write it"):
        return output.result(1, {}, lambda _: "nothing was written")
    if ignored:
        ignore(folder)
    write_first(file, made.text)
    parts = [{"found": part.found, "wrote": part.wrote} for part in made.parts]
    data = {"file": str(file), "ignored": ignored, "next": made.next, "parts": parts, "text": made.text}
    return output.result(0, data, lambda style: f"{style.good('wrote')} {what}\nnext: {made.next}")


def _show(made: Proposal, file: Path, output: Output) -> None:
    """What was found and what follows from it, and the file."""
    from fairway.project.init.proposal import wrapped

    style, width = output.style, max(_NARROWEST, shutil.get_terminal_size().columns)
    for part in made.parts:
        found = "\n".join(f"    {line}" for line in wrapped(part.found, width - 4))
        output.stdout.write(f"{style.bold(part.wrote)}\n{found}\n")
    output.stdout.write(f"\n{style.dim(f'--- {file}')}\n{made.text}{style.dim('---')}\n")
    output.stdout.flush()
