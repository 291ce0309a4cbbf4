"""Executions in CloudWatch Logs, as the machine's logging configuration says."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

log = logging.getLogger("fairway.local.workflows")


def session_of(execution: Any) -> Any:
    """moto's logging session for an execution, writing for real; None when the machine does not log."""
    from moto.stepfunctions.parser.asl.eval.event.logging import (
        CloudWatchLoggingConfiguration,
        CloudWatchLoggingSession,
    )

    wanted = execution.state_machine.loggingConfiguration
    if not wanted:
        return None
    complete: Any = {"includeExecutionData": False, **wanted}
    configuration = CloudWatchLoggingConfiguration.from_logging_configuration(
        execution.state_machine.arn, complete
    )
    if configuration is None:
        return None

    class Session(CloudWatchLoggingSession):
        def publish_history_log(self, history_log: Any) -> None:
            publish(self._logs_client, configuration, history_log)

    return Session(execution.exec_arn, configuration)


def publish(backend: Any, configuration: Any, event: dict[str, Any]) -> None:
    """One history event as one line of JSON (docs: step-functions, cw-logs)."""
    from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

    group = backend.groups.get(configuration.log_group_name)
    if group is None:
        log.warning("state machine log group %s does not exist", configuration.log_group_name)
        return
    stream = configuration.log_stream_name
    if stream not in group.streams:
        backend.create_log_stream(configuration.log_group_name, stream)
    when = int(
        datetime.fromisoformat(str(event["event_timestamp"]).replace("Z", "+00:00")).timestamp() * 1000
    )
    line = {**json.loads(to_json_str(event)), "event_timestamp": str(when)}
    line["type"] = getattr(event["type"], "value", event["type"])
    backend.put_log_events(
        configuration.log_group_name, stream, [{"timestamp": when, "message": json.dumps(line)}]
    )
