"""Third step: keep the task token, ask for the call; the workflow waits until the token comes back."""

import os

from atlas_common import invoke_later, logged, record, task_tokens


@logged
def handler(event, context):
    lead_id = event["lead"]["leadId"]
    task_tokens().put_item(Item={"leadId": lead_id, "taskToken": event["taskToken"]})
    record(lead_id, "call-requested")
    invoke_later(
        os.environ["INITIATE_CALL_FUNCTION"],
        {"leadId": lead_id, "phone": event["lead"]["phone"], "scenario": event["scenario"]},
    )
