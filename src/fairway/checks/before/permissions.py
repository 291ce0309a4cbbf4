"""Those who deploy must be allowed what the plan will call."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from fairway.aws.actions import PASS_ROLE
from fairway.aws.calls import Caller
from fairway.aws.change_actions import actions
from fairway.aws.failures import DENIED, CallFailed
from fairway.build.builder import asset_key
from fairway.checks.before.intended import Intended
from fairway.checks.outcome import Outcome, failed, numbered, passed, skipped, warned
from fairway.checks.subject import Subject
from fairway.model.graph import Resource
from fairway.model.plan import Action, Change
from fairway.model.values import Artifact
from fairway.plan.planner import make_plan
from fairway.project.settings import EnvironmentSettings
from fairway.stacks.read import assets, with_artifacts

_ANY, _ALLOWED, _EXPLICIT = "*", "allowed", "explicitDeny"
_FIRST = re.compile(r"[.\[]")
_SESSION = re.compile(r"arn:([\w-]+):sts::(\d+):assumed-role/([^/]+)/.+")


@dataclass
class Wanted:
    """What is wanted of the resources of one type: `arns` are those that are known."""

    actions: set[str] = field(default_factory=set)
    arns: set[str] = field(default_factory=set)


def check(intended: Intended, _: Subject, settings: EnvironmentSettings) -> Outcome:
    """Let IAM judge every action (BC iam SimulatePrincipalPolicy): for the ARNs where they are known.

    Else for any resource, where a policy that allows single ones does not count: that is only a warning.
    Where the role that only plans is at work, the one that will deploy is judged.
    """
    wanted = demands(intended)
    aws = intended.cloud.caller
    principal = _principal(aws)
    if principal == settings.plan_role:
        principal = settings.role
    if not principal:
        return skipped(f"{aws.session.identity['Arn']} cannot be simulated")
    try:
        refused = {type_name: _refused(aws, principal, each) for type_name, each in wanted.items()}
    except CallFailed as failure:
        if failure.aws_code in DENIED:
            return skipped("these credentials may not simulate policies", why=failure.why)
        raise
    return _outcome(wanted, {name: found for name, found in refused.items() if found}, principal)


def demands(intended: Intended) -> Mapping[str, Wanted]:
    """By type, the actions of a plan that takes AWS to be as recorded, and all code to be new."""
    code = {asset_key(each): Artifact(asset_key(each)) for each in assets(intended.definition)}
    built = with_artifacts(intended.definition, code)
    plan, _ = make_plan(built, intended.state, {}, intended.cloud, look_up=intended.cloud.look_up)
    found: dict[str, Wanted] = {}
    for change in plan.effective:
        each = found.setdefault(change.type, Wanted())
        resource = built.resources.get(change.address)
        derived = intended.cloud.derived(change.type)
        needed = actions(derived, change.action, _sent(change, resource, derived.tag_property))
        each.actions |= needed - {PASS_ROLE}
        if PASS_ROLE in needed:  # is judged for the role, which may not be there yet
            found.setdefault(PASS_ROLE, Wanted()).actions.add(PASS_ROLE)
        each.arns |= {arn for arn in [_arn(intended, change, resource)] if arn}
    return found


def _sent(change: Change, resource: Resource | None, tags: str) -> Collection[str]:
    """The properties that are sent: of something new all that it has, and our tags."""
    if change.action is Action.UPDATE or resource is None:
        return {_FIRST.split(each.path, maxsplit=1)[0] for each in change.properties}
    return {*resource.properties, tags}


def _arn(intended: Intended, change: Change, resource: Resource | None) -> str:
    held = intended.state.resources.get(change.address)
    if held is not None and isinstance(arn := held.attributes.get("Arn"), str):
        return arn
    return intended.cloud.arn(resource, intended.owner(change.address)) if resource else ""


def _principal(aws: Caller) -> str:
    """Whose policies are judged: of a session its role's; empty for who has none, such as root."""
    arn = aws.session.identity["Arn"]
    if session := _SESSION.fullmatch(arn):
        return str(aws.call("iam", "GetRole", {"RoleName": session[3]})["Role"]["Arn"])
    return arn if ":user/" in arn else ""


def _refused(aws: Caller, principal: str, wanted: Wanted) -> Mapping[str, str]:
    """Each action that would be refused, with IAM's decision."""
    given = {
        "PolicySourceArn": principal,
        "ActionNames": sorted(wanted.actions),
        "ResourceArns": sorted(wanted.arns) or [_ANY],
    }
    found: dict[str, str] = {}
    for page in aws.pages("iam", "SimulatePrincipalPolicy", given):
        for result in page["EvaluationResults"]:
            if result["EvalDecision"] != _ALLOWED:
                found[result["EvalActionName"]] = result["EvalDecision"]
    return found


def _outcome(
    wanted: Mapping[str, Wanted], refused: Mapping[str, Mapping[str, str]], principal: str
) -> Outcome:
    sure = {
        action
        for name, found in refused.items()
        for action, decision in found.items()
        if wanted[name].arns or decision == _EXPLICIT
    }
    unsure = {action for found in refused.values() for action in found} - sure
    if sure:
        return failed(
            f"not allowed: {', '.join(sorted(sure))}",
            why=f"by the policies of {principal}",
            next="allow these actions, or deploy with other credentials",
        )
    if unsure:
        return warned(
            f"perhaps not allowed: {', '.join(sorted(unsure))}",
            why=f"{principal} is not allowed them for any resource; it may be for those that are deployed",
        )
    total = len({action for each in wanted.values() for action in each.actions})
    return passed(f"{numbered(total, 'action')} allowed to {principal}" if total else "no call needs one")
