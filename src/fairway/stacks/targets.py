"""Where a command works: what fairway.toml says of the environment, and what is chosen over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fairway.apply.scheduler import DEFAULT_CONCURRENCY
from fairway.aws.session import Session, Sessions
from fairway.model.errors import WrongInput
from fairway.model.until import Until
from fairway.project.settings import LOCAL, NAME, NAME_RULE, OnFailure, Project, StateSettings
from fairway.sources.findings import suggest
from fairway.stacks.place import require_account
from fairway.stacks.request import Target
from fairway.stacks.storage import is_bucket, require_place

DEFAULT_REGION = "us-east-1"
KEEP_STATE = (
    "`fairway bootstrap --env {environment}` makes a bucket for state and writes it into [state]; commit that"
)
_OWN_CREDENTIALS = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE")
"""Variables by which a process is given credentials, as CI systems do, where no profile is configured."""


@dataclass(frozen=True)
class Chosen:
    """What the command line and the process's variables choose over what the file says; empty: nothing.

    `home` is Fairway's folder of this user. `local_endpoint` answers where the local cloud is, empty where
    it does not run; with True it is started then.
    """

    home: Path
    local_endpoint: Callable[[bool], str]
    endpoint_url: str = ""
    region: str = ""
    profile: str = ""
    state: str = ""
    concurrency: int = 0
    on_failure: OnFailure | None = None
    wait: Until | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    sessions: Sessions = field(default_factory=Sessions, compare=False, repr=False)

    @property
    def endpoint(self) -> str:
        """Where all calls go; empty for AWS or the local cloud."""
        return self.endpoint_url or self.environ.get("AWS_ENDPOINT_URL", "")


def target_for(
    project: Project,
    environment: str,
    stack: str,
    folder: Path,
    chosen: Chosen,
    *,
    connect: bool = True,
    offline: bool = False,
) -> Target:
    """The target of a stack in an environment; `folder` is where `.fairway` is, if state is kept there.

    Starts the local cloud where it is the target, unless `connect` is off; then the endpoint is empty where
    it does not run. Raises WrongInput for an environment that the file does not declare (`arguments.env`),
    and before anything is read for the credentials of another account than the environment's
    (`aws.account`). With `offline` nobody is asked for them.
    """
    require_declared(project, environment)
    endpoint = _checked_url(chosen.endpoint)
    state = state_for(project, environment, folder, chosen)
    local = environment == LOCAL and not endpoint
    if local:
        endpoint = chosen.local_endpoint(connect or is_bucket(state.backend))
    elsewhere = environment == LOCAL or bool(endpoint)
    profile = chosen.profile or ("" if elsewhere else _profile(project, environment, chosen))
    target = Target(
        stack=checked_name("stack", stack),
        environment=checked_name("env", environment),
        region=_region(project, environment, chosen, profile, local=elsewhere),
        state=state.backend,
        state_region=state.region,
        lock_table=state.lock_table,
        beside="" if state.backend == beside(folder) else beside(folder),
        cache=Path(chosen.environ.get("FAIRWAY_CACHE") or chosen.home / "cache"),
        endpoint_url=endpoint,
        profile=profile,
        local=local,
        until=chosen.wait or project.environment(environment).wait,
        sessions=chosen.sessions,
    )
    asks = connect or is_bucket(target.state)
    account = "" if offline or environment == LOCAL else project.environment(environment).account
    return _in_account(target, account) if account and asks else target


def concurrency(project: Project, environment: str, chosen: Chosen) -> int:
    """Operations at once: what is chosen, else the environment's, else the default."""
    return chosen.concurrency or project.environment(environment).concurrency or DEFAULT_CONCURRENCY


def require_declared(project: Project, environment: str) -> None:
    """Raises WrongInput for an environment that is not in a file that declares some."""
    declared = project.environments.keys() - {LOCAL}
    if not declared or environment in {LOCAL, *declared}:
        return
    there = ", ".join(sorted(declared))
    raise WrongInput(
        "arguments.env",
        f"{project.file_name} declares no environment {environment}",
        next=suggest(environment, declared) or f"name one with --env: {there}; or add [environments.NAME]",
    )


def state_for(project: Project, environment: str, folder: Path, chosen: Chosen) -> StateSettings:
    """What is chosen, else FAIRWAY_STATE, else what the file says, else `.fairway/state` in the folder.

    The place is `s3://…` or a whole path. Raises WrongInput for a bucket that cannot be one.
    """
    written = project.state_of(environment)
    place = chosen.state or chosen.environ.get("FAIRWAY_STATE", "")
    found = state_at(place, written) if place else written
    return found if found.backend else replace(found, backend=beside(folder))


def is_state_in_checkout(project: Project, environment: str) -> bool:
    """Whether the file lets state lie in the project's folder: a new one in each job of a CI system."""
    place = project.state_of(environment).backend
    return not place or (not is_bucket(place) and Path(place).is_relative_to(project.folder.resolve()))


def require_lasting_state(project: Project, environment: str, chosen: Chosen) -> None:
    """Refuse to change a declared environment from a CI system's job that would begin without its state.

    Raises WrongInput (`state.not-shared`). Who says `--state` or FAIRWAY_STATE has thought of it.
    """
    said = chosen.state or chosen.environ.get("FAIRWAY_STATE")
    if environment == LOCAL or environment not in project.environments or said:
        return
    if chosen.environ.get("CI") and is_state_in_checkout(project, environment):
        raise WrongInput(
            "state.not-shared",
            f"the state of {environment} would lie in this checkout, and be gone with it",
            why="CI is set: a job begins in a new checkout, and would take what others deployed for nobody's",
            next=KEEP_STATE.format(environment=environment),
        )


def state_at(place: str, written: StateSettings) -> StateSettings:
    """A place for state, with the settings that are written for it, where they are for it."""
    require_place(place)
    whole = place if is_bucket(place) else str(Path(place).resolve())
    return written if whole == written.backend else StateSettings(whole)


def beside(folder: Path) -> str:
    """Where state is kept in a folder."""
    return str(folder / ".fairway" / "state")


def checked_name(flag: str, name: str) -> str:
    """The name itself. Raises WrongInput for what cannot be one."""
    if NAME.fullmatch(name):
        return name
    raise WrongInput(
        f"arguments.{flag}",
        f"{name!r} cannot be the name of {'a stack' if flag == 'stack' else 'an environment'}",
        why=NAME_RULE,
        next=f"choose another with --{flag}",
    )


def _profile(project: Project, environment: str, chosen: Chosen) -> str:
    """The file's, where the process was not given credentials of its own: a CI system has no profiles."""
    own = any(map(chosen.environ.get, _OWN_CREDENTIALS))
    return "" if own else project.environment(environment).profile


def _region(project: Project, environment: str, chosen: Chosen, profile: str, *, local: bool) -> str:
    region = chosen.region or project.environment(environment).region
    region = region or chosen.environ.get("AWS_REGION") or chosen.environ.get("AWS_DEFAULT_REGION") or ""
    if not region and not local:
        region = Session(profile=profile).region
    return region or DEFAULT_REGION


def _in_account(target: Target, account: str) -> Target:
    from fairway.stacks.connect import (
        caller,
    )  # with the whole catalogue, which looking at state does not need

    session = caller(target).session
    require_account(account, target.environment, session)
    return replace(target, identity=session.identity)


def _checked_url(url: str) -> str:
    if not url or re.match(r"https?://[^/]", url):
        return url
    raise WrongInput(
        "arguments.endpoint-url",
        f"{url!r} is not a URL",
        next="give the whole address, such as http://localhost:4566",
    )
