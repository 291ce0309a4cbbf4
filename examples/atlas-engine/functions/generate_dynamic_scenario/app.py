"""Second step: what the call should be about, by a language model or by a template."""

import json
import os

import boto3
from atlas_common import logged, record, simulated


@logged
def handler(event, context):
    scenario = _from_template(event) if simulated() else _from_model(event)
    record(event["leadId"], "scenario", scenario=scenario)
    return {"scenario": scenario}


def _from_template(lead):
    return f"Greet {lead['name']}, ask about {lead['interest']}, and offer an appointment."


def _from_model(lead):
    prompt = f"In two sentences: how to open a sales call with {lead['name']} about {lead['interest']}."
    answer = boto3.client("bedrock-runtime").converse(
        modelId=os.environ["BEDROCK_MODEL_ID"],
        messages=[{"role": "user", "content": [{"text": json.dumps(prompt)}]}],
    )
    return answer["output"]["message"]["content"][0]["text"]
