"""What is asked while a change goes live: whether what is there works so far."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.checks.after import KINDS, alarms
from fairway.checks.kinds import Kind, at_once, declared
from fairway.checks.runner import run_all
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.events import Emit
from fairway.project.checks import Alarms, Http, Invoke, Verification
from fairway.project.names import filled
from fairway.project.settings import Project

ASKED: Mapping[type[Verification], Kind] = {
    Http: KINDS[Http],
    Invoke: KINDS[Invoke],
    Alarms: Kind("alarms", alarms.check_now),
}


def objection(project: Project, subject: Subject, emit: Emit) -> str:
    """What of the environment's declared verifications speaks against going on; empty where nothing does.

    Asked are those of a kind that is answered at once, about what is deployed already. Each is asked once: a
    second try may be answered by the former version. Raises Interrupted.
    """
    asked = [at_once(each) for each in project.verify if type(each) in ASKED and _is_there(each, subject)]
    found = run_all([*declared(asked, ASKED, subject)], "apply", subject, emit)
    return "; ".join(f"{each.name}: {each.message}" for each in found if each.result == "failed")


def _is_there(check: Verification, subject: Subject) -> bool:
    """Whether what it is about is deployed: the change that goes live may make it."""
    try:
        match check:
            case Http():
                for text in (check.http, check.body, check.contains, *check.headers.values()):
                    filled(text, subject.names)
            case Invoke():
                subject.resource(check.invoke)
    except WrongInput:
        return False
    return True
