"""What a conversation leaves behind, looked at in AWS. `fairway verify` says where the stack is."""

import json
import os
import time
import uuid

import boto3
import pytest
from boto3.dynamodb.conditions import Key

TABLE = os.environ["FAIRWAY_OUTPUT_ATLAS_INTERACTIONSTABLE"]
FUNCTION = os.environ["FAIRWAY_OUTPUT_ATLAS_LEXFULFILLMENTARN"].rpartition(":")[2]
PATIENCE = 60


@pytest.fixture(scope="module")
def lead():
    """A lead that has said something to the voice bot."""
    name = f"smoke-{uuid.uuid4()}"
    state = {"intent": {"name": "Appointment"}, "sessionAttributes": {"leadId": name}}
    event = json.dumps({"sessionId": name, "sessionState": state})
    answer = boto3.client("lambda").invoke(FunctionName=FUNCTION, Payload=event)
    assert "FunctionError" not in answer, answer["Payload"].read()
    return name


def test_what_a_lead_says_is_in_the_table(lead):
    condition = Key("leadId").eq(lead)
    table = boto3.resource("dynamodb").Table(TABLE)
    assert [item["kind"] for item in table.query(KeyConditionExpression=condition)["Items"]] == ["intent"]


def test_what_a_function_does_is_in_its_log(lead):
    logs, until = boto3.client("logs"), time.monotonic() + PATIENCE
    wanted = {"logGroupName": f"/aws/lambda/{FUNCTION}", "filterPattern": '"done"'}
    while not (found := logs.filter_log_events(**wanted)["events"]) and time.monotonic() < until:
        time.sleep(1)
    assert found
