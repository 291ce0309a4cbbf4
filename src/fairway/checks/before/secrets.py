"""Declared secrets are there, or can be made: a value that nobody has is told before anything is built."""

from __future__ import annotations

from fairway.aws.failures import DENIED, CallFailed
from fairway.checks.outcome import Outcome, failed, passed, skipped, warned
from fairway.checks.subject import Subject
from fairway.project.settings import Project
from fairway.stacks.secrets import Secrets, unset


def check(project: Project, subject: Subject) -> Outcome:
    """Look for each; CI systems have nobody who could be asked for a value."""
    there = Secrets(project, subject.environment, subject.caller, subject.names, subject.environ)
    try:
        missing = there.missing()
    except CallFailed as failure:
        if failure.aws_code in DENIED:
            return skipped("these credentials may not look for them")
        raise
    if found := [secret for secret in missing if unset(secret, subject.environ)]:
        names = ", ".join(secret.key for secret in found)
        variables = ", ".join(unset(secret, subject.environ) for secret in found)
        outcome = failed if subject.environ.get("CI") else warned
        return outcome(f"there is no {names}, and no variable {variables}", next=f"set {variables}")
    if missing:
        return passed(f"{', '.join(secret.key for secret in missing)} will be created")
    return passed(f"{len(project.secrets)} there")
