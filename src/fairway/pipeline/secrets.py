"""Declared secrets that do not exist are made before anything else is changed."""

from __future__ import annotations

from fairway.pipeline.delivery import Delivery


def make_secrets(delivery: Delivery) -> None:
    """Make them. Raises InvalidDefinition for values that nobody has, before the first one is made."""
    if not delivery.project.secrets:
        return
    from fairway.stacks.secrets import secrets_at

    ports, where = delivery.ports, delivery.target(delivery.stacks[0])
    secrets = secrets_at(delivery.project, where, ports.interruption)
    secrets.create(secrets.new(delivery.people.secret), ports)
