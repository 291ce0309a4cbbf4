"""What the repository's hooks do with a push: run it, and refuse it where that does not succeed.

The first one looks at all that is pushed while git keeps it in quarantine. The second runs the pipeline, and
moves the branch itself: then nobody else's push can come between a deployment and its branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from fairway.model.errors import Failed, WrongInput
from fairway.pipeline.ci.lanes import require_named_stacks
from fairway.pipeline.remote.checkout import check_out, project_at
from fairway.pipeline.remote.live import live
from fairway.pipeline.remote.pushed import Update, branch_of, environments_of, trial_environment
from fairway.pipeline.remote.queue import PAUSE, telling, turn
from fairway.pipeline.remote.relay import Relay
from fairway.pipeline.remote.repository import Repository
from fairway.pipeline.remote.shared import share_state
from fairway.project.settings import FILE, Project
from fairway.stacks.git import outside_of_hooks
from fairway.stacks.origin import origin

WAITING, INTERRUPTED = 3, 130
"""Exit codes of `fairway run`."""
_SHORT = 8


@dataclass(frozen=True)
class Hook:
    """How git runs the hook: its environment, and the way to whoever pushes. `sleep` takes seconds."""

    environ: Mapping[str, str]
    relay: Relay
    sleep: Callable[[float], None]

    @cached_property
    def outside(self) -> Mapping[str, str]:
        """The environment of what has nothing to do with the push."""
        return outside_of_hooks(self.environ)


def refuse(repository: Repository, pushed: Sequence[Update], hook: Hook) -> None:
    """Look at what is pushed. Raises WrongInput for several branches, and for what must not get anywhere."""
    branch_of(pushed)
    for update in pushed:
        if not update.deletes:
            _refuse_leaks(repository, update, hook)


def _refuse_leaks(repository: Repository, update: Update, hook: Hook) -> None:
    """Only what ends a push: of the rest the run's own checks warn."""
    from fairway.checks.before.hygiene import of_commits  # with every check, which the other hook needs not

    found = of_commits(repository.folder, (update.new, "--not", "--all"), hook.environ)
    if found.result == "failed":
        what, why = found.message, found.why
        raise WrongInput("remote.hygiene", what, where=update.name, why=why, next=found.next)


def receive(repository: Repository, update: Update, hook: Hook) -> None:
    """Run the pipeline of a branch that is pushed, and move it. Raises what it is refused for."""
    with TemporaryDirectory() as scratch:
        project = project_at(repository, update.new, Path(scratch))
        _refuse_passing_state(project, Path(scratch))
    push = _Push(repository, update, project, hook)
    if environments := environments_of(project, update.branch):
        require_named_stacks(project)
        _deploy(push, environments)
    else:
        _try_out(push)


@dataclass(frozen=True)
class _Push:
    repository: Repository
    update: Update
    project: Project
    hook: Hook

    @property
    def branch(self) -> str:
        return self.update.branch

    @property
    def commit(self) -> str:
        return self.update.new[:_SHORT]

    @property
    def stays(self) -> str:
        """What becomes of the branch when the push is refused."""
        before = self.update.before[:_SHORT]
        return f"{self.branch} stays at {before}" if before else f"{self.branch} is not created"

    def check_out(self, place: Path) -> Path:
        """The project's folder in the checkout."""
        check_out(self.repository, place, self.update.new, self.branch)
        folder = self.repository.project(place)
        share_state(folder, self.repository.state)
        return folder

    def base(self) -> str:
        """Where the branch is when it is the push's turn. Raises WrongInput for a push from elsewhere."""
        tip = self.repository.tip(self.branch)
        if tip in (self.update.before, "") or self.repository.contains(self.update.new, tip):
            return tip
        raise WrongInput(
            "remote.moved",
            f"{self.branch} has moved to {tip[:_SHORT]} while this push waited",
            why=f"{self.commit} does not come after that",
            next="fetch it, rebase or merge, and push again; nothing was run",
        )

    def move(self, base: str) -> None:
        """Let the branch be where it was pushed to."""
        self.repository.move(self.branch, base, self.update.new)


def _refuse_passing_state(project: Project, folder: Path) -> None:
    for name in project.environments:
        place = project.state_of(name).backend
        if place and Path(place).is_relative_to(folder):
            raise WrongInput(
                "remote.state",
                f"the state of {name} would be in a checkout, of which nothing stays",
                where=project.environment(name).location,
                why=f"{Path(place).relative_to(folder)} goes from the project's folder",
                next="write a whole path or s3://…, or leave it away: `.fairway` stays",
            )


def _try_out(push: _Push) -> None:
    """Checks and tests alone, in a checkout of its own beside whatever else goes on."""
    hook, environment = push.hook, trial_environment(push.project)
    reason = f"no environment of {FILE} is deployed from {push.branch}"
    hook.relay.say(f"{reason}: checks and tests of {push.commit}")
    push.repository.trials.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=push.repository.trials) as place:
        folder = push.check_out(Path(place))
        words = ["run", "--to", "test", *(["--env", environment] if environment else [])]
        if code := hook.relay.run(words, folder, hook.outside):
            what = f"{push.stays}: its checks and tests {_ended(code)}"
            raise Failed("remote.refused", what, next=_AGAIN)
    push.move(push.base())


def _deploy(push: _Push, environments: Sequence[str]) -> None:
    """Deploy to each, when it is its turn. The branch moves when all are done."""
    with ExitStack() as turns:
        held = {name: turns.enter_context(_turn(push, name)) for name in sorted(environments)}
        base = push.base()
        for name in environments:
            _run(push, name, held[name])
        push.move(base)


def _turn(push: _Push, environment: str) -> AbstractContextManager[int]:
    who = f"{push.commit} to {push.branch}, by {origin(push.repository.folder).who}"
    wait = telling(environment, push.hook.relay.say, partial(push.hook.sleep, PAUSE))
    return turn(push.repository.queue(environment), who, wait)


def _run(push: _Push, environment: str, holds: int) -> None:
    hook = push.hook
    hook.relay.say(f"{push.commit} of {push.branch} goes to environment {environment}")
    push.repository.hold(environment, push.update.new)
    folder = push.check_out(push.repository.checkout(environment))
    code = hook.relay.run(["run", "--env", environment, "--yes"], folder, hook.outside, holds)
    if code == WAITING:
        hook.relay.say(_waiting(push, environment))
    elif code:
        why = "\n".join(live(push.project.stacks, environment, folder, hook.outside))
        what = f"{push.stays}: its run for {environment} {_ended(code)}"
        raise Failed("remote.refused", what, why=why, next=_AGAIN)


_AGAIN = "see above; correct it and push again"


def _waiting(push: _Push, environment: str) -> str:
    return (
        f"{push.commit} waits for approval; until then nothing changes in {environment}.\n"
        f"What approves and deploys what was pushed, in place of the two commands above, is\n"
        f"    fairway remote approve --env {environment}"
    )


def _ended(code: int) -> str:
    if code < 0:
        return f"was killed by signal {-code}; the next push goes on from there"
    return "was interrupted" if code == INTERRUPTED else "failed"
