"""Settles where a command works, from flags, environment variables and the project's file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.project.find import find_project
from fairway.project.settings import LOCAL, Project
from fairway.stacks.choose import any_stack, deployed_stack, state_folder
from fairway.stacks.elsewhere import require_here, stacks_beside
from fairway.stacks.request import Target
from fairway.stacks.storage import open_store
from fairway.stacks.targets import Chosen, state_at, target_for


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Fairway's folder of this user: the local cloud and the build cache."""
    return Path(environ.get("FAIRWAY_HOME") or Path.home() / ".fairway")


def chosen(arguments: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Chosen:
    """What the flags say, and the process's variables."""
    return Chosen(
        home=home(environ),
        local_endpoint=lambda start: _local_endpoint(environ, start=start),
        endpoint_url=arguments.endpoint_url or "",
        region=arguments.region or "",
        profile=arguments.profile or "",
        state=arguments.state or "",
        concurrency=getattr(arguments, "concurrency", None) or 0,
        on_failure=getattr(arguments, "on_failure", None),
        wait=getattr(arguments, "wait", None),
        environ=environ,
    )


def environment_of(arguments: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> str:
    """The environment that a command works in."""
    named: str = arguments.env or ""
    return named or ("default" if chosen(arguments, environ).endpoint else LOCAL)


def project_of(arguments: argparse.Namespace) -> Project:
    """The project of the source, or of the current folder."""
    return find_project(_source(arguments) or Path())


def target(
    arguments: argparse.Namespace, environ: Mapping[str, str] = os.environ, *, connect: bool = True
) -> Target:
    """The target of a command, where any stack will do. Starts the local cloud as `target_for` does."""
    project = project_of(arguments)
    stack = any_stack(project, arguments.stack or "", _source(arguments))
    return _target(arguments, environ, project, stack, connect=connect)


def named_target(arguments: argparse.Namespace, *, connect: bool = True) -> Target:
    """The target of a command on one stack: the only one that the file declares, or the folder's."""
    project = project_of(arguments)
    stack = deployed_stack(project, arguments.stack or "")
    return _target(arguments, os.environ, project, stack, connect=connect)


def deployed_target(arguments: argparse.Namespace, *, connect: bool = True) -> Target:
    """As `named_target`, or else the only stack that is deployed."""
    where = named_target(arguments, connect=connect)
    return where if arguments.stack or project_of(arguments).stacks else one_deployed_stack(where)


def at_place(where: Target, place: str) -> Target:
    """The same stack, with its state and lease as they are at another place."""
    found = state_at(place, find_project(Path()).state_of(where.environment))
    return replace(
        where, state=found.backend, state_region=found.region, lock_table=found.lock_table, beside=""
    )


def _target(
    arguments: argparse.Namespace,
    environ: Mapping[str, str],
    project: Project,
    stack: str,
    *,
    connect: bool,
) -> Target:
    folder = state_folder(project, _source(arguments))
    environment = environment_of(arguments, environ)
    return target_for(project, environment, stack, folder, chosen(arguments, environ), connect=connect)


def _source(arguments: argparse.Namespace) -> Path | None:
    """The definition that was named, where one was."""
    source: Path | None = getattr(arguments, "source", None)
    return source


def _local_endpoint(environ: Mapping[str, str], *, start: bool) -> str:
    from fairway.local.client import LocalCloud

    cloud = LocalCloud(home(environ))
    running = cloud.running()
    if running is None and start:
        print("starting the local cloud; `fairway local down` stops it", file=sys.stderr, flush=True)
        running = cloud.up()
    return running.endpoint if running else ""


def deployed_targets(arguments: argparse.Namespace, *, connect: bool = True) -> tuple[Target, ...]:
    """The stack that is named, else every one that is deployed: those the file declares, where it does."""
    if arguments.stack:
        return (named_target(arguments, connect=connect),)
    where, declared = target(arguments, connect=connect), project_of(arguments).stacks
    there = [each for each in open_store(where).stacks(where.environment) if not declared or each in declared]
    return tuple(replace(where, stack=each) for each in there) or (one_deployed_stack(where),)


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
