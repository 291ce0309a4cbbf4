"""What `fairway.toml` says, as plain data. docs/fairway.toml shows every key.

Texts marked *with names* may hold `${environment}`, `${project}`, `${account}`, `${region}`, `${commit}`,
`${stacks.NAME.OUTPUT}` and `${env.VARIABLE}`: see `fairway.project.names`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from fairway.model.location import Location
from fairway.model.news import NewsKind
from fairway.model.until import Until
from fairway.project.checks import Prerequisite, Verification

FILE = "fairway.toml"
LOCAL = "local"
BUCKET = "s3://"

OnFailure = Literal["hold", "rollback"]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
"""Of a stack or an environment: it becomes part of paths and of AWS names."""
NAME_RULE = "a name starts with a letter and holds letters, digits and hyphens, 128 at most"
# BC dynamodb CreateTable.
TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
NOWHERE = Location("", 0)


def bucket_of(backend: str) -> str:
    """The bucket of `s3://bucket/prefix`."""
    return backend.removeprefix(BUCKET).partition("/")[0]


@dataclass(frozen=True)
class StateSettings:
    """Where state is kept: `s3://bucket/prefix` or a folder; empty where nothing is said.

    `region` is the bucket's and the lock table's own.
    """

    backend: str = ""
    lock_table: str = ""
    region: str = ""


@dataclass(frozen=True)
class FromStack:
    """An output of another stack of the project."""

    stack: str
    output: str


@dataclass(frozen=True)
class FromVariable:
    """An environment variable."""

    name: str


@dataclass(frozen=True)
class FromParameterStore:
    """A parameter in SSM. `name` is a text with names."""

    name: str


@dataclass(frozen=True)
class FromSecret:
    """A secret in Secrets Manager, or one `field` of it where it is JSON. `name` is a text with names."""

    name: str
    field: str = ""


@dataclass(frozen=True)
class FromFile:
    """The text of a file, from the project's folder."""

    file: str


Given: TypeAlias = str | FromStack | FromVariable | FromParameterStore | FromSecret | FromFile
"""A parameter's value, or where it comes from. A text is one with names; numbers are their texts."""


@dataclass(frozen=True)
class ParameterSetting:
    """One parameter of a stack, and where it is written."""

    value: Given
    location: Location = NOWHERE


Parameters: TypeAlias = Mapping[str, ParameterSetting]


@dataclass(frozen=True)
class StackSettings:
    """A stack of the project.

    `source` is a template or a folder, from the project's folder. `after` are stacks that come first, beside
    those whose outputs it takes.
    """

    name: str
    source: str = "."
    after: tuple[str, ...] = ()
    parameters: Parameters = field(default_factory=dict)
    location: Location = NOWHERE


@dataclass(frozen=True)
class EnvironmentSettings:
    """What holds in one environment.

    `account` is the only one whose credentials are taken; empty takes any. A push to `branch` deploys to it.
    With `approval` somebody approves each plan. `clean_tree` refuses uncommitted changes. `protect` names
    resources' addresses. `parameters` are for every stack that has them, `stack_parameters` for one stack.
    `role` and `plan_role` are the ARNs of the roles that a CI system deploys and plans with.
    """

    on_failure: OnFailure = "hold"
    protect: tuple[str, ...] = ()
    state: StateSettings | None = None
    account: str = ""
    region: str = ""
    profile: str = ""
    branch: str = ""
    approval: bool = False
    clean_tree: bool = False
    concurrency: int = 0
    wait: Until = "ready"
    role: str = ""
    plan_role: str = ""
    parameters: Parameters = field(default_factory=dict)
    stack_parameters: Mapping[str, Parameters] = field(default_factory=dict)
    location: Location = NOWHERE


@dataclass(frozen=True)
class Generated:
    """A value drawn at random."""

    length: int = 32


@dataclass(frozen=True)
class Placeholder:
    """A value that somebody has to replace: verification reports it until then."""


@dataclass(frozen=True)
class SecretSettings:
    """A secret that the project needs, by its `key` in the file.

    `name` is a text with names. `store` is where it is kept. It is created, where it does not exist, from
    `value`: an environment variable, a generator, or a placeholder.
    """

    key: str
    name: str
    store: Literal["secretsmanager", "ssm"] = "secretsmanager"
    value: FromVariable | Generated | Placeholder = Placeholder()
    location: Location = NOWHERE


@dataclass(frozen=True)
class TestSettings:
    """A component's tests, or any other command that must succeed before anything is built.

    `folder` is where it runs, from the project's folder. `timeout` in seconds.
    """

    __test__ = False  # pytest would collect it by its name

    name: str
    run: str
    folder: str = "."
    timeout: float = 1800.0
    location: Location = NOWHERE


