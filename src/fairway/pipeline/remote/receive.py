"""What the repository's hook does with a push: runs it, and refuses it where that does not succeed.

Git moves the branch after the hook has ended, and only where it ended well: until then production may have
been changed, and the branch not. A run that fails leaves the branch where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from fairway.checks.before.hygiene import of_commits
from fairway.model.errors import Failed, Interrupted, WrongInput
from fairway.pipeline.ci.lanes import require_named_stacks
from fairway.pipeline.remote.checkout import check_out, project_at
from fairway.pipeline.remote.live import live
from fairway.pipeline.remote.pushed import Update, branch_of, environments_of, trial_environment
from fairway.pipeline.remote.queue import PAUSE, Ticket, turn
from fairway.pipeline.remote.relay import Relay
from fairway.pipeline.remote.repository import Repository
from fairway.project.settings import FILE, Project
from fairway.stacks.git import outside_of_hooks
from fairway.stacks.origin import origin
from fairway.stacks.targets import beside

WAITING, INTERRUPTED = 3, 130
"""Exit codes of `fairway run`."""
_SHORT = 8


def receive(repository: Repository, pushed: Sequence[Update], hook: Hook) -> None:
    """Check a push, and run the pipeline of the branch in it. Raises what it is refused for."""
    update = branch_of(pushed)
    _refuse_leaks(repository, pushed, hook)
    if update is None:
        hook.relay.say("no branch: nothing is run")
        return
    with TemporaryDirectory() as scratch:
        project = project_at(repository, update.new, Path(scratch), hook.environ)
        _refuse_passing_state(project, Path(scratch))
    push = _Push(repository, update, project, hook)
    if environments := environments_of(project, update.branch):
        require_named_stacks(project)
        _deploy(push, environments)
    else:
        _try_out(push)


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
        check_out(self.repository, place, self.update.new, self.branch, self.hook.environ)
        return self.repository.project(place)


def _refuse_leaks(repository: Repository, pushed: Sequence[Update], hook: Hook) -> None:
    news = [update for update in pushed if not update.deletes]
    for update in news:
        found = of_commits(repository.folder, (update.new, "--not", "--all"), hook.environ)
        if found.result == "failed":
            raise WrongInput(
                "remote.hygiene", found.message, where=update.name, why=found.why, next=found.next
            )
        if found.result == "warned":
            hook.relay.say(f"{found.message}:\n{found.why}")


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
        words = ["run", "--to", "test", *_trial_place(push, environment)]
        if code := hook.relay.run(words, folder, hook.outside):
            raise Failed(
                "remote.refused", push.stays, why=f"its checks and tests {_ended(code)}", next=_AGAIN
            )


def _trial_place(push: _Push, environment: str) -> Sequence[str]:
    """The flags for the environment, with its state where that is beside its own checkout."""
    if not environment:
        return ()
    flags = ["--env", environment]
    if not push.project.state_of(environment).backend:
        own = push.repository.project(push.repository.checkout(environment))
        flags += ["--state", beside(own)]
    return flags


def _deploy(push: _Push, environments: Sequence[str]) -> None:
    """Deploy to each, when it is its turn. The branch moves when all are done."""
    with ExitStack() as turns:
        tickets = {name: turns.enter_context(_turn(push, name)) for name in sorted(environments)}
        _refuse_moved(push)
        for name in environments:
            _run(push, name, tickets[name])
        for ticket in tickets.values():
            ticket.accept(f"{push.branch} {push.update.new}")


def _turn(push: _Push, environment: str) -> AbstractContextManager[Ticket]:
    who = f"{push.commit} to {push.branch}, by {origin(push.repository.folder).who}"
    waited: set[str] = set()

    def wait(other: str) -> None:
        if other not in waited:
            waited.add(other)
            push.hook.relay.say(f"waiting for another push to {environment}: {other}")
        if push.hook.relay.is_cut:
            raise Interrupted("remote.gone", "whoever pushed is gone; nothing was run")
        push.hook.sleep(PAUSE)

    return turn(push.repository.queue(environment), who, wait, push.repository.has_moved)


def _refuse_moved(push: _Push) -> None:
    """Git would refuse it after the run, when it is deployed."""
    tip = push.repository.tip(push.branch)
    if tip != push.update.before:
        raise WrongInput(
            "remote.moved",
            f"{push.branch} has moved to {tip[:_SHORT] or 'nothing'} while this push waited",
            why=f"{push.commit} was made from {push.update.before[:_SHORT] or 'nothing'}",
            next="fetch it, rebase or merge, and push again; nothing was run",
        )


def _run(push: _Push, environment: str, ticket: Ticket) -> None:
    hook = push.hook
    hook.relay.say(f"{push.branch} is deployed to {environment}: {push.commit}")
    folder = push.check_out(push.repository.checkout(environment))
    code = hook.relay.run(["run", "--env", environment, "--yes"], folder, hook.outside, ticket.descriptor)
    if code == WAITING:
        hook.relay.say(_waiting(push, environment))
    elif code:
        why = live(push.project.stacks, environment, folder, hook.outside)
        raise Failed(
            "remote.refused", f"{push.stays}: its run for {environment} {_ended(code)}", why=why, next=_AGAIN
        )


_AGAIN = "see above; correct it and push again"


def _waiting(push: _Push, environment: str) -> str:
    return (
        f"{push.commit} waits for approval; until then nothing changes in {environment}.\n"
        f"To approve it and have it deployed: fairway remote approve --env {environment}"
    )


def _ended(code: int) -> str:
    if code < 0:
        return f"was killed by signal {-code}; the next push goes on from there"
    return "was interrupted" if code == INTERRUPTED else "failed"
