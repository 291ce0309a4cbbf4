"""The workflow's definition: every step is reached, and the template fills in what it leaves open."""

import json
import re
from pathlib import Path

import yaml

APP = Path(__file__).parents[1]
TEXT = (APP / "statemachine" / "workflow.asl.json").read_text()
STATES = json.loads(TEXT)["States"]


class Template(yaml.SafeLoader):
    """Reads a template's own tags as what stands behind them."""


Template.add_multi_constructor("!", lambda _, __, node: node.value)


def test_every_step_is_reached():
    steps = {json.loads(TEXT)["StartAt"]}
    for state in STATES.values():
        steps |= {state.get("Next")} | {caught["Next"] for caught in state.get("Catch", [])}
    assert steps - {None} == set(STATES)


def test_a_lead_goes_through_its_four_steps_in_order():
    step, taken = json.loads(TEXT)["StartAt"], []
    while step:
        taken.append(step)
        step = STATES[step].get("Next")
    assert taken == ["Create lead", "Generate scenario", "Call", "Update lead"]


def test_the_template_fills_in_what_is_left_open():
    template = yaml.load((APP / "template.yaml").read_text(), Template)
    given = template["Resources"]["Workflow"]["Properties"]["DefinitionSubstitutions"]
    assert set(re.findall(r"\$\{(\w+)}", TEXT)) == set(given)
