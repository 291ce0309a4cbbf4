"""Somebody says that the plans may be carried out: with a yes, or an approval that is bound to them."""

from __future__ import annotations

from fairway.model.results import Ending
from fairway.pipeline.approval import ask
from fairway.pipeline.delivery import Delivery


def run(delivery: Delivery) -> Ending:
    """`waiting` where an approval is needed, and nobody is there to give it."""
    return ask(delivery, delivery.stacks)
