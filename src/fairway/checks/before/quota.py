"""A service quota must be at least so much."""

from __future__ import annotations

from fairway.aws.calls import Answer
from fairway.aws.failures import CallFailed, Kind
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.project.checks import Quota

_SERVICE = "service-quotas"


def check(declared: Quota, subject: Subject) -> Outcome:
    """Ask for the account's own value."""
    service, _, code = declared.quota.partition("/")
    if not code:
        raise WrongInput(
            "checks.quota",
            f"{declared.quota!r} is no quota",
            where=declared.location,
            next="write it as SERVICE/CODE, such as lambda/L-B99A9384",
        )
    quota = _quota({"ServiceCode": service, "QuotaCode": code}, subject)["Quota"]
    name, value = quota.get("QuotaName", code), quota["Value"]
    if value < declared.at_least:
        return failed(
            f"{name} is {value:g}, wanted are {declared.at_least:g}",
            next=f"ask for more: aws service-quotas request-service-quota-increase --service-code {service} "
            f"--quota-code {code} --desired-value {declared.at_least:g}",
        )
    return passed(f"{name} is {value:g}")


def _quota(wanted: dict[str, str], subject: Subject) -> Answer:
    """Of the account where it has one of its own, else AWS's default (BC service-quotas GetServiceQuota)."""
    try:
        return subject.caller.call(_SERVICE, "GetServiceQuota", wanted)
    except CallFailed as failure:
        if failure.kind is not Kind.NOT_FOUND and failure.aws_code != "NoSuchResourceException":
            raise
    return subject.caller.call(_SERVICE, "GetAWSDefaultServiceQuota", wanted)
