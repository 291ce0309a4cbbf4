"""After the call: the recording becomes text, by Amazon Transcribe or as it was played."""

import os

import boto3
from atlas_common import invoke_later, logged, record, simulated


@logged
def handler(event, context):
    record(event["leadId"], "transcription-started")
    if simulated():
        invoke_later(
            os.environ["SUMMARIZE_FUNCTION"],
            {"leadId": event["leadId"], "transcript": event["transcript"]},
        )
        return
    boto3.client("transcribe").start_transcription_job(
        TranscriptionJobName=f"atlas-{event['leadId']}",
        LanguageCode="en-US",
        Media={"MediaFileUri": event["recording"]},
    )
