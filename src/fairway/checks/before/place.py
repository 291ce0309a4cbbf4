"""The account and the region must be those that are meant, and the credentials theirs."""

from __future__ import annotations

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.project.settings import EnvironmentSettings
from fairway.stacks.place import require_same_place


def credentials(settings: EnvironmentSettings, subject: Subject) -> Outcome:
    """Ask AWS whose they are (BC sts GetCallerIdentity, which needs no permission)."""
    session = subject.caller.session
    account, who = session.account, session.identity["Arn"]
    if settings.account and settings.account != account:
        return failed(
            f"these are credentials of account {account}, and {subject.environment} is {settings.account}",
            why=f"AWS knows them as {who}",
            next=f"take credentials of {settings.account}"
            + (f", for instance --profile {settings.profile}" if settings.profile else ""),
        )
    return passed(f"{who} in account {account}")


def region(settings: EnvironmentSettings, subject: Subject) -> Outcome:
    """It names a region, and is the one where the stacks are."""
    here = subject.caller.session.region
    if settings.region and settings.region != here:
        return failed(
            f"calls go to {here}, and {subject.environment} is in {settings.region}",
            next=f"give --region {settings.region}, or leave AWS_REGION unset",
        )
    for state in subject.states.values():
        try:
            require_same_place(state, subject.caller.session)
        except WrongInput as error:
            return failed(error.what, why=error.why, next=error.next)
    return passed(here)
