"""Makes what state is kept in, and writes it into the project's file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fairway.aws.bootstrap import Step, bucket_name, make_bucket, make_table
from fairway.aws.session import Session
from fairway.project.find import find_project, repository_of
from fairway.project.settings import BUCKET, LOCAL, StateSettings, bucket_of
from fairway.project.writing import write_settings
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
    settings = {key: value for key, value in vars(state).items() if value}
    others = project.state.backend not in ("", state.backend)
    own = environment == LOCAL or others or project.environment(environment).state is not None
    return write_down(source, ("environments", environment, "state") if own else ("state",), settings)


def write_down(source: Path, table: tuple[str, ...], settings: Mapping[str, str]) -> Step:
    """Into a table of the project's file. Raises Failed for a file that cannot be changed."""
    file, did = write_settings(source, table, settings)
    return Step(f"[{'.'.join(table)}] in {os.path.relpath(file)}", did)
