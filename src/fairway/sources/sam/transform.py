"""The SAM transform: a SAM template's tree in, the CloudFormation tree it stands for out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from fairway.model.errors import Finding
from fairway.sources.cloudformation.tree import Located
from fairway.sources.inputs import Inputs
from fairway.sources.sam import prepare
from fairway.sources.sam.assemble import assemble
from fairway.sources.sam.cache import cached
from fairway.sources.sam.explain import explain, globals_key, names
from fairway.sources.sam.policies import check_managed_policies, check_policy_templates
from fairway.sources.sam.translation import Problem, Request, Translation, translate
from fairway.sources.sam.unsupported import unsupported
from fairway.sources.sam.validate import validate


def transform(template: Located, inputs: Inputs) -> tuple[Located, tuple[Finding, ...]]:
    """The plain CloudFormation tree, and everything that is wrong with the SAM part of the template.

    Generated resources and properties carry the places of what they were generated for. Local paths stand
    where plain CloudFormation has them before packaging (`Code`, `Content`, `BodyS3Location`,
    `DefinitionS3Location`). SAM resources that could not be transformed stay in the tree as they are.
    """
    found = (*validate(template), *check_policy_templates(template), *unsupported(template))
    asked, translation, problems = _translate_what_can_be(prepare.request(template, inputs), inputs)
    new = [explain(problem, template) for problem in problems if not _is_said(problem, found)]
    unknown = check_managed_policies(template, translation.template, inputs.partition)
    return assemble(template, asked, translation.template), (*found, *new, *unknown)


def _translate_what_can_be(
    asked: Request, inputs: Inputs
) -> tuple[Request, Translation, tuple[Problem, ...]]:
    """The translation of all but what the translator refuses, for what that was, and the refusals.

    It answers for a whole template or not at all, and some problems hide others; so it is asked again
    without what it refuses, and every problem is found in one go.
    """
    found: dict[Problem, None] = {}
    while (translation := _translation(asked, inputs)).problems:
        problems = [_owned(problem, asked) for problem in translation.problems]
        found |= dict.fromkeys(problems)
        less = prepare.without(asked, {p.address for p in problems}, [globals_key(p) for p in problems])
        # A problem of no resource and no key of Globals cannot be stepped around.
        asked = less if less != asked else prepare.without(asked, set(asked.template["Resources"]), [])
    return asked, translation, tuple(found)


def _owned(problem: Problem, asked: Request) -> Problem:
    """The problem with the address of the template's resource, where a generated one is named."""
    if globals_key(problem):
        return replace(problem, address="")
    resources = asked.template["Resources"]
    owner = max((a for a in resources if problem.address.startswith(a)), key=len, default=problem.address)
    return replace(problem, address=owner)


def _is_said(problem: Problem, found: tuple[Finding, ...]) -> bool:
    """Whether a finding speaks of the same property of the same resource already."""
    about = [finding.message for finding in found if finding.message.startswith(f"{problem.address}: ")]
    return any(re.search(rf"\b{re.escape(name)}\b", message) for message in about for name in names(problem))


def _translation(asked: Request, inputs: Inputs) -> Translation:
    if not asked.template["Resources"]:
        return Translation({"Resources": {}})
    return cached(asked, None if _always_deploys(asked) else inputs.cache, translate)


def _always_deploys(asked: Request) -> bool:
    """Whether an API asks for a new deployment each time (`AlwaysDeploy`): its id is made of the time."""
    everything = (*asked.template["Resources"].values(), *asked.template.get("Globals", {}).values())
    blocks = [block.get("Properties", block) for block in everything if isinstance(block, Mapping)]
    return any(isinstance(block, Mapping) and block.get("AlwaysDeploy") for block in blocks)
