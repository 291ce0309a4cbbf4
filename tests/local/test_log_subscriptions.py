"""CloudWatch Logs subscription filters reach functions."""

from __future__ import annotations

import base64
import gzip
import json
import time

from tests.local.events_world import recorder
from tests.local_cloud import Cloud, unique


def test_a_function_gets_the_lines_that_the_pattern_takes(local_cloud: Cloud) -> None:
    function = recorder(local_cloud)
    logs = local_cloud.client("logs")
    group = unique("/app/group")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    logs.put_subscription_filter(
        logGroupName=group, filterName="errors", filterPattern="ERROR", destinationArn=function.arn
    )
    now = int(time.time() * 1000)
    lines = ("fine", "ERROR here")
    logs.put_log_events(
        logGroupName=group,
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": text} for text in lines],
    )
    event = function.wait()[0]
    document = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    assert document["messageType"] == "DATA_MESSAGE"
    assert (document["logGroup"], document["logStream"]) == (group, "s")
    assert document["subscriptionFilters"] == ["errors"]
    assert [line["message"] for line in document["logEvents"]] == ["ERROR here"]
