"""The account and the region must be those that are meant, and the credentials theirs."""

from __future__ import annotations

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.project.settings import EnvironmentSettings
from fairway.stacks.place import require_account, require_same_place


def credentials(settings: EnvironmentSettings, subject: Subject) -> Outcome:
    """Ask AWS whose they are (BC sts GetCallerIdentity, which needs no permission)."""
    session = subject.caller.session
    if settings.account:
        require_account(settings.account, subject.environment, session)
    return passed(f"{session.identity['Arn']} in account {session.account}")


def region(settings: EnvironmentSettings, subject: Subject) -> Outcome:
    """It names a region, and is the one where the stacks are."""
    here = subject.caller.session.region
    if settings.region and settings.region != here:
        return failed(
            f"calls go to {here}, and {subject.environment} is in {settings.region}",
            next=f"give --region {settings.region}, or leave AWS_REGION unset",
        )
    for state in subject.states.values():
        require_same_place(state, subject.caller.session)
    return passed(here)
