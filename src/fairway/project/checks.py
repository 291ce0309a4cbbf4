"""What must hold before a deploy (prerequisites) and after it (verifications), as `fairway.toml` says.

Each is a block with a `name` and one key that says its kind: `[[checks]] tool = "node"`,
`[[verify]] http = "…"`.
Texts marked *with names* are as in `fairway.project.settings`. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from fairway.model.location import Location
from fairway.model.values import Json

_NOWHERE = Location("", 0)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What all of them have. Empty `environments`: in every one."""

    name: str
    environments: tuple[str, ...] = ()
    location: Location = _NOWHERE


# --- [[checks]] ---


@dataclass(frozen=True, kw_only=True)
class Tool(Declared):
    """A program that must be there; `version` is a specifier such as `>=20,<23`, of what `--version` says."""

    tool: str
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Command(Declared):
    """A command that must end with 0, run in the project's folder. A text with names. Also in [[verify]]."""

    command: str
    timeout: float = 300.0


@dataclass(frozen=True, kw_only=True)
class BedrockModel(Declared):
    """A Bedrock model that the account must have access to. A text with names."""

    bedrock: str


@dataclass(frozen=True, kw_only=True)
class Quota(Declared):
    """A service quota (`lambda/L-B99A9384`) that must be at least so much."""

    quota: str
    at_least: float


Prerequisite: TypeAlias = Tool | Command | BedrockModel | Quota


# --- [[verify]] ---


@dataclass(frozen=True, kw_only=True)
class Patient(Declared):
    """What is tried again until it holds, for at most `within`. A function or an execution that has answered
    has done its work, and is not called again for it.
    """

    within: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Http(Patient):
    """A request whose answer must have a `status`, contain a text, hold some JSON, and come within `latency`.

    `http` (the URL), `headers` and `body` are texts with names.
    """

    http: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200
    contains: str = ""
    json: Json = None
    latency: float | None = None


@dataclass(frozen=True, kw_only=True)
class Invoke(Patient):
    """A function (`STACK.ADDRESS`, or ADDRESS where it is the only one) whose result must hold `expect`."""

    invoke: str
    payload: Json = None
    expect: Json = None


@dataclass(frozen=True, kw_only=True)
class Execution(Patient):
    """A state machine, run with `input`; must end with `status`, its output holding `expect`."""

    execution: str
    input: Json = None
    status: str = "SUCCEEDED"
    expect: Json = None


@dataclass(frozen=True, kw_only=True)
class TableItem(Patient):
    """An item that a table must have under `key`, holding `expect`; `absent` says that there must be none."""

    table: str
    key: Mapping[str, Json] = field(default_factory=dict)
    expect: Json = None
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Pytest(Declared):
    """A pytest file or folder; outputs are in the environment variables `FAIRWAY_OUTPUT_STACK_NAME`."""

    pytest: str
    timeout: float = 600.0


@dataclass(frozen=True, kw_only=True)
class Alarms(Declared):
    """Alarms (addresses, or names) that must stay quiet for some minutes."""

    alarms: tuple[str, ...]
    quiet_minutes: float = 5.0


Verification: TypeAlias = Http | Invoke | Execution | TableItem | Command | Pytest | Alarms
