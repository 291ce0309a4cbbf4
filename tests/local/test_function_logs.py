"""A function's output is in CloudWatch Logs as Lambda puts it there."""

from __future__ import annotations

import json
import re

from tests.local_cloud import Cloud, unique


def messages(cloud: Cloud, group: str) -> list[str]:
    """The group's events in order."""
    found = cloud.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in found]


def test_start_output_end_and_report(local_cloud: Cloud) -> None:
    code = """
import sys
def handler(event, context):
    print("out")
    print("err", file=sys.stderr)
"""
    name = local_cloud.function({"app.py": code})
    local_cloud.invoke(name)
    start, out, err, end, report = messages(local_cloud, f"/aws/lambda/{name}")
    request = re.fullmatch(r"START RequestId: (\S{36}) Version: \$LATEST", start)
    assert request
    assert (out, err) == ("out", "err")
    assert end == f"END RequestId: {request[1]}"
    assert re.fullmatch(
        rf"REPORT RequestId: {request[1]}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        report,
    )


def test_the_duration_of_a_first_call_is_the_handlers_without_the_init(local_cloud: Cloud) -> None:
    code = "import time\ntime.sleep(0.5)\ndef handler(event, context): time.sleep(0.1)\n"
    name = local_cloud.function({"app.py": code})
    local_cloud.invoke(name)
    report = messages(local_cloud, f"/aws/lambda/{name}")[-1]
    took = {
        key: float(value) for key, value in re.findall(r"(Init Duration|\tDuration): ([\d.]+) ms", report)
    }
    assert 100 <= took["\tDuration"] < took["Init Duration"]
    assert took["Init Duration"] >= 500


def test_a_worker_writes_to_one_stream_named_by_day_and_version(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": "def handler(e, c): return c.log_stream_name\n"})
    streams = {local_cloud.invoke(name) for _ in range(2)}
    found = local_cloud.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert streams == {stream["logStreamName"] for stream in found}
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", streams.pop())


def test_a_log_record_of_several_lines_is_one_event(local_cloud: Cloud) -> None:
    code = """
import logging
logging.getLogger().setLevel("INFO")
def handler(event, context):
    logging.info("first\\nsecond")
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("it failed")
"""
    name = local_cloud.function({"app.py": code})
    local_cloud.invoke(name)
    found = messages(local_cloud, f"/aws/lambda/{name}")
    assert any(re.match(r"\[INFO\]\t\S+Z\t\S{36}\tfirst\nsecond$", message) for message in found)
    assert any("it failed\nTraceback" in message and "ZeroDivisionError" in message for message in found)


def test_a_node_console_line_has_time_request_and_level(local_cloud: Cloud) -> None:
    code = "exports.handler = async () => { console.warn('careful', { a: 1 }) }\n"
    name = local_cloud.function({"index.js": code}, Runtime="nodejs20.x", Handler="index.handler")
    local_cloud.invoke(name)
    found = messages(local_cloud, f"/aws/lambda/{name}")
    assert any(re.match(r"\S+Z\t\S{36}\tWARN\tcareful \{ a: 1 \}$", message) for message in found)


def test_json_format_group_and_level_of_the_logging_config(local_cloud: Cloud) -> None:
    code = """
import logging
def handler(event, context):
    logging.debug("hidden")
    logging.warning("shown")
"""
    group = f"/mine/{unique('group')}"
    config = {"LogFormat": "JSON", "LogGroup": group, "ApplicationLogLevel": "WARN"}
    local_cloud.invoke(local_cloud.function({"app.py": code}, LoggingConfig=config))
    entries = [json.loads(message) for message in messages(local_cloud, group)]
    assert [entry.get("type", entry.get("message")) for entry in entries] == [
        "platform.start", "shown", "platform.report",
    ]  # fmt: skip
    assert entries[1]["level"] == "WARNING"
    assert entries[2]["record"]["metrics"]["memorySizeMB"] == 128


def test_output_without_an_end_of_line_and_of_a_child_process_is_kept(local_cloud: Cloud) -> None:
    code = """
import subprocess, sys
def handler(event, context):
    subprocess.run(["sh", "-c", "echo from-a-child"])
    sys.stdout.write("no newline")
    sys.stdout.flush()
    if event: raise SystemExit(1)
"""
    name = local_cloud.function({"app.py": code})
    local_cloud.client("lambda").invoke(FunctionName=name, Payload=b"1")
    found = messages(local_cloud, f"/aws/lambda/{name}")
    assert "from-a-child" in found
    assert "no newline" in found
