"""The project whose pipeline is measured, and its copies, which are changed."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from bench.app import change
from bench.workplace import ROOT, Workplace
from fairway.project.find import find_project


@dataclass(frozen=True)
class Project:
    """A folder with a `fairway.toml` of one stack, and handlers in it of which a line is changed.

    `handler` is that of `function`, an address whose code is the handler's folder as it is.
    """

    folder: Path
    stack: str
    function: str
    handler: str
    others: tuple[str, ...]

    @property
    def tests(self) -> list[str]:
        """The commands of its tests, for a shell in its folder."""
        return [f"cd {shlex.quote(each.folder)} && {each.run}" for each in find_project(self.folder).tests]

    def copied(self, place: Workplace, name: str) -> Project:
        """Itself in another folder, which is removed with the workplace."""
        folder = place.folder / name
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(".fairway"))
        return replace(self, folder=folder)

    def change(self, *handlers: str) -> None:
        """One more line in each, so that the code of so many functions is another."""
        for handler in handlers:
            change(self.folder / handler)

    @property
    def destroy(self) -> list[str]:
        """The words that remove what was deployed."""
        return ["destroy", "--stack", self.stack, "--yes", "--allow-data-loss", "*"]


DOCUMENTS = Project(
    ROOT / "examples" / "document-pipeline",
    "documents",
    "Kinds",
    "functions/kinds/app.py",
    (
        *(f"functions/{name}/app.py" for name in ("dispatch", "documents", "retry", "submit")),
        *(f"patterns/invoice/functions/{name}/app.py" for name in ("check", "extract", "read", "store")),
        *(f"patterns/letter/functions/{name}/app.py" for name in ("classify", "read", "store", "summarise")),
    ),
)
"""The handlers that are changed at once are twelve."""
