"""Places the call: through Amazon Connect, or by playing both sides."""

import os

import boto3
from atlas_common import invoke_later, logged, record, simulated


@logged
def handler(event, context):
    if simulated():
        transcript = f"Agent: {event['scenario']} Lead: Yes, tomorrow at ten."
        invoke_later(os.environ["START_TRANSCRIPTION_FUNCTION"], {**event, "transcript": transcript})
    else:
        boto3.client("connect").start_outbound_voice_contact(
            DestinationPhoneNumber=event["phone"],
            ContactFlowId=os.environ["CONNECT_CONTACT_FLOW_ID"],
            InstanceId=os.environ["CONNECT_INSTANCE_ID"],
            SourcePhoneNumber=os.environ["CONNECT_PHONE_NUMBER"],
            Attributes={"leadId": event["leadId"], "scenario": event["scenario"]},
        )
    record(event["leadId"], "call-started")
