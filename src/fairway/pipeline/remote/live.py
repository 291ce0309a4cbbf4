"""What is live in an environment, asked of the checkout that it is deployed from."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_LOOKED_AT = "20"
_SHORT = 8


def live(stacks: Iterable[str], environment: str, folder: Path, environ: Mapping[str, str]) -> Sequence[str]:
    """A line for each stack: the commit that is deployed, and how the newest deployment ended."""
    return [
        f"{stack} in {environment}: {_of(_history(stack, environment, folder, environ))}" for stack in stacks
    ]


def _of(history: Sequence[Mapping[str, Any]] | None) -> str:
    return "its history cannot be read, so that nobody knows" if history is None else in_words(history)


def in_words(deployments: Sequence[Mapping[str, Any]]) -> str:
    """What a stack's deployments, the newest first, say of what is live."""
    if not deployments:
        return "nothing is deployed"
    newest, commits = deployments[0], {each["number"]: _commit(each) for each in deployments}
    last = f"deployment {newest['number']} of {_commit(newest)} {newest['result']}"
    good = next((each for each in deployments if each["result"] in ("succeeded", "destroyed")), None)
    if good is None:
        return last
    commit = commits.get(good["restores"] or good["number"], "an earlier commit")
    words = "nothing is deployed" if _empties(good) else f"live is {commit} (deployment {good['number']})"
    return words if newest is good else f"{words}; {last}"


def _empties(deployment: Mapping[str, Any]) -> bool:
    """Whether nothing is left after it: a rollback of the first deployment has none to go back to."""
    taken_back = deployment["command"] == "rollback" and not deployment["restores"]
    return taken_back or deployment["result"] == "destroyed"


def _commit(deployment: Mapping[str, Any]) -> str:
    return str(deployment["origin"]["commit"][:_SHORT] or "no commit")


def _history(
    stack: str, environment: str, folder: Path, environ: Mapping[str, str]
) -> Sequence[Mapping[str, Any]] | None:
    """In a process of its own, as the run was: it reads the project as that did. None where it cannot."""
    words = ("history", "--env", environment, "--stack", stack, "--limit", _LOOKED_AT, "--json")
    asked = subprocess.run(
        [sys.executable, "-P", "-m", "fairway", *words],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        return None
    found: Sequence[Mapping[str, Any]] = json.loads(asked.stdout.splitlines()[-1])["deployments"]
    return found
