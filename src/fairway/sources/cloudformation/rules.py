"""Rules: what a template asserts about its parameters. Source: CloudFormation User Guide, "Rules"."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.sources.cloudformation.evaluator import Evaluator
from fairway.sources.cloudformation.tree import Node


def check_rules(evaluator: Evaluator) -> None:
    """Reports every assertion that does not hold, of rules whose condition does."""
    for name, rule in evaluator.template.section("Rules").items():
        path = ("Rules", name)
        if not isinstance(rule, Mapping) or not isinstance(rule.get("Assertions"), list):
            where = evaluator.template.locate(path)
            evaluator.findings.error("template.rule", f"rule {name} needs Assertions, a list", where)
        elif "RuleCondition" not in rule or evaluator.conditions.truth(
            rule["RuleCondition"], (*path, "RuleCondition")
        ):
            _check(name, rule["Assertions"], evaluator)


def _check(name: str, assertions: Node, evaluator: Evaluator) -> None:
    for index, assertion in enumerate(assertions if isinstance(assertions, list) else []):
        path = ("Rules", name, "Assertions", index)
        condition = assertion.get("Assert") if isinstance(assertion, Mapping) else None
        if not evaluator.conditions.truth(condition, (*path, "Assert")):
            described = assertion.get("AssertDescription") if isinstance(assertion, Mapping) else None
            message = f"the parameters break the rule {name}"
            why = described if isinstance(described, str) else ""
            evaluator.findings.error(
                "template.rule-broken", message, evaluator.template.locate(path), why=why
            )