@dataclass(frozen=True)
class SiteSettings:
    """A site that is built by a command and published to a bucket, and to a distribution where there is one.

    `bucket` and `distribution` (its id) are texts with names. `output` is the folder that `build` fills,
    from `folder`. `environment` are variables of the build, texts with names. `immutable` are patterns of
    files that never come again with another content (`assets/*`), beside those whose names hold a hash.
    """

    name: str
    folder: str
    bucket: str
    output: str = "dist"
    build: str = ""
    distribution: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    location: Location = NOWHERE
    immutable: tuple[str, ...] = ()


@dataclass(frozen=True)
class RolloutSettings:
    """How changed functions of a stack go live: all at once, or shifted in steps while alarms are quiet.

    `kind` and `percent`, `minutes` as in SAM's DeploymentPreference: canary shifts `percent`, waits
    `minutes`, shifts the rest; linear shifts `percent` every `minutes`.
    """

    kind: Literal["all-at-once", "canary", "linear"] = "all-at-once"
    percent: int = 10
    minutes: float = 5.0
    alarms: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True)
class NotifySettings:
    """Somebody who is told. `url` is Apprise's, a text with names; empty `on` or `environments` means all."""

    name: str
    url: str
    on: tuple[NewsKind, ...] = ()
    environments: tuple[str, ...] = ()
    location: Location = NOWHERE


@dataclass(frozen=True)
class HookSettings:
    """Commands that run at a point of the pipeline, from the project's folder. Texts with names."""

    before_build: tuple[str, ...] = ()
    before_apply: tuple[str, ...] = ()
    after_apply: tuple[str, ...] = ()
    after_verify: tuple[str, ...] = ()


@dataclass(frozen=True)
class CiSettings:
    """What the files for CI systems say of the machine that runs the pipeline.

    `install` is the command that installs Fairway; empty means this very version from the package index.
    `prepare` are commands that run before it, such as those that install what the tests need. `python` is
    the version, `runner` GitHub's label of the machine, `image` GitLab's container image; it has `python`.
    """

    install: str = ""
    prepare: tuple[str, ...] = ()
    python: str = "3.12"
    runner: str = "ubuntu-24.04"
    image: str = ""


@dataclass(frozen=True)
class ManualStep:
    """Something that people have to do after a deployment; open until `done`, where that can be told."""

    name: str
    text: str = ""
    done: Verification | None = None
    environments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Import:
    """A resource that exists already and is to be taken over. Empty `environment`: in every one."""

    stack: str
    address: str
    identifier: str
    location: Location
    environment: str = ""


@dataclass(frozen=True)
class OutputUse:
    """A value of the file, called `key`, that names an output of a stack."""

    stack: str
    output: str
    key: str
    location: Location = NOWHERE


@dataclass(frozen=True)
class Project:
    """A project's settings; `file` is None where there is no `fairway.toml`."""

    file: Path | None = None
    name: str = ""
    state: StateSettings = StateSettings()
    stacks: Mapping[str, StackSettings] = field(default_factory=dict)
    environments: Mapping[str, EnvironmentSettings] = field(default_factory=dict)
    secrets: Mapping[str, SecretSettings] = field(default_factory=dict)
    tests: tuple[TestSettings, ...] = ()
    sites: Mapping[str, SiteSettings] = field(default_factory=dict)
    rollouts: Mapping[str, RolloutSettings] = field(default_factory=dict)
    checks: tuple[Prerequisite, ...] = ()
    verify: tuple[Verification, ...] = ()
    manual: tuple[ManualStep, ...] = ()
    notify: tuple[NotifySettings, ...] = ()
    hooks: HookSettings = HookSettings()
    ci: CiSettings = CiSettings()
    imports: tuple[Import, ...] = ()
    uses: tuple[OutputUse, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the file is, from which its paths go; the current folder where there is none."""
        return self.file.parent if self.file else Path()

    @property
    def file_name(self) -> str:
        """The file as a user here would type it."""
        return os.path.relpath(self.file) if self.file else FILE

    def environment(self, name: str) -> EnvironmentSettings:
        """An environment's settings: the defaults where the file does not name it."""
        return self.environments.get(name, EnvironmentSettings())

    def state_of(self, environment: str) -> StateSettings:
        """Where an environment keeps its state, folders absolute.

        The local cloud is on one machine and `[state]` is for all: it takes only what it is given itself.
        """
        own = self.environment(environment).state
        return own or (StateSettings() if environment == LOCAL else self.state)
