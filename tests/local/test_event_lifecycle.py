"""Pollers and schedules cost nothing while nothing happens, and end with what they serve."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.local.events_world import bodies, queue, recorder
from tests.local_cloud import Cloud

from fairway.local.client import LocalCloud


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud that the test may empty."""
    local = LocalCloud(tmp_path)
    running = local.up(port=0)
    yield Cloud(tmp_path, running.endpoint, local)
    local.down()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int, seconds: float) -> float:
    """CPU seconds that a process uses from now on."""
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return cpu_seconds(pid) - before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_idle_mappings_and_schedules_use_next_to_no_cpu(own_cloud: Cloud) -> None:
    function = recorder(own_cloud)
    for _ in range(10):
        _, arn = queue(own_cloud)
        own_cloud.client("lambda").create_event_source_mapping(FunctionName=function.name, EventSourceArn=arn)
    events = own_cloud.client("events")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "f", "Arn": function.arn}])
    pid = own_cloud.local.status().pid
    # The first spans hold what is imported ahead in the background; a poller that never rests fills all.
    assert any(cpu_of(pid, seconds=2) < 0.1 for _ in range(20))


def test_a_reset_ends_deliveries_and_forgets_troubles(own_cloud: Cloud) -> None:
    function = recorder(own_cloud)
    url, arn = queue(own_cloud)
    own_cloud.client("lambda").create_event_source_mapping(FunctionName=function.name, EventSourceArn=arn)
    sns = own_cloud.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn + "-gone")
    sns.publish(TopicArn=topic, Message="x")
    assert any(topic in text for text in own_cloud.local.status().cannot)
    own_cloud.local.reset()
    assert not any(topic in text for text in own_cloud.local.status().cannot)
    name = arn.rpartition(":")[2]
    sqs = own_cloud.client("sqs")
    assert sqs.create_queue(QueueName=name)["QueueUrl"] == url
    sqs.send_message(QueueUrl=url, MessageBody="stays")
    emptied = Cloud(own_cloud.home, own_cloud.endpoint, own_cloud.local)
    later, (later_url, later_arn) = recorder(emptied), queue(emptied)
    emptied.client("lambda").create_event_source_mapping(FunctionName=later.name, EventSourceArn=later_arn)
    sqs.send_message(QueueUrl=later_url, MessageBody="goes")
    later.records(1)
    assert bodies(emptied, url) == ["stays"]
