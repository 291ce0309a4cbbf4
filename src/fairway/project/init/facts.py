"""What a repository says about how it is built, tested and deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from fairway.sources.cloudformation.parameters import Declaration


@dataclass(frozen=True)
class Template:
    """A template that no other one nests. `buckets` and `distributions` are outputs that name one."""

    path: PurePosixPath
    language: str
    resources: int
    parameters: Mapping[str, Declaration] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Configured:
    """An environment of a samconfig file, in the folder of its template."""

    path: PurePosixPath
    environment: str
    stack: str = ""
    region: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Deploying:
    """A job of a CI workflow that deploys; empty is what it does not say."""

    path: PurePosixPath
    branch: str
    environment: str = ""
    region: str = ""
    account: str = ""


@dataclass(frozen=True)
class Suite:
    """Tests, or another command that has to succeed. `sign` is how that was seen."""

    name: str
    run: str
    folder: PurePosixPath
    sign: str


@dataclass(frozen=True)
class Front:
    """A front end that a command builds into a folder. `hashed` are files with a hash in their names."""

    name: str
    folder: PurePosixPath
    build: str
    output: str
    tool: str
    hashed: tuple[str, ...] = ()


BROKEN = "it looks like a template, and cannot be read"


@dataclass(frozen=True)
class Noted:
    """Something that is seen and not taken, and why. `place` is a folder that may be a stack one day."""

    what: str
    why: str
    place: str = ""


@dataclass(frozen=True)
class Survey:
    """All of it. `name` is the repository's, `branch` the one that is checked out, `known_as` the stack that
    an earlier deploy from here made."""

    name: str
    branch: str = ""
    known_as: str = ""
    templates: tuple[Template, ...] = ()
    configured: tuple[Configured, ...] = ()
    deploying: tuple[Deploying, ...] = ()
    suites: tuple[Suite, ...] = ()
    fronts: tuple[Front, ...] = ()
    noted: tuple[Noted, ...] = ()
