"""What is pushed, and what is deployed by hand from a folder, is one stack: so it has one state."""

from __future__ import annotations

import shutil
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.stacks.targets import beside


def share_state(project: Path, shared: Path) -> bool:
    """Let a project's folder keep its state in a shared place. True where its own was taken there.

    A folder that shares another place already is followed there. Raises WrongInput where both have state.
    """
    own = Path(beside(project))
    if own.resolve() == shared.resolve():
        return False
    if _holds(own):
        _require_empty(shared, own)
        if own.is_symlink():
            shared.symlink_to(own.resolve())
            return False
        shutil.move(own, shared)
        own.symlink_to(shared)
        return True
    _remove_empty(own)
    shared.mkdir(mode=0o700, exist_ok=True)
    own.parent.mkdir(exist_ok=True)
    own.symlink_to(shared)
    return False


def _require_empty(shared: Path, own: Path) -> None:
    if _holds(shared):
        raise WrongInput(
            "remote.two-states",
            "state is kept here, and other state where pushes are deployed from",
            where=str(own),
            why=f"{shared} is not empty",
            next="move the one away that is not that of what is live, and add the remote again",
        )
    _remove_empty(shared)


def _holds(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _remove_empty(folder: Path) -> None:
    """A link that leads nowhere too: what it led to is gone."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        folder.rmdir()
