"""Every night: leads who have not been heard of become dormant, and are told what the campaign says."""

import json
import os
import time

import boto3
from crm import everything, note, table

DAY = 24 * 3600


def handler(event, _context):
    """`now`, in seconds since 1970, may be given to try it out."""
    now = event.get("now") or time.time()
    revived = 0
    for campaign in everything("campaigns"):
        for lead in everything("leads"):
            if (
                lead["stage"] in ("new", "talking")
                and now - int(lead["touched"]) > int(campaign["days"]) * DAY
            ):
                _revive(lead, campaign)
                revived += 1
    return {"revived": revived}


def _revive(lead, campaign):
    table("leads").put_item(Item={**lead, "stage": "dormant"})
    note("dormant", lead["id"], campaign=campaign["name"])
    payload = json.dumps({"lead": lead["id"], "text": campaign["text"]}).encode()
    boto3.client("lambda").invoke(FunctionName=os.environ["MESSAGES_FUNCTION"], Payload=payload)
