"""Event sources of the local cloud: queues, topics, buckets, rules, schedules, streams and logs reach functions.

`install()` is called once, before any moto backend exists; `limitations()` says what could not be delivered.
"""

from __future__ import annotations


def install() -> None:
    """Replace moto's deliveries with ours and start the schedule clock."""
    from fairway.local.events import buckets, log_groups, mappings, queues, rules, schedules, streams, topics

    for feature in (mappings, queues, streams, topics, buckets, rules, log_groups, schedules):
        feature.install()


def limitations() -> list[str]:
    """What was asked for and not delivered so far, one sentence each."""
    from fairway.local.events.troubles import troubles

    return troubles.met()
