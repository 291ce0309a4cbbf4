"""Every hour: who has an appointment within the next day is reminded of it, once."""

import json
import os
import time

import boto3
from crm import everything, table

DAY = 24 * 3600


def handler(_event, _context):
    now = time.time()
    due = [
        each for each in everything("appointments") if not each["reminded"] and now <= each["at"] <= now + DAY
    ]
    for appointment in due:
        text = f"Hello {{name}}, we meet soon: {appointment['what']}"
        payload = json.dumps({"lead": appointment["lead"], "text": text}).encode()
        boto3.client("lambda").invoke(FunctionName=os.environ["MESSAGES_FUNCTION"], Payload=payload)
        table("appointments").put_item(Item={**appointment, "reminded": True})
    return {"reminded": len(due)}
