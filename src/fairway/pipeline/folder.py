"""What a run of the pipeline leaves for the next process: `.fairway/runs/ENVIRONMENT/`.

run.json           the stages with their times and results, the stacks with their decisions and results, the
                   releases of sites, and after which stacks' deployments the hooks have not succeeded yet
plans/STACK.json   the plan of each stack, as `fairway plan --out` writes it
approvals.json     who approved which plans, by their digests
logs/NAME.log      what tests and hooks printed
lock               held by the run that is under way, with its process id
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import IO, Any, TypeVar

from fairway.model.deployment import Approval
from fairway.model.errors import Failed, unusable_file
from fairway.model.results import Ending, StackResult
from fairway.project.writing import replace_file

SCHEMA = 1
KEPT_APPROVALS = 50
_APPROVALS = "approvals.json"
_T = TypeVar("_T")


@dataclass(frozen=True)
class StageRecord:
    """A stage that ended, `at` when, in seconds since the epoch."""

    result: Ending
    seconds: float
    at: float


@dataclass(frozen=True)
class StackRecord:
    """A stack in this run.

    `decision` is its kind; `deferred` are the stacks after which it is planned. `changes` says that its plan
    changes anything, `new_outputs` are those that will be others. `applied` is the digest of the plan that
    was carried out, as deployment `number`.
    """

    decision: str = ""
    deferred: tuple[str, ...] = ()
    changes: bool = False
    new_outputs: tuple[str, ...] = ()
    result: StackResult = ""
    applied: str = ""
    number: int = 0


@dataclass(frozen=True)
class SiteRecord:
    """A site in this run: the number of its release `before`, 0 where it had none, and of that which is there
    after its publication; None while nobody knows.
    """

    before: int
    after: int | None = None


@dataclass(frozen=True)
class RunRecord:
    """One run, over all its processes; `stages`, `stacks` and `sites` by name.

    `owed` are the stacks that were deployed to, in this run or before, since the hooks of after_apply last
    succeeded.
    """

    stages: Mapping[str, StageRecord] = field(default_factory=dict)
    stacks: Mapping[str, StackRecord] = field(default_factory=dict)
    sites: Mapping[str, SiteRecord] = field(default_factory=dict)
    owed: tuple[str, ...] = ()


class DamagedRun(Failed):
    """What an earlier process left cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            "run.damaged",
            "what the last run left cannot be read",
            where=str(path),
            why=why,
            next=f"run without --from; where it is {_APPROVALS}, remove it and approve again",
        )


class RunFolder:
    """The folder of an environment's run. Raises Failed where a file cannot be used."""

    def __init__(self, project: Path, environment: str) -> None:
        self.path = project.resolve() / ".fairway" / "runs" / environment
        self._turn = Lock()  # several stacks are worked on at once

    def plan(self, stack: str) -> Path:
        """Where a stack's plan is; the folder is there."""
        return self._place("plans", f"{stack}.json")

    def log(self, name: str) -> Path:
        """Where the output of a command is kept; the folder is there."""
        safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
        return self._place("logs", f"{safe}.log")

    def lock(self) -> IO[str]:
        """The file that a run holds while it works here."""
        try:
            return self._place("lock").open("a+")
        except OSError as error:
            raise unusable_file(error) from None

    def forget_plan(self, stack: str) -> None:
        """Remove a plan of an earlier run: it is not to be taken for this one's."""
        self.plan(stack).unlink(missing_ok=True)

    def record(self) -> RunRecord:
        """What is recorded; nothing where no run was begun."""
        return self._read("run.json", _record_of) or RunRecord()

    def keep(self, record: RunRecord) -> None:
        """Write the record."""
        self._write("run.json", asdict(record))

    def note_stage(self, name: str, stage: StageRecord) -> None:
        """Record how a stage ended."""
        with self._turn:
            record = self.record()
            self.keep(replace(record, stages={**record.stages, name: stage}))

    def note(self, stack: str, noted: StackRecord) -> None:
        """Record what is known of a stack."""
        with self._turn:
            record = self.record()
            self.keep(replace(record, stacks={**record.stacks, stack: noted}))

    def note_site(self, name: str, noted: SiteRecord) -> None:
        """Record what is known of a site."""
        with self._turn:
            record = self.record()
            self.keep(replace(record, sites={**record.sites, name: noted}))

    def owe(self, stack: str) -> None:
        """Record that a stack is deployed to: the hooks of after_apply are to run, whatever comes between."""
        with self._turn:
            record = self.record()
            self.keep(replace(record, owed=tuple(sorted({*record.owed, stack}))))

    def owe_only(self, stacks: tuple[str, ...]) -> None:
        """Record that the hooks are to run for these stacks alone, or for none."""
        with self._turn:
            self.keep(replace(self.record(), owed=stacks))

    def stack(self, name: str) -> StackRecord:
        """What is recorded of a stack."""
        return self.record().stacks.get(name, StackRecord())

    def approvals(self) -> Mapping[str, Approval]:
        """What was approved, by the digest of the plan."""
        return self._read(_APPROVALS, _approvals_of) or {}

    def approve(self, approval: Approval) -> None:
        """Write an approval down."""
        known = {**self.approvals(), approval.digest: approval}
        newest = sorted(known.values(), key=lambda each: each.at)[-KEPT_APPROVALS:]
        self._write(_APPROVALS, {"approvals": [asdict(each) for each in newest]})

    def _place(self, *names: str) -> Path:
        path = self.path.joinpath(*names)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable_file(error) from None
        return path

    def _read(self, name: str, shape: Callable[[dict[str, Any]], _T]) -> _T | None:
        path = self.path / name
        try:
            document: dict[str, Any] = json.loads(path.read_bytes())
            if document.pop("schema") != SCHEMA:
                raise ValueError("another Fairway wrote it")
            return shape(document)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unusable_file(error) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedRun(path, str(error)) from None

    def _write(self, name: str, document: Mapping[str, Any]) -> None:
        replace_file(self.path / name, json.dumps({"schema": SCHEMA, **document}, indent=2) + "\n")


def _record_of(document: Mapping[str, Any]) -> RunRecord:
    stages = {name: StageRecord(**each) for name, each in document["stages"].items()}
    stacks = {
        name: StackRecord(**{**each, **{key: tuple(each[key]) for key in ("deferred", "new_outputs")}})
        for name, each in document["stacks"].items()
    }
    sites = {name: SiteRecord(**each) for name, each in document.get("sites", {}).items()}
    return RunRecord(stages, stacks, sites, tuple(document.get("owed", ())))


def _approvals_of(document: Mapping[str, Any]) -> Mapping[str, Approval]:
    return {each["digest"]: Approval(**each) for each in document["approvals"]}
