"""A state machine whose execution must end as expected."""

from __future__ import annotations

import json

from fairway.checks.after.invoke import answered, result_difference
from fairway.checks.outcome import Outcome, passed
from fairway.checks.subject import Subject
from fairway.project.checks import Execution
from fairway.stacks.functions import STATE_MACHINE, run_workflow

SUCCEEDED = "SUCCEEDED"
_NEXT = "see the execution's history and its functions' logs, or correct what is expected"


def check(declared: Execution, subject: Subject) -> Outcome:
    """Run it, for no longer than it may take. How it ends is final; what still runs is left to itself."""
    machine = subject.resource_of(declared.execution, (STATE_MACHINE,), "state machine", declared.location)
    now, pause = subject.caller.clock.now, subject.caller.pause
    end = now() + declared.within
    given = json.dumps(declared.input if declared.input is not None else {})
    answer = run_workflow(subject.patient, machine, given, pause, lambda: now() >= end)
    status = answer.error or SUCCEEDED
    if status != declared.status:
        still = "is still" if status == "RUNNING" else "ended"
        what = f"the execution {still} {status}, expected {declared.status}"
        return answered(f"{declared.execution}: {what}", answer, _NEXT)
    if differs := result_difference(declared.expect, answer):
        return answered(f"{declared.execution}: {differs}", answer, _NEXT)
    return passed(f"{declared.execution} ended {status}")
