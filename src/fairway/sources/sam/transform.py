"""The SAM transform: a SAM template's tree in, the CloudFormation tree it stands for out."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.model.errors import Finding
from fairway.sources.cloudformation.tree import Located
from fairway.sources.inputs import Inputs
from fairway.sources.sam import prepare
from fairway.sources.sam.assemble import assemble
from fairway.sources.sam.cache import cached
from fairway.sources.sam.explain import explain
from fairway.sources.sam.translation import Problem, Request, Translation, translate
from fairway.sources.sam.unsupported import unsupported


def transform(template: Located, inputs: Inputs) -> tuple[Located, tuple[Finding, ...]]:
    """The plain CloudFormation tree, and everything that is wrong with the SAM part of the template.

    Generated resources and properties carry the places of what they were generated for. Local paths stand
    where plain CloudFormation has them before packaging (`Code`, `Content`, `BodyS3Location`,
    `DefinitionS3Location`). SAM resources that could not be transformed stay in the tree as they are.
    """
    asked = prepare.request(template, inputs)
    found = unsupported(template)
    translation, problems, asked = _translate_what_can_be(asked, inputs)
    found += tuple(explain(problem, template) for problem in problems)
    return assemble(template, asked, translation.template), found


def _translate_what_can_be(
    asked: Request, inputs: Inputs
) -> tuple[Translation, tuple[Problem, ...], Request]:
    """The translation of all but the resources that the translator refuses, and why it refuses those.

    It answers for a whole template or not at all, and some problems hide others; so it is asked again
    without the refused ones, and every problem is found in one go.
    """
    problems: tuple[Problem, ...] = ()
    while True:
        translation = _translation(asked, inputs)
        problems += translation.problems
        refused = frozenset(p.address for p in translation.problems) & asked.template["Resources"].keys()
        if not translation.problems or not refused:
            break
        asked = prepare.without(asked, refused)
    if translation.problems:
        asked = prepare.without(asked, frozenset(asked.template["Resources"]))
        translation = Translation({"Resources": {}})
    return translation, problems, asked


def _translation(asked: Request, inputs: Inputs) -> Translation:
    if not asked.template["Resources"]:
        return Translation({"Resources": {}})
    return cached(asked, None if _always_deploys(asked) else inputs.cache, translate)


def _always_deploys(asked: Request) -> bool:
    """Whether an API asks for a new deployment each time (`AlwaysDeploy`): its id is made of the time."""
    everything = (*asked.template["Resources"].values(), *asked.template.get("Globals", {}).values())
    blocks = [block.get("Properties", block) for block in everything if isinstance(block, Mapping)]
    return any(isinstance(block, Mapping) and block.get("AlwaysDeploy") for block in blocks)
