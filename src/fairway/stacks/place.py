"""A stack lives in one account and region."""

from __future__ import annotations

from fairway.aws.session import Session
from fairway.model.errors import WrongInput
from fairway.model.state import StackState


def require_same_place(state: StackState, session: Session) -> None:
    """Refuse to work on a stack from another region or account than the one it is deployed in.

    Seen from there all its resources look deleted: a deploy would make them a second time and a destroy
    would forget them, and nothing would remember the real ones. Raises WrongInput.
    """
    if state.region and state.region != session.region:
        raise _elsewhere(state, "region", f"--region {state.region}", state.region, session.region)
    if state.account and state.account != session.account:
        raise _elsewhere(state, "account", "the credentials of that account", state.account, session.account)


def require_account(account: str, environment: str, session: Session) -> None:
    """Raises WrongInput when the credentials are not those of the environment's account."""
    if session.account == account:
        return
    raise WrongInput(
        "aws.account",
        f"{environment} is in account {account}, and these credentials are of {session.account}",
        why=f"AWS knows them as {session.identity['Arn']}",
        next="use credentials of that account: AWS_PROFILE, --profile, or `profile` of the environment",
    )


def _elsewhere(state: StackState, what: str, how: str, there: str, here: str) -> WrongInput:
    return WrongInput(
        f"state.other-{what}",
        f"{state.stack} is deployed in {what} {there}, and this run would work in {here}",
        why=f"its resources would be made a second time here, and those in {there} forgotten",
        next=f"use {how}; to have it in both, give one of them another name with --env or --stack",
    )
