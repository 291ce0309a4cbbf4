"""Step Functions that really run: moto's interpreter, with what it gets wrong put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairway.local.fidelity.calls import WsgiApp


def install() -> None:
    """Switch the interpreter on and patch it; before any backend exists."""
    from moto.core.config import default_user_config

    from fairway.local.workflows import executions, jsonata, tasks

    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    executions.install()
    jsonata.install()
    tasks.install()


def middleware(app: WsgiApp) -> WsgiApp:
    from fairway.local.fidelity.overlay import overlay, registry
    from fairway.local.workflows import operations

    return overlay(app, registry(operations.rows()))
