"""Makes what state is kept in, and writes it into the project's file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fairway.aws.bootstrap import Did, Step, bucket_name, make_bucket, make_table
from fairway.aws.session import Session
from fairway.model.errors import Failed
from fairway.project.find import find_project, repository_of
from fairway.project.settings import BUCKET, FILE, LOCAL, StateSettings, bucket_of
from fairway.project.toml_text import with_table
from fairway.stacks.connect import caller
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target


@dataclass(frozen=True)
class Wanted:
    """What to make: the bucket's name and the prefix of the project's state in it, and a lock table's name.

    Without a name the bucket is the one that the project has, or else the account's and region's; without
    a prefix it is the repository's name. An empty `lock_table` means the one the project has, or none.
    """

    bucket: str = ""
    prefix: str = ""
    lock_table: str = ""


def bootstrap(
    target: Target, wanted: Wanted, source: Path, done: Callable[[Step], None], interruption: Interruption
) -> str:
    """Make what is missing, repair what differs, write it down; `done` is told each step as it is done.

    Returns where state is kept now. The target's own stack and state do not matter. Raises Failed for what
    cannot be had.
    """
    calls = caller(target, interruption)
    settings = _settled(wanted, find_project(source).state_of(target.environment), source, calls.session)
    for step in make_bucket(calls, bucket_of(settings.backend)):
        done(step)
    if settings.lock_table:
        for step in make_table(calls, settings.lock_table):
            done(step)
    done(_write_down(source, target.environment, settings))
    return settings.backend


def _settled(wanted: Wanted, present: StateSettings, source: Path, session: Session) -> StateSettings:
    lock_table = wanted.lock_table or present.lock_table
    if not wanted.bucket and present.backend.startswith(BUCKET):
        return StateSettings(present.backend, lock_table, session.region)
    bucket = wanted.bucket or bucket_name(session.account, session.region)
    prefix = wanted.prefix or repository_of(source).name
    return StateSettings(f"{BUCKET}{bucket}/{prefix}", lock_table, session.region)


def _write_down(source: Path, environment: str, state: StateSettings) -> Step:
    """Into `[state]`, or into the environment's own table where `[state]` is not for it."""
    project = find_project(source)
    file = project.file or repository_of(source) / FILE
    settings = {key: value for key, value in vars(state).items() if value}
    others = project.state.backend not in ("", state.backend)
    own = environment == LOCAL or others or project.environment(environment).state is not None
    table = ("environments", environment, "state") if own else ("state",)
    before = file.read_text() if project.file else ""
    try:
        after = with_table(before, table, settings)
    except ValueError as error:
        raise _not_written(file, table, settings, str(error)) from None
    what = f"[{'.'.join(table)}] in {os.path.relpath(file)}"
    if after == before:
        return Step(what, "already so")
    _replace(file, after)
    did: Did = "set" if project.file else "created"
    return Step(what, did)


def _replace(file: Path, text: str) -> None:
    """At any moment the file is whole."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(text)
    if file.exists():
        fresh.chmod(file.stat().st_mode)
    os.replace(fresh, file)


def _not_written(file: Path, table: tuple[str, ...], settings: dict[str, str], why: str) -> Failed:
    lines = "; ".join(f'{key} = "{value}"' for key, value in settings.items())
    return Failed(
        "bootstrap.project-file",
        f"{file.name} could not be changed",
        where=str(file),
        why=why,
        next=f"everything else is done; write into [{'.'.join(table)}]: {lines}",
    )
