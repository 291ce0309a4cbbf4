"""A Bedrock model must be there in the region, and the account must have access to it."""

from __future__ import annotations

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.project.checks import BedrockModel
from fairway.project.names import filled

# BC bedrock GetFoundationModelAvailability: the member, what it should be, what else it means.
_DEMANDS = (
    ("regionAvailability", "AVAILABLE", "is not offered in {region}"),
    ("authorizationStatus", "AUTHORIZED", "may not be used by this account"),
    ("entitlementAvailability", "AVAILABLE", "has not been enabled in this account"),
)


def check(declared: BedrockModel, subject: Subject) -> Outcome:
    """Ask for its availability; a model of an inference profile (`eu.anthropic.…`) by its own name."""
    model = filled(declared.bedrock, subject.names)
    answer = subject.caller.call(
        "bedrock", "GetFoundationModelAvailability", {"modelId": _without_profile(model)}
    )
    region = subject.caller.session.region
    wrong = [words.format(region=region) for member, good, words in _DEMANDS if answer.get(member) != good]
    status = answer.get("agreementAvailability", {}).get("status")
    if status != "AVAILABLE":
        wrong.append(f"has no accepted agreement ({status})")
    if wrong:
        return failed(
            f"{model} {' and '.join(wrong)}",
            next="ask for access in the Bedrock console (Model access), or choose another model or region",
        )
    return passed(f"{model} may be used")


def _without_profile(model: str) -> str:
    """docs:bedrock inference profiles: their ids are the model's with a geography in front."""
    geography, _, rest = model.partition(".")
    return rest if geography in _GEOGRAPHIES else model


_GEOGRAPHIES = frozenset({"us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"})
