"""A function whose result must be as expected."""

from __future__ import annotations

import json

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.part import difference
from fairway.checks.subject import Subject
from fairway.model.values import Json
from fairway.project.checks import Invoke
from fairway.stacks.functions import FUNCTION, Answer, call_function

ALIAS = "AWS::Lambda::Alias"
_NEXT = "see its log with `fairway logs`, or correct what is expected"
_NOT_READY = ("AccessDenied", "not authorized to perform")
"""What an answer says while a role's rights are not known everywhere yet (IAM User Guide, "Changes that I
make are not always immediately visible").
"""


def check(declared: Invoke, subject: Subject) -> Outcome:
    """Call it, by its alias where an alias is named. Its answer is final: a call may have done something."""
    resource = subject.resource_of(declared.invoke, (FUNCTION, ALIAS), "function", declared.location)
    payload = json.dumps(declared.payload if declared.payload is not None else {}).encode()
    answer = call_function(subject.patient, str(resource.ref), payload)
    if answer.error:
        return answered(f"{declared.invoke} failed: {answer.error}", answer, _NEXT)
    if differs := result_difference(declared.expect, answer):
        return answered(f"{declared.invoke}: {differs}", answer, _NEXT)
    return passed(f"{declared.invoke} answered as expected" if declared.expect is not None else "answered")


def answered(message: str, answer: Answer, next: str) -> Outcome:
    """The failure of what has answered: final, unless the answer says that something is not ready yet."""
    final = not any(words in answer.payload for words in _NOT_READY)
    return failed(message, said=answer.payload, next=next, final=final)


def result_difference(expected: Json, answer: Answer) -> str:
    """How what a function or an execution answered differs from what is expected of it."""
    if expected is None:
        return ""
    try:
        found = json.loads(answer.payload or "null")
    except ValueError:
        return "the result is not JSON"
    return difference(expected, found)
