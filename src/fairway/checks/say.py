"""The say that a project's verifications have between the steps of a rollout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairway.project.settings import Project
    from fairway.stacks.request import Target
    from fairway.stacks.run import Ports


def with_say(ports: Ports, project: Project, targets: Callable[[], Mapping[str, Target]]) -> Ports:
    """The ports of a run by which they are asked, about the stacks as they are at that moment.

    `targets` says where the stacks are, by name. Nothing is loaded before somebody asks: few deploys do.
    """

    def objection() -> str:
        from fairway.checks.after.underway import objection as found
        from fairway.checks.opening import subject_of

        there = subject_of(project, targets(), interruption=ports.interruption, present=ports.present)
        return found(project, there, ports.emit)

    return replace(ports, objection=objection)
