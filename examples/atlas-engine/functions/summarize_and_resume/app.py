"""The call is over: summarise it and give the workflow its token back."""

import json

import boto3
from atlas_common import logged, record, task_tokens


@logged
def handler(event, context):
    lead_id = event["leadId"]
    summary = event["transcript"].split("Lead:")[-1].strip()
    token = task_tokens().get_item(Key={"leadId": lead_id})["Item"]["taskToken"]
    record(lead_id, "summary", summary=summary)
    output = {"summary": summary, "interested": "yes" in summary.lower()}
    boto3.client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(output))
    task_tokens().delete_item(Key={"leadId": lead_id})
