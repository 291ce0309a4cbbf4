"""Last step: the lead's new status, and a word to the sales team."""

import json
import os

import boto3
from atlas_common import logged, record

REVISION = "1"


@logged
def handler(event, context):
    lead, call = event["lead"], event["call"]
    status = "qualified" if call["interested"] else "closed"
    record(lead["leadId"], "lead-updated", status=status)
    boto3.client("sns").publish(
        TopicArn=os.environ["SALES_TOPIC"],
        Subject=f"Lead {status}",
        Message=json.dumps({"leadId": lead["leadId"], "name": lead["name"], "summary": call["summary"]}),
    )
    return {"leadId": lead["leadId"], "status": status, "summary": call["summary"], "revision": REVISION}
