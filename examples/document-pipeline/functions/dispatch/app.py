"""Starts the workflow of its pattern for each document in the queue."""

import json
import os
from functools import cache

from docpipe import store


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            dispatch(json.loads(record["body"]))
        except Exception as error:
            print(json.dumps({"event": "dispatch-failed", "message": record["messageId"], "why": str(error)}))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def dispatch(document):
    store.set_status(document["id"], store.PROCESSING)
    workflows().start_execution(
        stateMachineArn=json.loads(os.environ["WORKFLOWS"])[document["kind"]],
        input=json.dumps(document),
    )


@cache
def workflows():
    import boto3

    return boto3.client("stepfunctions")
