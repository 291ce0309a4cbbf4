"""Answers a CloudFormation custom resource; added to inline code that imports it.

The interface is the one AWS documents for its module of this name [docs:cfn cfn-response module].
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(
    event: dict[str, Any],
    context: Any,
    responseStatus: str,
    responseData: dict[str, Any],
    physicalResourceId: str | None = None,
    noEcho: bool = False,
    reason: str | None = None,
) -> None:
    """Tell CloudFormation how a request ended."""
    answer = {
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    body = json.dumps(answer).encode()
    # The signature of the pre-signed URL covers an empty content type.
    headers = {"Content-Type": ""}
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            print(f"Status code: {response.status}")
    except Exception as error:
        print(f"send(..) failed: {error}")
