"""Settles where a command works, from flags and environment variables."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.project.find import find_project
from fairway.project.settings import LOCAL, NAME, NAME_RULE, StateSettings
from fairway.stacks.elsewhere import require_here, stacks_beside
from fairway.stacks.request import Target
from fairway.stacks.storage import is_bucket, open_store, require_place

_DEFAULT_REGION = "us-east-1"


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Fairway's folder of this user: the local cloud and the build cache."""
    return Path(environ.get("FAIRWAY_HOME") or Path.home() / ".fairway")


def target(
    arguments: argparse.Namespace, environ: Mapping[str, str] = os.environ, *, connect: bool = True
) -> Target:
    """The target of a command. Starts the local cloud where it is the target, unless `connect` is off.

    Then the endpoint is that of the local cloud if it runs, and empty if it does not.
    """
    endpoint = _checked_url(arguments.endpoint_url or environ.get("AWS_ENDPOINT_URL", ""))
    environment = _checked_name("env", arguments.env or ("default" if endpoint else LOCAL))
    source: Path = getattr(arguments, "source", Path())
    stack = _checked_name("stack", arguments.stack or stack_name(source))
    state = state_settings(arguments, source, environ, environment)
    local = environment == LOCAL and not endpoint
    if local:
        endpoint = _local_endpoint(environ, start=connect or is_bucket(state.backend))
    return Target(
        stack=stack,
        environment=environment,
        region=_region(arguments, environ, local=environment == LOCAL or bool(endpoint)),
        state=state.backend,
        state_region=state.region,
        lock_table=state.lock_table,
        beside="" if state.backend == _beside(source) else _beside(source),
        cache=Path(environ.get("FAIRWAY_CACHE") or home(environ) / "cache"),
        endpoint_url=endpoint,
        profile=arguments.profile or "",
        local=local,
    )


def state_settings(
    arguments: argparse.Namespace, source: Path, environ: Mapping[str, str], environment: str
) -> StateSettings:
    """`--state`, else FAIRWAY_STATE, else what fairway.toml says, else `.fairway/state` beside the source.

    The place is `s3://…` or a whole path.
    """
    written = find_project(source).state_of(environment)
    chosen: str = arguments.state or environ.get("FAIRWAY_STATE", "")
    found = _settings_of(chosen, written) if chosen else written
    return found if found.backend else replace(found, backend=_beside(source))


def at_place(where: Target, place: str) -> Target:
    """The same stack, with its state and lease as they are at another place."""
    found = _settings_of(place, find_project(Path()).state_of(where.environment))
    return replace(
        where, state=found.backend, state_region=found.region, lock_table=found.lock_table, beside=""
    )


def _settings_of(place: str, written: StateSettings) -> StateSettings:
    """Those that are written for the place, where they are for it."""
    require_place(place)
    whole = place if is_bucket(place) else str(Path(place).resolve())
    return written if whole == written.backend else StateSettings(whole)


def _beside(source: Path) -> str:
    return str(_folder(source) / ".fairway" / "state")


def stack_name(source: Path) -> str:
    """The source folder's name, in the letters that names of AWS resources allow."""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", _folder(source).name).strip("-")
    return name if name[:1].isalpha() else f"stack-{name}".rstrip("-")


def _folder(source: Path) -> Path:
    resolved = source.resolve()
    return resolved.parent if resolved.is_file() else resolved


def _local_endpoint(environ: Mapping[str, str], *, start: bool) -> str:
    from fairway.local.client import LocalCloud

    cloud = LocalCloud(home(environ))
    running = cloud.running()
    if running is None and start:
        print("starting the local cloud; `fairway local down` stops it", file=sys.stderr, flush=True)
        running = cloud.up()
    return running.endpoint if running else ""


def _region(arguments: argparse.Namespace, environ: Mapping[str, str], *, local: bool) -> str:
    region = arguments.region or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    if not region and not local:
        from fairway.aws.session import Session

        region = Session(profile=arguments.profile or "").region
    return region or _DEFAULT_REGION


def _checked_name(flag: str, name: str) -> str:
    if NAME.fullmatch(name):
        return name
    raise WrongInput(
        f"arguments.{flag}",
        f"{name!r} cannot be the name of {'a stack' if flag == 'stack' else 'an environment'}",
        why=NAME_RULE,
        next=f"choose another with --{flag}",
    )


def _checked_url(url: str) -> str:
    if not url or re.match(r"https?://[^/]", url):
        return url
    raise WrongInput(
        "arguments.endpoint-url",
        f"{url!r} is not a URL",
        next="give the whole address, such as http://localhost:4566",
    )


def deployed_target(arguments: argparse.Namespace, *, connect: bool = True) -> Target:
    """The target of a command that works on what is deployed: the only stack, where no name is given."""
    where = target(arguments, connect=connect)
    return where if arguments.stack else one_deployed_stack(where)


def one_deployed_stack(where: Target) -> Target:
    """The target with the only stack that is deployed there, where the folder's own name is none of them."""
    store = open_store(where)
    stacks = store.stacks(where.environment)
    if where.stack in stacks:
        return where
    require_here(where, store)  # another stack of this place is not the one that was left elsewhere
    stacks = stacks or stacks_beside(where)
    if not stacks:
        return where
    if len(stacks) == 1:
        return replace(where, stack=stacks[0])
    raise WrongInput(
        "arguments.stack",
        f"{len(stacks)} stacks are deployed in {where.environment}",
        next=f"name one with --stack: {', '.join(stacks)}",
    )
