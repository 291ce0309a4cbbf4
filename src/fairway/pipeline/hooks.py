"""The project's own commands at points of the pipeline, one after the other."""

from __future__ import annotations

from functools import partial
from typing import Literal

from fairway.model.errors import Failed, Finding
from fairway.model.events import HookFinished, Warned
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.programs import Program, Programs, Ran

Point = Literal["before_build", "before_apply", "after_apply", "after_verify"]
TIMEOUT = 3600.0
"""Seconds for one command."""


def run_hooks(delivery: Delivery, point: Point) -> None:
    """Run the commands of a point. Raises Failed for the first that does, and runs none after it."""
    commands: tuple[str, ...] = getattr(delivery.project.hooks, point)
    if not commands:
        return
    from fairway.checks.command import environment
    from fairway.checks.runner import masks_of
    from fairway.pipeline.subject import subject
    from fairway.project.names import filled

    there = subject(delivery)
    programs = Programs(environment(there), masks_of(there), delivery.ports.clock)
    for position, command in enumerate(commands, 1):
        log = delivery.folder.log(f"{point}-{position}")
        program = Program(command, filled(command, there.names), delivery.project.folder, TIMEOUT, log)
        [ran] = programs.run_all([program], 1, partial(_tell, delivery, point))
        if ran.code != 0:
            raise _failed(point, ran)


def run_owed_hooks(delivery: Delivery, *, applied: bool) -> bool:
    """Run those of after_apply where they have not succeeded since something was deployed, and say whether.

    Where this run has `applied` nothing, it is told why they run. Raises as `run_hooks`.
    """
    owed = delivery.folder.record().owed
    if not owed:
        return False
    if not applied:
        delivery.emit(Warned(delivery.now, _owed(owed)))
    run_hooks(delivery, "after_apply")
    delivery.folder.owe_only(())
    return True


def _owed(stacks: tuple[str, ...]) -> Finding:
    return Finding(
        "hook.owed",
        f"after_apply runs now: it has not succeeded since {', '.join(stacks)} was deployed",
        severity="warning",
    )


def _tell(delivery: Delivery, point: Point, ran: Ran) -> None:
    """The command as it is written: what names stand for may be a secret."""
    tail, log = ran.tail if ran.code != 0 else "", str(ran.program.log)
    delivery.emit(HookFinished(delivery.now, point, ran.program.name, ran.seconds, ran.code, log, tail))


def _failed(point: Point, ran: Ran) -> Failed:
    return Failed(
        "hook.failed",
        f"a command of {point} failed",
        why=f"`{ran.program.name}` {ran.words}",
        next="correct it and run it again"
        + (": it runs until it succeeds" if point == "after_apply" else ""),
    )
